import { describe, expect, it } from 'vitest'
import { branchPicture, type Bar } from './branches.ts'

const inside = (bar: Bar, width: number, height: number): boolean =>
  bar.x >= 0 && bar.y >= 0 && bar.x + bar.width <= width && bar.y + bar.height <= height

describe('the picture of trunk and branches', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps %i branches apart, in the frame and symmetrical about the trunk', (experts) => {
    for (const widths of ['reduced', 'full'] as const) {
      const { width, height, branches, trunk, mean } = branchPicture(experts, widths)
      expect(branches.map((branch) => branch.expert)).toEqual(Array.from({ length: experts }, (_, n) => n + 1))
      for (const branch of branches) {
        expect(branch.blocks).toHaveLength(10)
        for (const bar of [...branch.blocks, ...trunk, branch.meter]) expect(inside(bar, width, height)).toBe(true)
        expect(Math.max(...branch.blocks.map((bar) => bar.x + bar.width))).toBeLessThan(branch.meter.x)
        expect(branch.meter.x + branch.meter.width).toBeLessThan(mean.x - mean.radius)
      }
      for (let n = 1; n < experts; n++) {
        const bottom = Math.max(...branches[n - 1]!.blocks.map((bar) => bar.y + bar.height))
        const top = Math.min(...branches[n]!.blocks.map((bar) => bar.y))
        expect(bottom).toBeLessThan(top)
      }
      expect(branches.reduce((sum, branch) => sum + branch.y, 0) / experts).toBeCloseTo(height / 2)
    }
  })

  it('draws full widths taller than reduced ones', () => {
    const [full, reduced] = (['full', 'reduced'] as const).map((widths) => Math.max(...branchPicture(3, widths).branches[0]!.blocks.map((bar) => bar.height)))
    expect(full).toBeGreaterThan(reduced!)
  })
})
