import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { RunRequestSchema, backbones, configOf } from '../../../shared/recipe.ts'
import { branchPicture, type Bar } from './branches.ts'

const inside = (bar: Bar, width: number, height: number): boolean =>
  bar.x >= 0 && bar.y >= 0 && bar.x + bar.width <= width && bar.y + bar.height <= height

const networkOf = (choice: v.InferInput<typeof RunRequestSchema>): ReturnType<typeof configOf> => configOf(v.parse(RunRequestSchema, choice))

/** How many bars trunk and expert have, none of them over another. */
const blocksOf = (choice: v.InferInput<typeof RunRequestSchema>): [trunk: number, expert: number] => {
  const { trunk, branches } = branchPicture(networkOf(choice))
  for (const bars of [trunk, branches[0]!.blocks]) bars.slice(1).forEach((bar, n) => expect(bar.x).toBeGreaterThan(bars[n]!.x + bars[n]!.width))
  return [trunk.length, branches[0]!.blocks.length]
}

describe('the picture of trunk and branches', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps %i branches apart, in the frame and symmetrical about the trunk', (experts) => {
    for (const backbone of backbones) {
      for (const [widths, sharedLayer3] of [['reduced', false], ['full', false], ['full', true]] as const) {
        const { width, height, branches, trunk, trunkMiddle, mean } = branchPicture(networkOf({ backbone, experts, widths, sharedLayer3 }))
        expect(branches.map((branch) => branch.expert)).toEqual(Array.from({ length: experts }, (_, n) => n + 1))
        for (const branch of branches) {
          for (const bar of [...branch.blocks, ...trunk, branch.meter]) expect(inside(bar, width, height)).toBe(true)
          expect(Math.max(...branch.blocks.map((bar) => bar.x + bar.width))).toBeLessThan(branch.meter.x)
          expect(branch.meter.x + branch.meter.width).toBeLessThan(mean.x - mean.radius)
        }
        const [first, last] = [trunk[0]!, trunk.at(-1)!]
        expect(trunkMiddle).toBeCloseTo((first.x + last.x + last.width) / 2)
        expect(last.x + last.width).toBeLessThan(branches[0]!.blocks[0]!.x)
        for (let n = 1; n < experts; n++) {
          const bottom = Math.max(...branches[n - 1]!.blocks.map((bar) => bar.y + bar.height))
          const top = Math.min(...branches[n]!.blocks.map((bar) => bar.y))
          expect(bottom).toBeLessThan(top)
        }
        expect(branches.reduce((sum, branch) => sum + branch.y, 0) / experts).toBeCloseTo(height / 2)
      }
    }
  })

  it('has a bar for each residual block, without two that overlap', () => {
    expect(blocksOf({ backbone: 'resnet32' })).toEqual([5, 10])
    expect(blocksOf({ backbone: 'resnet10' })).toEqual([2, 2])
    expect(blocksOf({ backbone: 'resnet50' })).toEqual([7, 9])
    expect(blocksOf({ backbone: 'resnext50', sharedLayer3: true })).toEqual([13, 3])
  })

  it('draws full widths taller than reduced ones', () => {
    const [full, reduced] = (['full', 'reduced'] as const).map((widths) => Math.max(...branchPicture(networkOf({ widths })).branches[0]!.blocks.map((bar) => bar.height)))
    expect(full).toBeGreaterThan(reduced!)
  })
})

it('puts a router’s decision between every expert and the next', () => {
  const { branches, gates } = branchPicture({ backbone: 'resnet32', experts: 3, widths: 'reduced', sharedLayer3: false })
  expect(gates.ys).toHaveLength(2)
  expect(gates.ys[0]).toBeCloseTo((branches[0]!.y + branches[1]!.y) / 2)
  expect([gates.top, gates.bottom]).toEqual([branches[0]!.y, branches[2]!.y])
})
