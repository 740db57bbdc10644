import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pretrainedState } from './pretrained.ts'
import { encodeTensors } from './formats/safetensors.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'ride-pretrained-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file of these shapes; every value of a tensor is its place among them, or what is given. */
function fileOf(name: string, shapes: Record<string, number[]>, value?: number): string {
  const tensors = new Map(Object.entries(shapes).map(([key, shape], n) => [key, { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value ?? n) }]))
  const file = path.join(folder, name)
  writeFileSync(file, Buffer.concat(encodeTensors({ tensors, metadata: {} })))
  return file
}

/** Two experts, as TensorFlow lays them out. */
const shapes = new Map([
  ['conv1.weight', [7, 7, 3, 4]],
  ['bn1.weight', [4]],
  ['layer1.0.conv1.weight', [1, 1, 4, 4]],
  ...[0, 1].flatMap((e): [string, number[]][] => [
    [`layer3s.${e}.0.conv1.weight`, [1, 2, 4, 6]],
    [`layer3s.${e}.0.bn1.weight`, [6]],
    [`linears.${e}.weight`, [6, 3]],
  ]),
])
const stem = { 'conv1.weight': [4, 3, 7, 7], 'bn1.weight': [4] }

describe('pretrained weights', () => {
  it('start trunk and every expert from torchvision’s names, in the network’s layout', () => {
    const file = fileOf('full.safetensors', { ...stem, 'layer1.0.conv1.weight': [4, 4, 1, 1], 'layer3.0.conv1.weight': [6, 4, 1, 2], 'layer3.0.bn1.weight': [6], 'fc.weight': [3, 6] })
    const { state, loaded, left } = pretrainedState(file, shapes)
    expect(loaded).toEqual(['stem', 'layer1', 'layer3s.0', 'layer3s.1'])
    expect(left).toEqual([])
    expect([...state.keys()]).not.toContain('linears.0.weight')
    expect(state.get('layer3s.1.0.conv1.weight')).toEqual(new Float32Array(48).fill(3))
  })

  it('put convolutions into TensorFlow’s order', () => {
    const file = path.join(folder, 'order.safetensors')
    const tensors = new Map([['layer1.0.conv1.weight', { shape: [2, 3, 1, 1], values: Float32Array.of(1, 2, 3, 4, 5, 6) }]])
    writeFileSync(file, Buffer.concat(encodeTensors({ tensors, metadata: {} })))
    const { state } = pretrainedState(file, new Map([['layer1.0.conv1.weight', [1, 1, 3, 2]]]))
    expect(state.get('layer1.0.conv1.weight')).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6))
  })

  it('leave a stage as drawn where one of its tensors has another shape', () => {
    const file = fileOf('reduced.safetensors', { ...stem, 'layer3.0.conv1.weight': [8, 4, 1, 2], 'layer3.0.bn1.weight': [6] })
    expect(pretrainedState(file, shapes)).toMatchObject({ loaded: ['stem'], left: ['layer1', 'layer3s.0', 'layer3s.1'] })
  })

  it('take the authors’ names, wrapped or not, each expert its own', () => {
    const file = fileOf('authors.safetensors', { 'module.backbone.layer3s.1.0.conv1.weight': [6, 4, 1, 2], 'module.backbone.layer3s.1.0.bn1.weight': [6] })
    expect(pretrainedState(file, shapes).loaded).toEqual(['layer3s.1'])
  })

  it('are refused where nothing fits, where they are not finite, and where two networks have the same names', () => {
    expect(() => pretrainedState(fileOf('small.safetensors', { 'conv1.weight': [16, 3, 3, 3] }), shapes)).toThrow('its conv1.weight has the shape [16, 3, 3, 3]; [4, 3, 7, 7] was expected')
    expect(() => pretrainedState(fileOf('other.safetensors', { 'stem.weight': [4, 3, 7, 7] }), shapes)).toThrow('it holds no conv1.weight')
    expect(() => pretrainedState(fileOf('nan.safetensors', stem, NaN), shapes)).toThrow('fits no stage')
    expect(() => pretrainedState(fileOf('negative.safetensors', { 'bn1.running_var': [4] }, -1), new Map([['bn1.running_var', [4]]]))).toThrow('fits no stage')
    expect(() => pretrainedState(fileOf('twice.safetensors', { 'module.bn1.weight': [4], 'bn1.weight': [4] }), shapes)).toThrow('more than one network')
    expect(() => pretrainedState(path.join(folder, 'nowhere.safetensors'), shapes)).toThrow('There is no file')
  })
})
