import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { RunRequestSchema, configOf, losses, presets, type RunRequest } from '../../../shared/recipe.ts'
import { costSentence, expectedSeconds, lossChoices, presetChoices, publishedGain, scheduleSentences } from './choices.ts'

const request = (choice: v.InferInput<typeof RunRequestSchema> = {}): RunRequest => v.parse(RunRequestSchema, choice)

it('offers every loss and every preset once', () => {
  expect(lossChoices.map((choice) => choice.value).sort()).toEqual([...losses].sort())
  expect(presetChoices.map((choice) => choice.value).sort()).toEqual([...presets].sort())
})

it('says what the experts cost', () => {
  expect(costSentence(request({ experts: 1 }), 100)).toMatch(/^1 expert: 0\.\d\d M parameters\.$/)
  expect(costSentence(request({ experts: 3 }), 100)).toMatch(/^3 experts: 0\.\d\d M parameters, 2\.\d times the time of one\.$/)
})

it('quotes the published gain only for what it was published for', () => {
  expect(publishedGain(request({ experts: 3 }))).toMatch(/25\.7\s%.*10\.6\s%.*ICLR 2021/)
  expect(publishedGain(request({ experts: 1 }))).toBe('')
  expect(publishedGain(request({ experts: 3, loss: 'ce' }))).toBe('')
})

describe('the schedule in sentences', () => {
  it('names the epochs that the recipe resolves', () => {
    expect(scheduleSentences(configOf(request({ preset: 'fast' })))).toEqual([
      'Warms up for 1 epoch.',
      'Learns in smaller steps after epoch 24 and 27.',
      'Re-weights rare classes after epoch 24.',
    ])
  })

  it('does not speak of re-weighting where the loss has none', () => {
    expect(scheduleSentences(configOf(request({ preset: 'fast', loss: 'ce' }))).join(' ')).not.toContain('weights')
  })

  it('says so where a run is too short to re-weight', () => {
    expect(scheduleSentences(configOf(request({ epochs: 2 }))).at(-1)).toBe('Never re-weights rare classes: 2 epochs are too few for it.')
    expect(scheduleSentences(configOf(request({ epochs: 2 }))).join(' ')).not.toContain('smaller steps')
  })
})

describe('the expected time', () => {
  const measured = { config: configOf(request({ experts: 3 })), imagesPerSecond: 500, classes: 100 }
  const project = { classes: 100, trainImages: 10_000 }

  it('is images over images a second for the same model', () => {
    expect(expectedSeconds(configOf(request({ experts: 3, epochs: 10 })), measured, project)).toBeCloseTo(200)
  })

  it('grows with the experts and with the square of the image size', () => {
    const [three, six, larger] = [{ experts: 3 }, { experts: 6 }, { imageSize: 64 }].map((choice) => expectedSeconds(configOf(request({ epochs: 10, ...choice })), measured, project))
    expect(six).toBeGreaterThan(three! * 1.5)
    expect(larger! / three!).toBeCloseTo(4, 1)
  })
})
