/** Second stages on a small run in which one class is rare. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Epoch } from '../../shared/contract/runs.ts'
import { secondStageConfigOf, SecondStageRequestSchema, type SecondStageRequest } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { openPixels } from './batches.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { EvaluateResult, PixelSet, TrainJob } from './contract.ts'
import { evaluate } from './evaluate.ts'
import { checkpointBytes, makeJobs } from './fixtures/job.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openRun } from './run.ts'
import { isScales } from './scales.ts'
import { train } from './train.ts'
import { stateFrom } from './weights.ts'

const rare = 2
const counts = [8, 8, 2]
const jobs = makeJobs(24)
const base = withRareClass(jobs.job('base', { head: 'linear', loss: 'ce', experts: 2, epochs: 4, batchSize: 4, augment: false }))

/** For a training of a few seconds on a machine that has others to serve as well. */
const patienceMs = 120_000

beforeAll(() => finished(base), patienceMs)
afterAll(() => jobs.remove())

describe('cRT', () => {
  const job = stageOn(base, { stage: 'crt', epochs: 4, batchSize: 8, learningRate: 0.1 })
  beforeAll(() => finished(job), patienceMs)

  it('trains the classifiers and nothing else', () => {
    expect(changed(job)).toEqual(['linears.0.bias', 'linears.0.weight', 'linears.1.bias', 'linears.1.weight'])
    const [before, after] = [base, job].map(({ runFolder }) => loadCheckpoint(runFolder).tensors.get('bn1.num_batches_tracked'))
    expect(after).toEqual(before)
    expect([...after!.values]).toEqual([20n])
  })

  it('finds the rare class, which the base run never names', async () => {
    expect(recallOf(await scored(base), rare)).toBe(0)
    expect(recallOf(await scored(job), rare)).toBeGreaterThan(0.5)
  })
})

describe('tau-normalisation', () => {
  it('divides every class’s weights by a power of their norm, without an epoch', async () => {
    const job = stageOn(base, { stage: 'tau-norm', tauNorm: 0.7 })
    expect(await finished(job)).toEqual([])
    expect(changed(job)).toEqual(['linears.0.bias', 'linears.0.weight', 'linears.1.bias', 'linears.1.weight'])
    const [before, after] = [parametersOf(base), parametersOf(job)]
    expect([...after.get('linears.1.bias')!]).toEqual([0, 0, 0])
    const rows = after.get('linears.1.weight')!
    const width = rows.length / counts.length
    for (const c of counts.keys()) {
      const row = before.get('linears.1.weight')!.subarray(c * width, (c + 1) * width)
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
      for (const [i, value] of row.entries()) expect(rows[c * width + i]).toBeCloseTo(value / norm ** 0.7, 5)
    }
  })
})

describe('learnable weight scaling', () => {
  const job = stageOn(base, { stage: 'lws', epochs: 4, batchSize: 18, learningRate: 0.2 })
  let epochs: readonly Epoch[]
  beforeAll(async () => {
    epochs = await finished(job)
  }, patienceMs)

  it('learns a scale for every class of every expert and nothing else', () => {
    const [before, after] = [parametersOf(base), parametersOf(job)]
    expect([...after.keys()].filter((name) => !before.has(name)).sort()).toEqual(['linears.0.scales', 'linears.1.scales'])
    expect(changed(job)).toEqual(['linears.0.scales', 'linears.1.scales'])
    expect(after.get('linears.0.scales')).toHaveLength(counts.length)
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss)
  })

  it('is scored with its scales', async () => {
    expect(firstGuesses(await scored(job))).toEqual(classified(job))
  })

  it('is a linear classifier’s weight and bias to a stage that stands on it', () => {
    const onTop = stageOn(job, { stage: 'router' }, 'router-on-lws')
    const state = started(onTop)
    const own = parametersOf(job)
    const scales = own.get('linears.1.scales')!
    expect([...state.keys()].filter(isScales)).toEqual([])
    expect([...state.get('linears.1.bias')!]).toEqual(Array.from(own.get('linears.1.bias')!.map((value, c) => value * scales[c]!)))
    expect([...state.get('linears.1.weight')!.subarray(48, 96)]).toEqual(Array.from(own.get('linears.1.weight')!.subarray(48, 96).map((value) => value * scales[1]!)))
  })
})

describe('a router', () => {
  // Of 18 images, the last batch is of two.
  const whole = stageOn(base, { stage: 'router', epochs: 2, batchSize: 4 })
  beforeAll(() => finished(whole), patienceMs)

  it('is trained, and nothing else', () => {
    const names = ['expert_help_pred_fc.bias', 'expert_help_pred_fc.weight', 'expert_help_pred_hidden_fcs.0.bias', 'expert_help_pred_hidden_fcs.0.weight']
    const [before, after] = [parametersOf(base), parametersOf(whole)]
    expect([...after.keys()].filter((name) => !before.has(name)).sort()).toEqual(names)
    expect(changed(whole)).toEqual(names)
    // Of three classes it sees the logits of all three.
    expect(after.get('expert_help_pred_fc.weight')).toHaveLength(3 + 16)
    expect([...after.values()].every((values) => values.every(Number.isFinite))).toBe(true)
  })

  it('starts as PyTorch’s linear layers do', () => {
    const start = started(whole)
    for (const [name, inputs] of [['expert_help_pred_fc.weight', 19], ['expert_help_pred_fc.bias', 19], ['expert_help_pred_hidden_fcs.0.weight', 48], ['expert_help_pred_hidden_fcs.0.bias', 48]] as const) {
      const largest = Math.max(...start.get(name)!.map(Math.abs))
      expect(largest, name).toBeLessThanOrEqual(1 / Math.sqrt(inputs))
      expect(largest, name).toBeGreaterThan(0)
    }
    expect(Math.max(...start.get('expert_help_pred_hidden_fcs.0.weight')!.map(Math.abs))).toBeGreaterThan(0.95 / Math.sqrt(48))
  })

  it('goes on after a stop to the same bits', async () => {
    const job = stageOn(base, { stage: 'router', epochs: 2, batchSize: 4 }, 'stopped')
    await finished(job, 3)
    await finished({ ...job, resume: true })
    expect(checkpointBytes(job).at(-1)).toEqual(checkpointBytes(whole).at(-1))
  })

  it('is scored as it routes, beside all experts on the same images', async () => {
    const all = await scored(whole, 1e-6)
    expect([...new Set(all.expertsAsked)]).toEqual([2])
    expect([...all.guessClasses]).toEqual([...all.routing!.allExpertsClasses])
    const threshold = [...all.routing!.scores].sort((a, b) => a - b)[12]!
    const some = await scored(whole, threshold)
    expect([...some.expertsAsked]).toEqual(Array.from(all.routing!.scores, (score) => (score > threshold ? 2 : 1)))
    for (const [n, asked] of some.expertsAsked.entries()) expect(some.guessClasses[n]).toBe(asked === 1 ? some.expertClasses[2 * n] : some.routing!.allExpertsClasses[n])
    expect(some.routing).toMatchObject({ scores: all.routing!.scores, allExpertsClasses: all.routing!.allExpertsClasses })
    expect(some.imagesPerSecond).toBeGreaterThan(0)
    expect(some.routing!.allExpertsImagesPerSecond).toBeGreaterThan(0)
  })

  it('takes the same steps in parts, since nothing is normalised by the batch', async () => {
    const steps = { stage: 'router', epochs: 1, batchSize: 8 } as const
    const atOnce = stageOn({ ...base, config: { ...base.config, batchSize: 8 } }, steps, 'at-once')
    const inParts = stageOn(base, steps, 'in-parts')
    expect([atOnce.config.accumulate, inParts.config.accumulate]).toEqual([1, 2])
    const [[uncut], [cut]] = [await finished(atOnce), await finished(inParts)]
    expect(cut!.loss).toBeCloseTo(uncut!.loss, 4)
    const [expected, got] = [parametersOf(atOnce), parametersOf(inParts)]
    for (const name of changed(inParts)) for (const [n, value] of got.get(name)!.entries()) expect(value, name).toBeCloseTo(expected.get(name)![n]!, 4)
  })

  it('learns from a batch of one image', async () => {
    const job = stageOn(base, { stage: 'router', epochs: 1, batchSize: 17 }, 'last-of-one')
    const [epoch] = await finished(job)
    expect(epoch!.loss).toBeGreaterThan(0)
  })
})

describe('a stage that the run cannot carry', () => {
  const cosine = { ...base.config, head: 'cosine' } as const
  it.each<[string, Partial<TrainJob>, Partial<SecondStageRequest> & Pick<SecondStageRequest, 'stage'>, RegExp]>([
    ['tau-normalisation of a cosine classifier', { config: cosine }, { stage: 'tau-norm' }, /cosine classifier divides by them anyway/],
    ['a router of one expert', { config: { ...base.config, experts: 1 } }, { stage: 'router' }, /the run has one/],
    ['anything on a run of another network', { config: { ...base.config, experts: 3 } }, { stage: 'crt' }, /hold no layer2s\.2/],
  ])('%s is refused', (_what, changes, request, words) => {
    expect(() => started(stageOn({ ...base, ...changes }, request))).toThrow(words)
  })
})

/** Two images of the rare class, eight of each other. */
function withRareClass(job: TrainJob): TrainJob {
  const seen = [0, 0, 0]
  const keep = [...job.train.labels.keys()].filter((n) => {
    const label = job.train.labels[n]!
    return seen[label]!++ < counts[label]!
  })
  const kept = ({ rows, labels }: PixelSet): PixelSet => ({ rows: Uint32Array.from(keep, (n) => rows[n]!), labels: Uint32Array.from(keep, (n) => labels[n]!) })
  return { ...job, train: kept(job.train), classCounts: counts }
}

function stageOn(job: TrainJob, request: Partial<SecondStageRequest> & Pick<SecondStageRequest, 'stage'>, name: string = request.stage): TrainJob {
  const config = secondStageConfigOf(job.config, 1, checked(SecondStageRequestSchema, { device: 'cpu', ...request }, 'request'))
  return { ...job, config, runFolder: path.join(jobs.folder, name), baseFolder: job.runFolder }
}

/** Trains to the end, or until `stopAfter` times between steps it was asked to go on; answers the epochs. */
async function finished(job: TrainJob, stopAfter = Infinity): Promise<readonly Epoch[]> {
  const epochs: Epoch[] = []
  let asked = 0
  await train(job, { emit: (event, payload) => event === 'epoch' && epochs.push(payload as Epoch), stopped: () => ++asked > stopAfter })
  return epochs
}

/** Of the newest checkpoint; momentum is none. */
function parametersOf({ runFolder }: TrainJob): Map<string, Float32Array> {
  return new Map([...stateFrom(loadCheckpoint(runFolder).tensors)].filter(([name]) => !name.endsWith('/momentum')))
}

/** What a run added to its base's parameters and statistics, or changed of them, to the bit. */
function changed(job: TrainJob): string[] {
  const before = parametersOf(base)
  return [...parametersOf(job)].filter(([name, values]) => !before.has(name) || Buffer.compare(bytesOf(values), bytesOf(before.get(name)!)) !== 0).map(([name]) => name).sort()
}

function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** Where a run begins. */
function started(job: TrainJob): ReadonlyMap<string, Float32Array> {
  const run = openRun(loadTensorFlow('cpu'), job)
  try {
    run.initialize()
    return new Map([...run.read()].filter(([name]) => !name.endsWith('/momentum')))
  } finally {
    run.close()
  }
}

/** The training graph's own answers for the validation images. */
function classified(job: TrainJob): number[] {
  const run = openRun(loadTensorFlow('cpu'), job)
  const pixels = openPixels(job.pixelFile, 32)
  try {
    run.write(stateFrom(loadCheckpoint(job.runFolder).tensors))
    return [...run.classify(pixels.readBatch(job.val, [...job.val.rows.keys()], 0, job.val.rows.length).pixels)[0]!]
  } finally {
    pixels.close()
    run.close()
  }
}

function scored(job: TrainJob, threshold: number | null = null): Promise<EvaluateResult> {
  return evaluate({ ...job, images: job.val, logitsFile: null, guesses: 1, threshold, offsets: null, fast: false }, () => {})
}

function firstGuesses({ guessClasses }: EvaluateResult): number[] {
  return [...guessClasses]
}

function recallOf(result: EvaluateResult, c: number): number {
  const own = [...base.val.labels.keys()].filter((n) => base.val.labels[n] === c)
  return own.filter((n) => result.guessClasses[n] === c).length / own.length
}
