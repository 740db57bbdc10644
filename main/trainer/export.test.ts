/** Runs exported as models, and read back by those who take them. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import type { RunConfig, RunRequest } from '../../shared/recipe.ts'
import type { ExportJob } from './contract.ts'
import { exportRun } from './export.ts'
import { adjustment, classNames, folder, images, jobOf, left, quiet, tensorsOf } from './fixtures/exportedRuns.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openInference } from './inference.ts'
import { openOnnx } from './onnx/runtime.ts'
import { stateFrom } from './weights.ts'

/** The large ones once: a SavedModel is the graph itself, whatever is in it. */
const formatsOf = ({ backbone, experts }: Partial<RunRequest>): readonly ('onnx' | 'savedmodel')[] => (backbone && experts === 1 ? ['onnx'] : ['onnx', 'savedmodel'])

describe('a model agrees with its run on every image', () => {
  const cases: [string, Partial<RunRequest>, Partial<RunConfig & ExportJob>][] = [
    ['resnet32', {}, {}],
    ['resnet32-linear', { head: 'linear', experts: 1, widths: 'full' }, {}],
    ['resnet32-router', { experts: 3 }, { stage: 'router', routerTopLogits: 3, threshold: 0.5 }],
    ['resnet32-adjusted', {}, { adjustment }],
    ['resnet32-router-adjusted', { experts: 3 }, { stage: 'router', routerTopLogits: 3, threshold: 0.5, adjustment }],
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

/** Logits by output, of a run exported as ONNX. */
async function answersOf(name: string, changes: Partial<ExportJob>): Promise<readonly Float32Array[]> {
  const job = jobOf(name, {}, changes)
  await exportRun(job, quiet)
  const { run, close } = await openOnnx(readFileSync(job.file))
  const outputs = await run(readFileSync(job.pixelFile!), [images, 32, 32, 3])
  await close()
  return [...outputs.values()]
}

describe('an ONNX file', () => {
  it('of a run whose answers are adjusted has the offsets in its answer, and in no expert', async () => {
    const [plain, ...experts] = await answersOf('unadjusted', {})
    const [adjusted, ...same] = await answersOf('adjusted', { adjustment })
    for (const [n, value] of adjusted!.entries()) expect(value).toBe(Math.fround(plain![n]! + adjustment.offsets[n % classNames.length]!))
    expect(same).toEqual(experts)
  })

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
