import * as v from 'valibot'
import { expect, it } from 'vitest'
import type { Tail } from '../../../shared/contract/classes.ts'
import { RunRequestSchema, configOf } from '../../../shared/recipe.ts'
import { groupOf } from '../../../shared/tail.ts'
import { faultsOf, warningsOf } from './warnings.ts'

const config = (choice: v.InferInput<typeof RunRequestSchema> = {}): ReturnType<typeof configOf> => configOf(v.parse(RunRequestSchema, choice))
const cpuOnly = { tensorflow: '2.21.0', devices: [{ name: 'CPU', kind: 'cpu' as const, memoryBytes: null }] }

function tailOf(counts: Readonly<Record<string, readonly [train: number, val: number]>>): Tail {
  const classes = Object.entries(counts).map(([name, [train, val]], n) => ({ id: n + 1, name, train, val, test: 0, group: groupOf(train) }))
  const sum = (key: 'train' | 'val'): number => classes.reduce((total, one) => total + one[key], 0)
  return {
    classes,
    imbalanceFactor: null,
    groups: { many: { classes: 0, train: 0 }, medium: { classes: 0, train: 0 }, few: { classes: 0, train: 0 } },
    images: sum('train') + sum('val'),
    splits: { train: sum('train'), val: sum('val'), test: 0 },
    findings: { singletons: 0, untestable: 0, duplicates: 0, skipped: 0, missing: 0 },
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
  expect(warningsOf(config({ batchSize: 9 }), tailOf(few), cpuOnly)).toEqual([])
})

it('blocks a GPU that is not there', () => {
  const warnings = warningsOf(config({ device: 'gpu' }), tailOf({ lynx: [2000, 20], otter: [1500, 20] }), cpuOnly)
  expect(warnings).toMatchObject([{ blocks: true, text: expect.stringContaining('GPU') }])
})

it('blocks while a field holds no number that it takes', () => {
  expect(faultsOf(new Map())).toEqual([])
  expect(faultsOf(new Map([['Epochs', 'expected a whole number from 1 to 10,000']]))).toEqual([{ blocks: true, text: 'Epochs: expected a whole number from 1 to 10,000.' }])
})
