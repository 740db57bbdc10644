import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Devices } from './contract/app.ts'
import type { Tail } from './contract/classes.ts'
import type { Run } from './contract/runs.ts'
import { RunRequestSchema, configOf, type RunConfig } from './recipe.ts'
import { groupOf } from './tail.ts'
import { runOf } from './fixtures/run.ts'
import { faultsOf, warningsOf as warningsOfAll } from './warnings.ts'
import type { Warning } from './warningsKinds.ts'

const config = (choice: v.InferInput<typeof RunRequestSchema> = {}): RunConfig => configOf(v.parse(RunRequestSchema, choice))
const cpuOnly = { tensorflow: '2.21.0', devices: [{ name: 'CPU', kind: 'cpu' as const, memoryBytes: null }] }

const warningsOf = (of: RunConfig, tail: Tail | null, devices: Devices | null, runs: readonly Run[] = []): Warning[] => warningsOfAll(of, tail, devices, runs)

function tailOf(counts: Readonly<Record<string, readonly [train: number, val: number]>>): Tail {
  const classes = Object.entries(counts).map(([name, [train, val]], n) => ({ id: n + 1, name, train, val, test: 0, group: groupOf(train) }))
  const sum = (key: 'train' | 'val'): number => classes.reduce((total, one) => total + one[key], 0)
  return {
    classes,
    imbalanceFactor: null,
    groups: { many: { classes: 0, train: 0 }, medium: { classes: 0, train: 0 }, few: { classes: 0, train: 0 } },
    images: sum('train') + sum('val'),
    splits: { train: sum('train'), val: sum('val'), test: 0 },
    findings: { singletons: 0, untestable: 0, duplicates: 0, contradictions: 0, skipped: 0, missing: 0, unlabelled: 0, empty: 0 },
  }
}

it('says nothing where nothing is wrong, or known', () => {
  expect(warningsOf(config(), tailOf({ lynx: [2000, 20], otter: [1500, 20] }), cpuOnly)).toEqual([])
  expect(warningsOf(config({ device: 'gpu' }), null, null)).toEqual([])
})

it('blocks without training images and with a single class', () => {
  expect(warningsOf(config(), tailOf({}), cpuOnly)).toMatchObject([{ blocks: true, text: expect.stringContaining('no training images') }])
  expect(warningsOf(config(), tailOf({ lynx: [200, 5] }), cpuOnly)).toMatchObject([{ blocks: true, text: expect.stringContaining('two classes') }])
})

it('names classes that cannot be learned, three at most', () => {
  const some = warningsOf(config(), tailOf({ lynx: [2000, 5], otter: [2000, 5], marten: [0, 1] }), cpuOnly)
  expect(some).toEqual([{ blocks: false, text: 'The class marten has no training image and cannot be learned.' }])
  const lots = warningsOf(config(), tailOf({ lynx: [2000, 5], otter: [2000, 5], a: [0, 1], b: [0, 1], c: [0, 1], d: [0, 1], e: [0, 1] }), cpuOnly)
  expect(lots[0]?.text).toBe('The classes a, b, c and 2 more have no training image and cannot be learned.')
})

it('warns of an empty validation split and of an epoch of few steps', () => {
  const texts = warningsOf(config(), tailOf({ lynx: [20, 0], otter: [15, 0] }), cpuOnly).map((warning) => warning.text)
  expect(texts).toEqual([expect.stringContaining('no validation images'), expect.stringContaining('35 training images make a single step an epoch')])
  const few = { lynx: [100, 5], otter: [74, 5] } as const
  expect(warningsOf(config(), tailOf(few), cpuOnly)[0]?.text).toContain('174 training images make 2 steps an epoch')
  // As many steps as it takes, and no batch too small for batch norm, or larger than the chosen one.
  const remedies = [[35, 128], [174, 128], [1500, 128], [35, 8]].map(([images, batchSize]) => warningsOf(config({ batchSize: batchSize! }), tailOf({ lynx: [images! - 15, 5], otter: [15, 5] }), cpuOnly).at(-1)?.remedy)
  expect(remedies).toEqual([{ batchSize: 8 }, { batchSize: 8 }, { batchSize: 64 }, undefined])
  expect(warningsOf(config({ batchSize: 9 }), tailOf(few), cpuOnly)).toEqual([])
  // At the smallest batch there is one way left.
  const hundred = { lynx: [80, 5], otter: [20, 5] } as const
  const [at8, at9] = [8, 9].map((batchSize) => warningsOf(config({ batchSize }), tailOf(hundred), cpuOnly)[0])
  expect(at8).toEqual({ blocks: false, text: '100 training images make 13 steps an epoch. Learning takes many steps: more epochs give more of them.' })
  expect(at9).toMatchObject({ text: expect.stringContaining('a smaller batch, or more epochs, give'), remedy: { batchSize: 8 } })
})

it('offers the largest power of two that makes steps enough, and no smaller one', () => {
  for (let images = 20; images <= 2500; images++) {
    const remedy = warningsOf(config({ batchSize: 128 }), tailOf({ lynx: [images - 5, 5], otter: [5, 5] }), cpuOnly).at(-1)?.remedy
    const wanted = [64, 32, 16].find((batchSize) => Math.ceil(images / batchSize) >= 20) ?? 8
    expect(remedy, `${images} images`).toEqual(Math.ceil(images / 128) < 20 ? { batchSize: wanted } : undefined)
  }
})

it('blocks a GPU that is not there', () => {
  const warnings = warningsOf(config({ device: 'gpu' }), tailOf({ lynx: [2000, 20], otter: [1500, 20] }), cpuOnly)
  expect(warnings).toMatchObject([{ blocks: true, text: expect.stringContaining('GPU') }])
})

it('blocks while a field holds no number that it takes', () => {
  expect(faultsOf(new Map())).toEqual([])
  expect(faultsOf(new Map([['Epochs', 'A whole number from 1 to 10,000 is expected.']]))).toEqual([{ blocks: true, text: 'Epochs: a whole number from 1 to 10,000 is expected.' }])
})

const images = (count: number): Tail => tailOf({ lynx: [count - 500, 20], otter: [500, 20] })
const gpu = (memoryBytes: number | null): Devices => ({ tensorflow: '2.21.0', devices: [{ name: 'GPU', kind: 'gpu', memoryBytes }] })
const textsOf = (choice: v.InferInput<typeof RunRequestSchema>, tail: Tail, devices: Devices, runs: readonly Run[] = []): string[] => warningsOf(config(choice), tail, devices, runs).map((warning) => warning.text)

describe('choices that hurt', () => {
  const tail = tailOf({ lynx: [20_000, 20], otter: [15_000, 20] })
  const texts = (choice: v.InferInput<typeof RunRequestSchema>): string[] => textsOf(choice, tail, gpu(80e9))

  it('are re-weighting and re-sampling from the start, not late', () => {
    expect(texts({ loss: 'ce', reweight: 'always' })).toEqual([expect.stringMatching(/Cao et al\. 2019.*begin late/)])
    expect(texts({ loss: 'ce', resample: 'always' })).toEqual([expect.stringMatching(/Kang et al\. 2020.*begin late/)])
    for (const choice of [{ loss: 'ce', reweight: 'deferred' }, { loss: 'ce', resample: 'deferred' }] as const) expect(texts(choice)).toEqual([])
  })

  it('are two corrections of the same thing', () => {
    expect(texts({ loss: 'ce', reweight: 'deferred', resample: 'deferred' })).toEqual([expect.stringMatching(/twice.*Leave one of them out/)])
    expect(texts({ loss: 'balanced-softmax', reweight: 'deferred' })).toEqual([expect.stringMatching(/^Balanced softmax .*re-weighting.*twice/)])
    expect(texts({ loss: 'logit-adjusted', resample: 'deferred', reweight: 'deferred' })).toEqual([expect.stringMatching(/re-weighting and re-sampling.*three times/)])
    expect(texts({ loss: 'balpoe' })).toEqual([])
  })

  it('are margins on a linear classifier', () => {
    for (const loss of ['ride', 'ldam-drw'] as const) expect(texts({ loss, head: 'linear' })).toEqual([expect.stringMatching(/^The margins of this loss/)])
    expect(texts({ loss: 'ce', head: 'linear' })).toEqual([])
  })

  it('are losses of several experts with one', () => {
    expect(texts({ loss: 'balpoe', experts: 1 })).toEqual([expect.stringMatching(/^BalPoE with one expert.*two experts or more/)])
    expect(texts({ experts: 1 })).toEqual([expect.stringMatching(/^RIDE with one expert.*two experts or more/)])
    expect(texts({ loss: 'ce', experts: 1 })).toEqual([])
  })

  const blocks = (choice: v.InferInput<typeof RunRequestSchema>, runs: readonly Run[] = []): boolean => warningsOf(config(choice), tail, cpuOnly, runs).some((warning) => warning.blocks)

  it('may still be started, where they are not nonsense', () => {
    expect(blocks({ reweight: 'always', resample: 'always', experts: 1 })).toBe(false)
    expect(blocks({ backbone: 'resnet10', imageSize: 48 })).toBe(true)
    expect(blocks({ backbone: 'resnet10', imageSize: 64 })).toBe(false)
    expect(blocks({ batchSize: 32, accumulate: 17 })).toBe(true)
    expect(blocks({ batchSize: 32, accumulate: 16 })).toBe(false)
    const teacher = runOf({ id: 4, classes: 2 }, { imageSize: 64 })
    expect(blocks({ teacherRun: 4 }, [teacher])).toBe(true)
    expect(blocks({ teacherRun: 4, imageSize: 64 }, [teacher])).toBe(false)
    expect(blocks({ teacherRun: 4, imageSize: 64, fit: 'crop' }, [teacher])).toBe(true)
    expect(blocks({ teacherRun: 4, imageSize: 64 }, [{ ...teacher, classes: 3 }])).toBe(true)
  })
})

describe('choices that ask for much', () => {
  it('are many parameters for few images, unless they start from weights', () => {
    const choice = { backbone: 'resnet50', batchSize: 16 } as const
    expect(textsOf(choice, images(2000), gpu(80e9))).toEqual([expect.stringMatching(/^ResNet-50 has \d\d\.\d M parameters to learn from 2,000 images.*weights file/)])
    expect(textsOf({ ...choice, trunkFile: '/weights.pth' }, images(2000), gpu(80e9))).toEqual([])
    expect(textsOf(choice, images(50_000), gpu(80e9))).toEqual([])
  })

  it('are steps that need more memory than there is', () => {
    const choice = { preset: 'imagenet-lt', epochs: 1 } as const
    expect(textsOf(choice, images(50_000), gpu(24e9))).toEqual([expect.stringMatching(/^A step of 256 images needs about \d+ GB of the GPU’s 24 GB/)])
    expect(textsOf({ ...choice, accumulate: 16 }, images(50_000), gpu(24e9))).toEqual([])
    expect(textsOf(choice, images(50_000), gpu(null))).toEqual([expect.stringMatching(/^A step of 256 images needs about \d+ GB, roughly/)])
  })

  it('are weeks on a CPU: at a guess, then as a run has shown', () => {
    const choice = { backbone: 'resnet50', epochs: 100, batchSize: 16 } as const
    expect(textsOf(choice, images(50_000), cpuOnly)).toEqual([expect.stringMatching(/^On the CPU this takes about \d+ days, at a rough guess/)])
    expect(textsOf(choice, images(50_000), cpuOnly, [runOf({ id: 6, imagesPerSecond: 5 }, { backbone: 'resnet50' })])).toEqual([expect.stringMatching(/\d+ days, judging by the speed of run 6/)])
    expect(textsOf(choice, images(50_000), gpu(80e9))).toEqual([])
    expect(textsOf({ preset: 'cifar' }, images(10_000), cpuOnly)).toEqual([])
  })
})
