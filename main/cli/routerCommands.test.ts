import { expect, it } from 'vitest'
import type { Routed } from '../../shared/contract/runs.ts'
import { routingRows } from './routerCommands.ts'

function routed(threshold: number, top1: number): Routed {
  return { threshold, top1, many: top1, medium: null, few: top1, expertsUsed: { all: 2, many: 2, medium: null, few: 2 }, gigaflops: { all: 0.1, many: 0.1, medium: null, few: 0.1 } }
}

it('thresholds of the same answers share a row, the present one has its own', () => {
  const rows = routingRows([routed(0.1, 0.5), routed(0.2, 0.5), routed(0.3, 0.5), routed(0.4, 0.25), routed(0.5, 0.25), routed(0.6, 0.25)], 0.5)
  expect(rows.map(([thresholds, top1, ...more]) => [thresholds, top1, more.at(-1)])).toEqual([
    ['0.100 to 0.300', '50.0 %', ''],
    ['0.400', '25.0 %', ''],
    ['0.500', '25.0 %', 'present'],
    ['0.600', '25.0 %', ''],
  ])
})
