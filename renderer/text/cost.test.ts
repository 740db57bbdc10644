import * as v from 'valibot'
import { expect, it } from 'vitest'
import { RunRequestSchema, configOf, type RunConfig } from '../../shared/recipe.ts'
import { costSentence, modelSentences } from './cost.ts'

const config = (choice: v.InferInput<typeof RunRequestSchema> = {}): RunConfig => configOf(v.parse(RunRequestSchema, choice))

it('says what the experts cost', () => {
  expect(costSentence(config({ experts: 1 }), 100)).toMatch(/^1 expert: 0\.\d\d M parameters\.$/)
  expect(costSentence(config({ experts: 3 }), 100)).toMatch(/^3 experts: 0\.\d\d M parameters, 2\.\d times the time of one\.$/)
  expect(costSentence(config({ backbone: 'resnet50', experts: 3 }), 1000)).toMatch(/^3 experts: \d\d\.\d M parameters, [12]\.\d times the time of one\.$/)
})

it('says what is shared and what an image and a step take', () => {
  // A trunk of 16 channels: stem and ten convolutions of 3 x 3, each with a scale and an offset a channel.
  const trunk = 9 * 3 * 16 + 10 * 9 * 16 * 16 + 11 * 2 * 16
  const sentences = modelSentences(config({ experts: 3 }), 100)
  expect(sentences[0]).toMatch(new RegExp(`^${(trunk / 1e6).toFixed(2)} M parameters are shared, 0\\.2\\d M are each expert’s own\\.$`))
  expect(sentences.slice(1)).toEqual([expect.stringMatching(/^An image takes 0\.\d\d GFLOPs \(billions of calculations\)\.$/), expect.stringMatching(/^A step of 128 images needs about 1\.\d GB of memory\.$/)])
  expect(modelSentences(config({ experts: 1 }), 100)).toHaveLength(2)
  expect(modelSentences(config({ head: 'linear', widths: 'full' }), 100)[0]).toBe('It has linear classifiers, experts of full width.')
})
