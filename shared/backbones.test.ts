import { describe, expect, it } from 'vitest'
import { featureWidth, shapeOfBackbone, type Stage } from './backbones.ts'

const channels = (stages: readonly Stage[]): string[] => stages.map(({ name, blocks, inner, out }) => `${name}: ${blocks} x ${inner} -> ${out}`)
const reduced = { widths: 'reduced', sharedLayer3: false } as const

describe('the shape of', () => {
  it('ResNet-32', () => {
    const shape = shapeOfBackbone({ backbone: 'resnet32', ...reduced })
    expect(channels(shape.trunk)).toEqual(['layer1: 5 x 16 -> 16'])
    expect(channels(shape.expert)).toEqual(['layer2: 5 x 24 -> 24', 'layer3: 5 x 48 -> 48'])
    expect(shape.expert.map(({ stride }) => stride)).toEqual([2, 2])
    expect(channels(shapeOfBackbone({ backbone: 'resnet32', widths: 'full', sharedLayer3: false }).expert)).toEqual(['layer2: 5 x 32 -> 32', 'layer3: 5 x 64 -> 64'])
  })

  it('ResNet-10', () => {
    const shape = shapeOfBackbone({ backbone: 'resnet10', ...reduced })
    expect(channels(shape.trunk)).toEqual(['layer1: 1 x 64 -> 64', 'layer2: 1 x 128 -> 128'])
    expect(channels(shape.expert)).toEqual(['layer3: 1 x 192 -> 192', 'layer4: 1 x 384 -> 384'])
  })

  it('ResNet-50', () => {
    const shape = shapeOfBackbone({ backbone: 'resnet50', ...reduced })
    expect(channels(shape.trunk)).toEqual(['layer1: 3 x 64 -> 256', 'layer2: 4 x 128 -> 512'])
    expect(channels(shape.expert)).toEqual(['layer3: 6 x 192 -> 768', 'layer4: 3 x 384 -> 1536'])
    expect(featureWidth(shape)).toBe(1536)
    expect(featureWidth(shapeOfBackbone({ backbone: 'resnet50', widths: 'full', sharedLayer3: false }))).toBe(2048)
  })

  it('ResNeXt-50, whose 3 x 3 convolutions are twice as wide and grouped', () => {
    const shape = shapeOfBackbone({ backbone: 'resnext50', ...reduced })
    expect(shape.groups).toBe(32)
    expect(channels(shape.trunk)).toEqual(['layer1: 3 x 128 -> 256', 'layer2: 4 x 256 -> 512'])
    expect(channels(shape.expert)).toEqual(['layer3: 6 x 384 -> 768', 'layer4: 3 x 768 -> 1536'])
  })

  it('a network whose experts share layer3, where there is a layer4 to have alone', () => {
    const shape = shapeOfBackbone({ backbone: 'resnet50', widths: 'reduced', sharedLayer3: true })
    expect(channels(shape.trunk).at(-1)).toBe('layer3: 6 x 192 -> 768')
    expect(channels(shape.expert)).toEqual(['layer4: 3 x 384 -> 1536'])
    expect(shapeOfBackbone({ backbone: 'resnet32', widths: 'reduced', sharedLayer3: true })).toEqual(shapeOfBackbone({ backbone: 'resnet32', ...reduced }))
  })
})
