/** Runs with the reference's weights, exported in every format, and read back by those who take them. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import protobuf from 'protobufjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema, type RunConfig, type RunRequest } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { saveCheckpoint } from './checkpoint.ts'
import type { ExportJob } from './contract.ts'
import { exportRun } from './export.ts'
import { refuseDisagreement } from './exportModel.ts'
import { referenceTensor } from './fixtures/reference.ts'
import { tensorShapes } from './formats/describe.ts'
import { readWeightsFile } from './formats/weightsFile.ts'
import { loadTensorFlow } from './graph/native.ts'
import { describeWeights } from './importWeights.ts'
import { openInference } from './inference.ts'
import { openOnnx } from './onnx/runtime.ts'
import { uniform } from './random.ts'
import type { StoredTensor } from './formats/safetensors.ts'
import { verifyModel } from './verifyModel.ts'
import { stateFrom } from './weights.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'ride-export-'))
afterAll(() => rmSync(folder, { recursive: true }))

const images = 9
const classNames = ['ox', 'ibex', 'Önager "x"', 'saola']
const order = Uint32Array.from({ length: images }, (_, n) => n)
const quiet = (): void => {}

/** Patches of colour with noise, the same for every size. */
function pixelFile(size: number): string {
  const file = path.join(folder, `pixels-${size}.u8`)
  const pixel = (i: number): number => 40 * (Math.floor(i / 3 / size / size) % 5) + 90 * uniform(2, i)
  if (!existsSync(file)) writeFileSync(file, Uint8Array.from({ length: images * size * size * 3 }, (_, i) => pixel(i)))
  return file
}

function tensorsOf(config: RunConfig): Map<string, StoredTensor> {
  const shapes = tensorShapes({ ...config, classes: classNames.length, routerTopLogits: config.stage === 'router' ? config.routerTopLogits : null })
  return new Map([...shapes].map(([name, shape]) => [name, { shape, values: referenceTensor(name, shape) }]))
}

/** A finished run of its own, to be exported under a name of its own. */
function jobOf(name: string, request: Partial<RunRequest>, changes: Partial<RunConfig & ExportJob> = {}): ExportJob {
  const config: RunConfig = { ...configOf(checked(RunRequestSchema, { experts: 2, device: 'cpu', imageSize: 32, ...request }, 'request')), ...changes }
  const runFolder = path.join(folder, name)
  saveCheckpoint(runFolder, { position: { epochsDone: config.epochs, stepsDone: 0, lossSum: 0, seed: 0 }, tensors: tensorsOf(config) })
  return { config, runFolder, classNames, format: 'onnx', file: path.join(folder, `${name}.onnx`), replace: false, threshold: null, pixelFile: pixelFile(config.imageSize), images: { rows: order, labels: new Uint32Array(images) }, ...changes }
}

/** The large ones once: a SavedModel is the graph itself, whatever is in it. */
const formatsOf = ({ backbone, experts }: Partial<RunRequest>): readonly ('onnx' | 'savedmodel')[] => (backbone && experts === 1 ? ['onnx'] : ['onnx', 'savedmodel'])

const left = (): string[] => readdirSync(folder).filter((name) => name.includes('.tmp'))

describe('a model agrees with its run on every image', () => {
  const cases: [string, Partial<RunRequest>, Partial<RunConfig & ExportJob>][] = [
    ['resnet32', {}, {}],
    ['resnet32-linear', { head: 'linear', experts: 1, widths: 'full' }, {}],
    ['resnet32-router', { experts: 3 }, { stage: 'router', routerTopLogits: 3, threshold: 0.5 }],
    ['resnet10-shared', { backbone: 'resnet10', imageSize: 64, sharedLayer3: true }, {}],
    ['resnet50', { backbone: 'resnet50', imageSize: 64, experts: 1 }, {}],
    ['resnext50', { backbone: 'resnext50', imageSize: 64, experts: 1 }, {}],
  ]
  it.each(cases.flatMap(([name, request, changes]) => formatsOf(request).map((format) => ({ name, format, request, changes }))))('$name as $format', async ({ name, format, request, changes }) => {
    const job = jobOf(`${name}-${format}`, request, { ...changes, format, file: path.join(folder, `${name}.${format}`) })
    const { verified, tensors } = await exportRun(job, quiet)
    expect(verified).toMatchObject({ images, flips: 0 })
    expect(verified!.largestDifference).toBeLessThan(1e-3)
    expect(tensors).toBeGreaterThan(10)
    expect(existsSync(job.file)).toBe(true)
    expect(left()).toEqual([])
  })
})

describe('an ONNX file', () => {
  it('takes pixels and gives the mean of the experts’ logits beside each of them', async () => {
    const job = jobOf('values', { experts: 3 })
    await exportRun(job, quiet)
    const { run, close } = await openOnnx(readFileSync(job.file))
    const outputs = await run(readFileSync(job.pixelFile!), [images, 32, 32, 3])
    await close()
    expect([...outputs.keys()]).toEqual(['logits', 'expert_0_logits', 'expert_1_logits', 'expert_2_logits'])
    const [mean, ...experts] = [...outputs.values()]
    expect(mean!.length).toBe(images * classNames.length)
    for (const [n, value] of mean!.entries()) expect(value).toBeCloseTo(experts.reduce((sum, own) => sum + own[n]!, 0) / 3, 4)
  })
})

it('bytes that are no model are refused in a sentence', async () => {
  await expect(openOnnx(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/cannot be run by ONNX Runtime here/) })
})

describe('a SavedModel', () => {
  it('replaces one that is there, as a whole', async () => {
    const job = jobOf('again', {}, { format: 'savedmodel', replace: true, file: path.join(folder, 'again.savedmodel') })
    mkdirSync(path.join(job.file, 'variables'), { recursive: true })
    writeFileSync(path.join(job.file, 'saved_model.pb'), 'old')
    // As a program that was killed between taking the old one away and putting the new one in its place.
    mkdirSync(`${job.file}.tmp-999999999-01234567-89ab-cdef-0123-456789abcdef`)
    await exportRun(job, quiet)
    expect(readdirSync(job.file).sort()).toEqual(['assets', 'saved_model.pb'])
    expect(JSON.parse(JSON.parse(readFileSync(path.join(job.file, 'assets/model.json'), 'utf8')).class_names)).toEqual(classNames)
    expect(left()).toEqual([])
  })
})

it.each([['onnx', 'model.onnx'], ['savedmodel', 'model.savedmodel'], ['safetensors', 'late.safetensors']] as const)('what came to be there meanwhile is not replaced: %s', async (format, name) => {
  const job = jobOf(`late-${format}`, { experts: 1 }, { format, file: path.join(folder, name) })
  const inside = format === 'savedmodel' ? path.join(job.file, 'saved_model.pb') : job.file
  mkdirSync(path.dirname(inside), { recursive: true })
  writeFileSync(inside, 'another\'s')
  await expect(exportRun(job, quiet)).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining(`${job.file} came to be there`) })
  expect(readFileSync(inside, 'utf8')).toBe('another\'s')
  await exportRun({ ...job, replace: true }, quiet)
  expect(readFileSync(inside, 'utf8')).not.toBe('another\'s')
  expect(left()).toEqual([])
})

describe('a SavedModel, to those who know its signature alone,', () => {
  it('takes pixels and gives the logits of its run', async () => {
    const job = jobOf('signed', { experts: 3 }, { format: 'savedmodel', file: path.join(folder, 'signed.savedmodel') })
    await exportRun(job, quiet)
    const { inputs, outputs } = servingDefault(path.join(job.file, 'saved_model.pb'))
    const size = job.config.imageSize
    expect(inputs).toEqual({ pixels: { name: 'pixels:0', dtype: 4, shape: [-1, size, size, 3] } })
    const experts = ['expert_0_logits', 'expert_1_logits', 'expert_2_logits']
    expect(Object.keys(outputs)).toEqual(['logits', ...experts])
    for (const { dtype, shape } of Object.values(outputs)) expect({ dtype, shape }).toEqual({ dtype: 1, shape: [-1, classNames.length] })

    const binding = loadTensorFlow('cpu')
    const model = binding.loadSavedModel(job.file, 'serve')
    const pixels = binding.createTensor([images, size, size, 3], inputs['pixels']!.dtype, readFileSync(job.pixelFile!))
    const results = binding.runSavedModel(model, [pixels], inputs['pixels']!.name, Object.values(outputs).map(({ name }) => name).join())
    const answers = results.map(({ id }) => binding.tensorDataSync(id))
    for (const id of [pixels, ...results.map((result) => result.id)]) binding.deleteTensor(id)
    binding.deleteSavedModel(model)

    const run = openInference(binding, job.config, classNames.length, stateFrom(tensorsOf(job.config)), 1)
    const { logits } = run.run(readFileSync(job.pixelFile!), true)
    run.close()
    for (const [e, own] of logits.entries()) for (const [n, value] of own.entries()) expect(answers[e + 1]![n]).toBeCloseTo(value, 3)
    for (const [n, value] of answers[0]!.entries()) expect(value).toBeCloseTo(logits.reduce((sum, own) => sum + own[n]!, 0) / logits.length, 3)
  })
})

interface Signed {
  readonly name: string
  readonly dtype: number
  readonly shape: readonly number[]
}

/** What TensorFlow's loaders look up in a SavedModel, as its own .proto files have it. */
function servingDefault(file: string): { inputs: Record<string, Signed>; outputs: Record<string, Signed> } {
  const { root } = protobuf.parse(`
    syntax = "proto3";
    message SavedModel { repeated MetaGraph meta_graphs = 2; }
    message MetaGraph { map<string, Signature> signature_def = 5; }
    message Signature { map<string, Info> inputs = 1; map<string, Info> outputs = 2; string method_name = 3; }
    message Info { string name = 1; int32 dtype = 2; Shape tensor_shape = 3; }
    message Shape { repeated Size dim = 2; }
    message Size { int64 size = 1; }`)
  type Infos = Record<string, { name: string; dtype: number; tensorShape: { dim: { size: number }[] } }>
  const decoded = root.lookupType('SavedModel').decode(readFileSync(file))
  const { metaGraphs } = root.lookupType('SavedModel').toObject(decoded, { longs: Number }) as { metaGraphs: { signatureDef: Record<string, { inputs: Infos; outputs: Infos; methodName: string }> }[] }
  expect(metaGraphs).toHaveLength(1)
  const { inputs, outputs, methodName } = metaGraphs[0]!.signatureDef['serving_default']!
  expect(methodName).toBe('tensorflow/serving/predict')
  const plain = (infos: Infos): Record<string, Signed> => Object.fromEntries(Object.entries(infos).map(([name, info]) => [name, { name: info.name, dtype: info.dtype, shape: info.tensorShape.dim.map(({ size }) => size) }]))
  return { inputs: plain(inputs), outputs: plain(outputs) }
}

describe('what does not agree', () => {
  it.each(['onnx', 'savedmodel'] as const)('is not kept where the run answers with what are no numbers: %s', async (format) => {
    const job = jobOf(`broken-${format}`, {}, { format, file: path.join(folder, `broken.${format}`) })
    const broken = tensorsOf(job.config).set('linears.0.weight', { shape: [48, 4], values: new Float32Array(48 * 4).fill(NaN) })
    saveCheckpoint(job.runFolder, { position: { epochsDone: job.config.epochs + 1, stepsDone: 0, lossSum: 0, seed: 0 }, tensors: broken })
    await expect(exportRun(job, quiet)).rejects.toThrow('its training diverged')
    expect(existsSync(job.file)).toBe(false)
    expect(left()).toEqual([])
  })

  it('is not called done without images', async () => {
    const job = jobOf('unseen', { experts: 1 }, { images: { rows: new Uint32Array(0), labels: new Uint32Array(0) } })
    await expect(exportRun(job, quiet)).rejects.toThrow('none were given')
    expect(existsSync(job.file)).toBe(false)
    expect(left()).toEqual([])
  })

  it('is refused by its classes, by its numbers, and for having none', () => {
    const agreeing = { images: 9, flips: 0, largestDifference: 0.29 }
    expect(() => refuseDisagreement(agreeing, 30)).not.toThrow()
    expect(() => refuseDisagreement({ ...agreeing, flips: 2 }, 30)).toThrow('it gives 2 of 9 images another class than the run does')
    expect(() => refuseDisagreement({ ...agreeing, largestDifference: 0.31 }, 30)).toThrow("a logit of it is 0.31 from the run's, and at most 0.3 was expected")
    expect(() => refuseDisagreement({ ...agreeing, largestDifference: Infinity }, 30)).toThrow('a logit of it is Infinity')
  })

  it('is counted, image by image, and told on the way', async () => {
    const job = jobOf('counted', { experts: 1 })
    const progress: unknown[] = []
    const wrongForTwo = (_: Uint8Array, count: number): Promise<ReadonlyMap<string, Float32Array>> => {
      const logits = new Map(right)
      const changed = Float32Array.from(logits.get('logits')!)
      for (const image of [3, 7]) changed.set(changed.subarray(image * 4, image * 4 + 4).map((value) => -value), image * 4)
      expect(count).toBe(images)
      return Promise.resolve(logits.set('logits', changed))
    }
    const verified = await verifyModel(loadTensorFlow('cpu'), job, stateFrom(tensorsOf(job.config)), wrongForTwo, (...event) => progress.push(event))
    expect(verified).toMatchObject({ images, flips: 2 })
    expect(verified.largestLogit).toBeCloseTo(Math.max(...right.get('expert_0_logits')!.map(Math.abs)), 3)
    expect(progress.at(-1)).toMatchObject(['progress', { phase: 'evaluating', done: images, total: images }])
  })

  let right: ReadonlyMap<string, Float32Array>
  beforeAll(async () => {
    const job = jobOf('right', { experts: 1 })
    await exportRun(job, quiet)
    const { run, close } = await openOnnx(readFileSync(job.file))
    right = await run(readFileSync(job.pixelFile!), [images, 32, 32, 3])
    await close()
  })
})

describe('weights', () => {
  it('are what the authors’ load_state_dict takes, and say what they are of', async () => {
    const job = jobOf('weights', { experts: 3 }, { format: 'safetensors', file: path.join(folder, 'weights.safetensors') })
    saveCheckpoint(job.runFolder, { position: { epochsDone: 500, stepsDone: 0, lossSum: 0, seed: 0 }, tensors: tensorsOf(job.config).set('conv1.weight/momentum', { shape: [16, 3, 3, 3], values: new Float32Array(432) }) })
    const { tensors: count, verified } = await exportRun(job, quiet)
    const { tensors, metadata } = readWeightsFile(job.file)
    expect(verified).toBeNull()
    expect(count).toBe(tensors.size)
    expect(new Map([...tensors].sort())).toEqual(new Map([...tensorsOf(job.config)].sort()))
    expect(metadata).toMatchObject({ format: 'pt', backbone: 'resnet32', experts: '3', widths: 'reduced', head: 'cosine', scale: '30' })
    expect(describeWeights(job.file)).toMatchObject({ backbone: 'resnet32', experts: 3, classes: 4, classNames, imageSize: 32, fit: 'pad', threshold: null })
  })

  it('say what images were to them, and where the router asked on', async () => {
    const job = jobOf('sight', { imageSize: 64, fit: 'crop' }, { stage: 'router', routerTopLogits: 3, threshold: 0.275, format: 'safetensors', file: path.join(folder, 'sight.safetensors') })
    await exportRun(job, quiet)
    expect(describeWeights(job.file)).toMatchObject({ router: true, imageSize: 64, fit: 'crop', threshold: 0.275 })
  })

  it('have learnt scales worked into a linear classifier', async () => {
    const job = jobOf('scaled', { head: 'linear', experts: 1 }, { format: 'safetensors', file: path.join(folder, 'scaled.safetensors') })
    const tensors = tensorsOf(job.config)
    saveCheckpoint(job.runFolder, { position: { epochsDone: 500, stepsDone: 0, lossSum: 0, seed: 0 }, tensors: new Map(tensors).set('linears.0.scales', { shape: [4], values: Float32Array.of(1, 2, 3, 4) }) })
    await exportRun(job, quiet)
    const exported = readWeightsFile(job.file).tensors
    expect([...exported.keys()].sort()).toEqual([...tensors.keys()].sort())
    const bias = tensors.get('linears.0.bias')!.values as Float32Array
    expect(exported.get('linears.0.bias')!.values).toEqual(bias.map((value, c) => value * (c + 1)))
  })

  it('with learnt scales beside a cosine classifier, which no other code has a place for, are not written', async () => {
    const job = jobOf('cosine-scaled', { experts: 1 }, { format: 'safetensors', file: path.join(folder, 'cosine-scaled.safetensors') })
    const tensors = tensorsOf(job.config).set('linears.0.scales', { shape: [4], values: Float32Array.of(1, 2, 3, 4) })
    saveCheckpoint(job.runFolder, { position: { epochsDone: 500, stepsDone: 0, lossSum: 0, seed: 0 }, tensors })
    await expect(exportRun(job, quiet)).rejects.toThrow('Export a SavedModel or ONNX, which hold them, instead.')
    expect(existsSync(job.file)).toBe(false)
    await expect(exportRun({ ...job, format: 'onnx' }, quiet)).resolves.toMatchObject({ verified: { flips: 0 } })
  })

  it('that cannot be written say why', async () => {
    const job = jobOf('nowhere', {}, { format: 'safetensors', file: path.join(folder, 'gone', 'weights.safetensors') })
    await expect(exportRun(job, quiet)).rejects.toThrow(`The weights could not be written to ${job.file}: its folder is not there any more.`)
    await expect(exportRun({ ...job, format: 'onnx' }, quiet)).rejects.toThrow(`The model could not be written to ${job.file}: its folder is not there any more.`)
  })
})
