import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Epoch } from '../../shared/contract/runs.ts'
import { openPixels } from './batches.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { TrainJob, TrainResult } from './contract.ts'
import { checkpointBytes, makeJobs } from './fixtures/job.ts'
import { loadTensorFlow } from './graph/native.ts'
import type { State } from './network.ts'
import { epochPlan } from './order.ts'
import { openRun } from './run.ts'
import { encodeTensors, type StoredTensor } from './formats/safetensors.ts'
import { train } from './train.ts'
import { stateFrom } from './weights.ts'

const images = 10
const stepsPerEpoch = 3
const jobs = makeJobs(images)
afterAll(() => jobs.remove())

interface Told {
  readonly result: TrainResult
  readonly epochs: readonly Epoch[]
}

/** Trains until `stopAfter` times between steps it was asked to go on. */
async function run(job: TrainJob, stopAfter = Infinity): Promise<Told> {
  const epochs: Epoch[] = []
  let asked = 0
  const result = await train(job, {
    emit: (event, payload) => {
      if (event === 'epoch') epochs.push(payload as Epoch)
    },
    stopped: () => ++asked > stopAfter,
  })
  return { result, epochs }
}

describe('training', () => {
  it('takes the step that the graph takes', async () => {
    const job = jobs.job('one', { epochs: 1, batchSize: images })
    await run(job)
    const pixels = openPixels(job.pixelFile, 32)
    const one = openRun(loadTensorFlow('cpu'), job)
    try {
      one.initialize()
      one.step(pixels, job.train, epochPlan(job.train, job.config, 1), 0)
      expect(stateFrom(loadCheckpoint(job.runFolder).tensors)).toEqual(new Map(one.read()))
    } finally {
      one.close()
      pixels.close()
    }
  })

  it('tells each epoch and what the run came to', async () => {
    const job = jobs.job('told')
    const { result, epochs } = await run(job)
    expect(result).toMatchObject({ finished: true, epochsDone: 2, tensorflow: expect.stringMatching(/^2\./) })
    expect(result.imagesPerSecond).toBeGreaterThan(0)
    expect(result.peakMemoryBytes).toBeGreaterThan(100 * 2 ** 20)
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
    for (const { loss, top1, few, many, experts, learningRate } of epochs) {
      expect(loss).toBeGreaterThan(0)
      expect(top1).toBe(few)
      expect(many).toBeNull()
      expect(experts).toHaveLength(2)
      expect(learningRate).toBe((0.1 * 4) / 128)
    }
  })

  it('gives the same bits for the same seed, others for another', async () => {
    const [first, same, other] = [jobs.job('same-1'), jobs.job('same-2'), jobs.job('other', { seed: 1 })]
    for (const job of [first, same, other]) await run(job)
    expect(checkpointBytes(same)).toEqual(checkpointBytes(first))
    expect(checkpointBytes(other)).not.toEqual(checkpointBytes(first))
  })

  it('goes on after a stop to the same bits, wherever it was stopped', async () => {
    const whole = jobs.job('whole')
    const { epochs } = await run(whole)
    // Asked before each of three steps, once after them, and after the validation's one batch.
    for (const stopAfter of [0, 2, 4, 7]) {
      const job = jobs.job(`stopped-${stopAfter}`)
      const before = await run(job, stopAfter)
      expect(before.result.finished).toBe(false)
      const after = await run({ ...job, resume: true })
      expect(after.result).toMatchObject({ finished: true, epochsDone: 2 })
      expect(checkpointBytes(job).at(-1), `stopped after ${stopAfter}`).toEqual(checkpointBytes(whole).at(-1))
      const told = [...before.epochs, ...after.epochs]
      expect(told.map(({ epoch, loss, top1 }) => ({ epoch, loss, top1 }))).toEqual(epochs.map(({ epoch, loss, top1 }) => ({ epoch, loss, top1 })))
    }
  })

  it('goes on from the checkpoint before where the newest is damaged', async () => {
    const whole = jobs.job('undamaged')
    await run(whole)
    const job = jobs.job('damaged')
    await run(job, stepsPerEpoch + 4)
    writeFileSync(path.join(job.runFolder, 'checkpoints', checkpointBytes(job).at(-1)!.name), 'damaged')
    await run({ ...job, resume: true })
    expect(checkpointBytes(job).at(-1)).toEqual(checkpointBytes(whole).at(-1))
  })

  it('ends where the loss is no longer finite, and keeps the last good checkpoint', async () => {
    const job = jobs.job('diverging', { epochs: 5 })
    await run(job, 5)
    const good = checkpointBytes(job)
    const reckless = { ...job, config: { ...job.config, learningRate: 1e30 }, resume: true }
    await expect(run(reckless)).rejects.toMatchObject({ code: 'diverged', message: expect.stringMatching(/lower learning rate. The last good checkpoint is kept/) })
    expect(checkpointBytes(job)).toEqual(good)
  })
})

it('tells no epoch that ruined the weights, though its loss was finite', async () => {
  // The only step's loss is taken before the step; float32 has no number for the rate.
  const job = jobs.job('ruined', { epochs: 1, batchSize: images, learningRate: 1e39 })
  const told: string[] = []
  await expect(train(job, { emit: (event) => told.push(event), stopped: () => false })).rejects.toMatchObject({ code: 'diverged', message: expect.stringMatching(/in epoch 1, at step 1:.*no checkpoint yet/) })
  expect(told).not.toContain('epoch')
})

describe('a job that cannot be trained', () => {
  const job = jobs.job('none')
  it.each<[string, Partial<TrainJob>, RegExp]>([
    ['without images', { train: { rows: new Uint32Array(0), labels: new Uint32Array(0) } }, /no training images/],
    ['of one class', { classCounts: [10] }, /one class/],
    ['whose images have one class', { train: { ...job.train, labels: new Uint32Array(images) } }, /same class/],
    ['with a label of no class', { classCounts: [5, 5] }, /names class 2/],
    ['with images that the file lacks', { train: { ...job.train, rows: job.train.rows.map((row) => row + 100) } }, /end before row/],
    ['resumed without a checkpoint', { resume: true }, /no checkpoint/],
  ])('%s says so', async (_what, changes, words) => {
    await expect(run({ ...job, ...changes })).rejects.toThrow(words)
  })

  it('that has checkpoints already is not begun anew', async () => {
    const again = jobs.job('again', { epochs: 1 })
    await run(again)
    await expect(run(again)).rejects.toMatchObject({ code: 'already-exists' })
  })
})

it('ends where the loss is absurd though finite, and keeps the last good checkpoint', async () => {
  // A linear classifier's logits have no bound.
  const job = jobs.job('exploding', { epochs: 5, head: 'linear', loss: 'ce' })
  await run(job, 5)
  const good = checkpointBytes(job)
  const reckless = { ...job, config: { ...job.config, learningRate: 1e6 }, resume: true }
  await expect(run(reckless)).rejects.toMatchObject({ code: 'diverged', message: expect.stringMatching(/the loss is \d\.\de\+\d+\. Choose a lower learning rate\. The last good checkpoint is kept/) })
  expect(checkpointBytes(job)).toEqual(good)
})

it('counts the batches that the batch norms saw: every part of one, also after a stop', async () => {
  const job = jobs.job('counted', { epochs: 1, accumulate: 2 })
  await run(job, 2)
  await run({ ...job, resume: true })
  expect([...loadCheckpoint(job.runFolder).tensors.get('bn1.num_batches_tracked')!.values]).toEqual([BigInt(2 * stepsPerEpoch)])
})

it('ends where a batch in parts diverges', async () => {
  const job = jobs.job('diverging in parts', { epochs: 5, accumulate: 2 })
  await run(job, 5)
  const good = checkpointBytes(job)
  await expect(run({ ...job, config: { ...job.config, learningRate: 1e30 }, resume: true })).rejects.toMatchObject({ code: 'diverged' })
  expect(checkpointBytes(job)).toEqual(good)
})

describe('a run with a teacher', () => {
  const teacher = jobs.job('teacher', { epochs: 1, experts: 1 })
  const student = { ...jobs.job('student', { epochs: 1 }), teacher: { config: teacher.config, runFolder: teacher.runFolder } }
  beforeAll(() => run(teacher))

  it('learns from what the teacher says of the images that it sees itself', () => {
    const under = openRun(loadTensorFlow('cpu'), student)
    const alone = openRun(loadTensorFlow('cpu'), { ...student, teacher: null })
    const pixels = openPixels(student.pixelFile, 32)
    try {
      const plan = epochPlan(student.train, student.config, 1)
      const [taught, untaught] = [under, alone].map((one) => {
        one.initialize()
        return one.step(pixels, student.train, plan, 0).loss
      }) as [number, number]
      // Twice the loss, once for every expert, and twice tau^2 times a divergence.
      expect(taught).toBeGreaterThan(2 * untaught)
      expect(under.read().get('conv1.weight')).not.toEqual(alone.read().get('conv1.weight'))
    } finally {
      under.close()
      alone.close()
      pixels.close()
    }
  })

  it('is refused where the teacher tells other classes apart, or has no weights', async () => {
    await expect(run({ ...student, classCounts: [...student.classCounts, 0] })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/teacher tells 3 classes apart; this run has 4/) })
    await expect(run({ ...student, teacher: { ...student.teacher, runFolder: path.join(jobs.folder, 'nowhere') } })).rejects.toMatchObject({ code: 'unreadable' })
  })
})

it('starts from a weights file where one is given', () => {
  const file = path.join(jobs.folder, 'trunk.safetensors')
  const tensors = new Map<string, StoredTensor>([['conv1.weight', { shape: [16, 3, 3, 3], values: Float32Array.from({ length: 432 }, (_, n) => n) }]])
  for (const part of ['weight', 'bias', 'running_mean', 'running_var']) tensors.set(`bn1.${part}`, { shape: [16], values: new Float32Array(16).fill(2) })
  writeFileSync(file, Buffer.concat(encodeTensors({ tensors, metadata: {} })))
  const [from, drawn] = [jobs.job('from file', { trunkFile: file }), jobs.job('drawn')].map((job) => {
    const opened = openRun(loadTensorFlow('cpu'), job)
    opened.initialize()
    const state = opened.read()
    opened.close()
    return state
  }) as [State, State]
  expect(from.get('bn1.running_var')).toEqual(new Float32Array(16).fill(2))
  // [out, in, h, w] -> [h, w, in, out]: the second number is the second output's first.
  expect(from.get('conv1.weight')![1]).toBe(27)
  expect(from.get('layer1.0.conv1.weight')).toEqual(drawn.get('layer1.0.conv1.weight'))
})
