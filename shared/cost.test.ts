import { describe, expect, it } from 'vitest'
import { costOf, timesOfOneExpert, type CostChoice } from './cost.ts'

const choice: CostChoice = { backbone: 'resnet32', experts: 3, widths: 'reduced', sharedLayer3: false, head: 'cosine', imageSize: 32 }
const large: CostChoice = { ...choice, backbone: 'resnet50', imageSize: 224 }

describe('parameters', () => {
  it('are as many as the authors\' networks have', () => {
    expect(costOf(choice, 10).parameters).toBe(770_896)
    expect(costOf({ ...large, backbone: 'resnet10' }, 20).parameters).toBe(8_272_832)
    expect(costOf(large, 20).parameters).toBe(39_161_408)
    expect(costOf({ ...large, backbone: 'resnext50' }, 20).parameters).toBe(38_373_184)
  })

  it('are as many as torchvision counts where one expert has the full widths', () => {
    const plain: CostChoice = { ...large, experts: 1, widths: 'full', head: 'linear' }
    expect(costOf(plain, 1000).parameters).toBe(25_557_032)
    expect(costOf({ ...plain, backbone: 'resnext50' }, 1000).parameters).toBe(25_028_904)
  })

  it('grow by a bias for the linear head and an expert for an expert', () => {
    expect(costOf({ ...choice, head: 'linear' }, 10).parameters).toBe(770_896 + 3 * 10)
    const one = costOf({ ...choice, experts: 1 }, 10).parameters
    const two = costOf({ ...choice, experts: 2 }, 10).parameters
    expect(costOf(choice, 10).parameters - two).toBe(two - one)
  })

  it('fall by what experts share', () => {
    const shared = { ...large, sharedLayer3: true }
    const [apart, together] = [costOf(large, 20), costOf(shared, 20)]
    const layer3 = together.trunkMacs - apart.trunkMacs
    expect(apart.expertMacs - together.expertMacs).toBe(layer3)
    expect(together.parameters).toBeLessThan(apart.parameters)
    expect(costOf({ ...shared, experts: 1 }, 20).parameters).toBe(costOf({ ...large, experts: 1 }, 20).parameters)
  })
})

describe('multiply-accumulates', () => {
  it('of ResNet-32 are 0.1 G for three experts at 32 x 32, four times that at 64', () => {
    const { trunkMacs, expertMacs } = costOf(choice, 100)
    // The stem, then ten convolutions of 16 channels.
    expect(trunkMacs).toBe(32 * 32 * (27 * 16 + 10 * 144 * 16))
    expect(expertMacs).toBe(16 * 16 * (144 * 24 + 9 * 216 * 24) + 8 * 8 * (216 * 48 + 9 * 432 * 48) + 48 * 100)
    expect((trunkMacs + 3 * expertMacs) / 1e9).toBeCloseTo(0.1, 1)
    expect(costOf({ ...choice, imageSize: 64 }, 100).trunkMacs).toBe(4 * trunkMacs)
    expect(timesOfOneExpert({ ...choice, experts: 1 }, 100)).toBe(1)
    expect(timesOfOneExpert(choice, 100)).toBeGreaterThan(1.5)
  })

  it('of ResNet-10 are those of its convolutions', () => {
    const { trunkMacs, expertMacs } = costOf({ ...large, backbone: 'resnet10' }, 20)
    const stem = 112 * 112 * 147 * 64
    const layer1 = 56 * 56 * 2 * 576 * 64
    const layer2 = 28 * 28 * (576 * 128 + 1152 * 128 + 64 * 128)
    const layer3 = 14 * 14 * (1152 * 192 + 1728 * 192 + 128 * 192)
    const layer4 = 7 * 7 * (1728 * 384 + 3456 * 384 + 192 * 384)
    expect(trunkMacs).toBe(stem + layer1 + layer2)
    expect(expertMacs).toBe(layer3 + layer4 + 384 * 20)
  })

  it('of ResNet-50 and ResNeXt-50 at full width are 4.1 G and 4.2 G', () => {
    const plain: CostChoice = { ...large, experts: 1, widths: 'full' }
    expect(allMacs(plain) / 1e9).toBeCloseTo(4.09, 2)
    expect(allMacs({ ...plain, backbone: 'resnext50' }) / 1e9).toBeCloseTo(4.23, 2)
  })
})

describe('the router', () => {
  it('costs a layer of 16 units and one unit more for each decision', () => {
    const { routerMacs, routerParameters } = costOf({ ...choice, routerTopLogits: 30 }, 100)
    expect(routerMacs).toBe(48 * 16 + 16 + 30)
    expect(routerParameters).toBe(2 * (48 * 16 + 16) + 16 + 30 + 1)
  })

  it('sees no more logits than there are classes', () => {
    expect(costOf(choice, 5).routerMacs).toBe(48 * 16 + 16 + 5)
  })
})

function allMacs(of: CostChoice): number {
  const { trunkMacs, expertMacs } = costOf(of, 1000)
  return trunkMacs + of.experts * expertMacs
}
