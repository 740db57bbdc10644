import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { expectedMemoryBytes, expectedSeconds, speedReference } from './expected.ts'
import { runOf } from './fixtures/run.ts'
import { RunRequestSchema, configOf, type RunConfig } from './recipe.ts'

const config = (choice: v.InferInput<typeof RunRequestSchema> = {}): RunConfig => configOf(v.parse(RunRequestSchema, choice))

describe('the expected time', () => {
  const measured = { config: config({ experts: 3 }), imagesPerSecond: 500, classes: 100 }
  const project = { classes: 100, trainImages: 10_000, runs: [runOf({ id: 9, classes: 100 }, { experts: 6 })] }

  it('is images over images a second for the same model', () => {
    expect(expectedSeconds(config({ experts: 3, epochs: 10 }), measured, project)).toBeCloseTo(200)
  })

  it('grows with the experts and with the square of the image size', () => {
    const [three, six, larger] = [{ experts: 3 }, { experts: 6 }, { imageSize: 64 }].map((choice) => expectedSeconds(config({ epochs: 10, ...choice }), measured, project))
    expect(six).toBeGreaterThan(three! * 1.5)
    expect(larger! / three!).toBeCloseTo(4, 1)
  })

  it('grows by the forward pass of a teacher', () => {
    const [alone, taught] = [{}, { teacherRun: 9 }].map((choice) => expectedSeconds(config({ epochs: 10, experts: 3, ...choice }), measured, project))
    // A third of a step goes forward, and six experts cost nearly twice what three do.
    expect(taught! / alone!).toBeGreaterThan(1.4)
    expect(taught! / alone!).toBeLessThan(1.7)
    const byTaught = { ...measured, config: config({ experts: 3, teacherRun: 9 }) }
    expect(expectedSeconds(config({ epochs: 10, experts: 3, teacherRun: 9 }), byTaught, project)).toBeCloseTo(200)
  })

  it('is taken from a run of the same backbone where there is one, on such a device, and never from a second stage', () => {
    const small = runOf({ id: 4, imagesPerSecond: 300 })
    const large = runOf({ id: 3, imagesPerSecond: 20 }, { backbone: 'resnet50' })
    const router = { ...runOf({ id: 5, imagesPerSecond: 900 }), config: { ...config(), stage: 'router' as const } }
    expect(speedReference([router, small, large], config())?.id).toBe(4)
    expect(speedReference([router, small, large], config({ backbone: 'resnet50' }))?.id).toBe(3)
    expect(speedReference([router, small, large], config({ backbone: 'resnet10' }))?.id).toBe(4)
    expect(speedReference([runOf({ id: 1, imagesPerSecond: 300 }, { device: 'gpu' })], config({ device: 'cpu' }))).toBeNull()
    expect(speedReference([router, runOf({ id: 1 })], config())).toBeNull()
  })
})

describe('the expected memory', () => {
  it.each([
    { of: 'three ResNet-32 experts, batch 128', choice: {}, classes: 100, measured: 1.15e9 },
    { of: 'three ResNet-50 experts, batch 32', choice: { preset: 'inaturalist', batchSize: 32 }, classes: 4, measured: 6.14e9 },
  ] as const)('is near what was measured of $of', ({ choice, classes, measured }) => {
    const bytes = expectedMemoryBytes(config(choice), classes)
    expect(bytes / measured).toBeGreaterThan(2 / 3)
    expect(bytes / measured).toBeLessThan(3 / 2)
  })

  it('falls with the parts of a step and rises with the image size', () => {
    const choice = { preset: 'imagenet-lt' } as const
    const whole = expectedMemoryBytes(config(choice), 1000)
    expect(whole).toBeGreaterThan(40e9)
    expect(expectedMemoryBytes(config({ ...choice, accumulate: 8 }), 1000)).toBeLessThan(whole / 4)
    expect(expectedMemoryBytes(config({ ...choice, imageSize: 112 }), 1000)).toBeLessThan(whole / 3)
  })
})
