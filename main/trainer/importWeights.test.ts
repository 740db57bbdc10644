import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema, type RunConfig } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { startTrainer } from './client.ts'
import { referenceTensor } from './fixtures/reference.ts'
import { forkTrainer } from './fork.ts'
import { tensorShapes, type NetworkDescription } from './formats/describe.ts'
import { describeWeights, importWeights } from './importWeights.ts'
import { encodeTensors, type StoredTensor } from './formats/safetensors.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'ride-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

const small: NetworkDescription = { backbone: 'resnet32', experts: 3, widths: 'reduced', sharedLayer3: false, head: 'cosine', classes: 10, routerTopLogits: null }

function tensorsOf(network: NetworkDescription): Map<string, StoredTensor> {
  return new Map([...tensorShapes(network)].map(([name, shape]) => [name, { shape, values: referenceTensor(name, shape) }]))
}

function write(name: string, tensors: ReadonlyMap<string, StoredTensor>, metadata: Record<string, string> = {}): string {
  const file = path.join(folder, name)
  writeFileSync(file, Buffer.concat(encodeTensors({ tensors, metadata })))
  return file
}

/** Zeros, where only names and shapes are looked at. */
function shapesOnly(network: NetworkDescription): Map<string, StoredTensor> {
  return new Map([...tensorShapes(network)].map(([name, shape]) => [name, { shape, values: new Float32Array(shape.reduce((product, size) => product * size, 1)) }]))
}

function named(classNames: unknown): string {
  return write('named.safetensors', shapesOnly({ ...small, classes: 3 }), { class_names: JSON.stringify(classNames) })
}

describe('a weights file tells its network', () => {
  it.each<Partial<NetworkDescription>>([
    {},
    { widths: 'full', head: 'linear', experts: 1, classes: 100 },
    { experts: 2, routerTopLogits: 5 },
    { backbone: 'resnet10', experts: 2, classes: 4 },
    { backbone: 'resnet10', experts: 2, sharedLayer3: true, widths: 'full' },
    { backbone: 'resnet50', experts: 1 },
    { backbone: 'resnext50', experts: 1, head: 'linear', widths: 'full' },
  ])('%o', (changes) => {
    const network = { ...small, ...changes }
    const file = write('network.safetensors', shapesOnly(network))
    expect(describeWeights(file)).toEqual({ ...network, router: network.routerTopLogits !== null, imageSize: null, fit: null, threshold: null, adjustment: null, classNames: null })
  })

  it('under the names that the reference has', () => {
    const { shapes } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/resnet10-ride3.json'), 'utf8')) as { shapes: Record<string, number[]> }
    expect(Object.fromEntries(tensorShapes({ ...small, backbone: 'resnet10', classes: 20 }))).toEqual(shapes)
  })

  it('with the names of its classes, which are refused where they cannot be theirs', () => {
    expect(describeWeights(named(['a', 'b', 'c'])).classNames).toEqual(['a', 'b', 'c'])
    for (const wrong of [['a', 'b'], ['a', 'b', 'b'], [1, 2, 3], 'abc']) expect(() => describeWeights(named(wrong)), JSON.stringify(wrong)).toThrow('no JSON list of 3 different names')
  })

  it('without what no run can have', () => {
    const file = write('odd.safetensors', shapesOnly(small), { image_size: '31', fit: 'stretch', router_threshold: '0.99999999999' })
    expect(describeWeights(file)).toMatchObject({ imageSize: null, fit: null, threshold: null })
  })

  it('or which tensor is in the way', () => {
    const tensors = tensorsOf(small)
    const broken = (name: string, change: (tensors: Map<string, StoredTensor>) => void): string => {
      const copy = new Map(tensors)
      change(copy)
      return write(name, copy)
    }
    expect(() => describeWeights(broken('lacking.safetensors', (copy) => copy.delete('layer2s.1.0.bn1.weight')))).toThrow('Nearest is resnet32 with 3 experts, reduced widths and a cosine head: layer2s.1.0.bn1.weight, of shape [24], is missing.')
    expect(() => describeWeights(broken('wide.safetensors', (copy) => copy.set('conv1.weight', { shape: [16, 1, 3, 3], values: new Float32Array(144) })))).toThrow('conv1.weight has the shape [16, 1, 3, 3], [16, 3, 3, 3] was expected.')
    expect(() => describeWeights(broken('more.safetensors', (copy) => copy.set('projector.weight', { shape: [2], values: new Float32Array(2) })))).toThrow("projector.weight, of shape [2], is none of the network's.")
    expect(() => describeWeights(broken('long.safetensors', (copy) => copy.set('p\n'.repeat(99), { shape: [2], values: new Float32Array(2) })))).toThrow(`${'p\\n'.repeat(50)}…, of shape [2], is none of the network's.`)
    expect(() => describeWeights(broken('none.safetensors', (copy) => copy.delete('linears.0.weight')))).toThrow('holds no network with experts')
    expect(() => describeWeights(broken('whole.safetensors', (copy) => copy.set('conv1.weight', { shape: [16, 3, 3, 3], values: new BigInt64Array(432) })))).toThrow('conv1.weight holds whole numbers, floats were expected.')
    for (const classes of [0, 1]) expect(() => describeWeights(write('few.safetensors', shapesOnly({ ...small, classes })))).toThrow(`tells ${classes} ${classes ? 'class' : 'classes'} apart; 2 at least were expected`)
  })
})

it('is looked for among files alone', () => {
  expect(() => describeWeights(folder)).toThrow('is no file')
  expect(() => describeWeights(path.join(folder, 'nowhere.pth'))).toThrow('There is no file')
  if (process.platform === 'win32') return
  const pipe = path.join(folder, 'pipe.pth')
  execFileSync('mkfifo', [pipe])
  expect(() => describeWeights(pipe)).toThrow('is no file')
})

it('goes through the trainer’s process, from a file to a run to a model', async () => {
  const file = write('network-of-three.safetensors', tensorsOf({ ...small, classes: 3 }), { class_names: '["a","b","c"]' })
  const trainer = startTrainer(forkTrainer)
  try {
    const described = await trainer.call('describeWeights', { file })
    expect(described).toMatchObject({ backbone: 'resnet32', experts: 3, classNames: ['a', 'b', 'c'] })
    const config: RunConfig = { ...configOf(checked(RunRequestSchema, { device: 'cpu' }, 'request')), epochs: 0 }
    const runFolder = path.join(folder, 'through')
    await trainer.call('importWeights', { file, config, classes: described.classes, runFolder })
    const pixelFile = path.join(folder, 'pixels.u8')
    writeFileSync(pixelFile, new Uint8Array(2 * 32 * 32 * 3).map((_, n) => n % 251))
    const model = path.join(folder, 'model.onnx')
    const images = { rows: Uint32Array.of(0, 1), labels: Uint32Array.of(0, 1) }
    const { verified } = await trainer.call('export', { config, runFolder, classNames: ['a', 'b', 'c'], format: 'onnx', file: model, replace: false, threshold: null, adjustment: null, pixelFile, images })
    expect(verified).toMatchObject({ images: 2, flips: 0 })
    expect(existsSync(model)).toBe(true)
    await expect(trainer.call('describeWeights', { file: model })).rejects.toMatchObject({ code: 'unreadable' })
  } finally {
    trainer.kill()
  }
})

describe('an imported file', () => {
  const config: RunConfig = { ...configOf(checked(RunRequestSchema, {}, 'request')), epochs: 0 }

  it('becomes a checkpoint of a run that is finished, with the statistics and without the wrappers', () => {
    const tensors = tensorsOf(small)
    tensors.set('bn1.num_batches_tracked', { shape: [], values: BigInt64Array.of(7n) })
    const stray: StoredTensor = { shape: [2], values: BigInt64Array.of(1n, 2n) }
    const withStrays = new Map(tensors).set('layer9.bn1.num_batches_tracked', stray).set('layer1.0.bn1.num_batches_tracked', stray)
    const runFolder = path.join(folder, 'imported')
    const file = write('wrapped.safetensors', new Map([...withStrays].map(([name, tensor]) => [`module.backbone.${name}`, tensor])))
    importWeights({ file, config, classes: 10, runFolder })
    const checkpoint = loadCheckpoint(runFolder)
    expect(checkpoint.position).toEqual({ epochsDone: 0, stepsDone: 0, lossSum: 0, seed: config.seed })
    expect(new Map([...checkpoint.tensors].sort())).toEqual(new Map([...tensors].sort()))
    expect(() => importWeights({ file, config, classes: 10, runFolder })).toThrow('has checkpoints already')
  })

  it('is refused where it is another network than the run’s, or not finite', () => {
    const tensors = tensorsOf(small)
    const runFolder = path.join(folder, 'refused')
    expect(() => importWeights({ file: write('ten.safetensors', tensors), config, classes: 11, runFolder })).toThrow('linears.0.weight has the shape [48, 10], [48, 11] was expected, and 2 more do not fit')
    const broken = new Map(tensors).set('bn1.bias', { shape: [16], values: new Float32Array(16).fill(NaN) })
    expect(() => importWeights({ file: write('nan.safetensors', broken), config, classes: 10, runFolder })).toThrow('holds a number that is not finite in bn1.bias')
    const negative = new Map(tensors).set('bn1.running_var', { shape: [16], values: new Float32Array(16).fill(-1) })
    expect(() => importWeights({ file: write('negative.safetensors', negative), config, classes: 10, runFolder })).toThrow('holds a variance below zero in bn1.running_var')
    const whole = new Map(tensors).set('bn1.running_mean', { shape: [16], values: new BigInt64Array(16) })
    expect(() => importWeights({ file: write('whole.safetensors', whole), config, classes: 10, runFolder })).toThrow('bn1.running_mean holds whole numbers, floats were expected')
    expect(() => loadCheckpoint(runFolder)).toThrow('no checkpoint')
  })
})
