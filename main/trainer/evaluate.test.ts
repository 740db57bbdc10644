import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPixels } from './batches.ts'
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts'
import { evaluate } from './evaluate.ts'
import type { EvaluateJob, TrainJob } from './contract.ts'
import { makeJobs } from './fixtures/job.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openRun } from './run.ts'
import { train } from './train.ts'
import { stateFrom } from './weights.ts'

const images = 131
const classes = 3
const experts = 2
const jobs = makeJobs(images)
const job: TrainJob = jobs.job('trained', { epochs: 1, batchSize: 32 })
const logitsFile = path.join(jobs.folder, 'logits.f32')
const evaluation: EvaluateJob = { config: job.config, runFolder: job.runFolder, pixelFile: job.pixelFile, classCounts: job.classCounts, images: job.val, logitsFile, guesses: 5, threshold: null, offsets: null, fast: false }

beforeAll(async () => {
  await train(job, { emit: () => {}, stopped: () => false })
})
afterAll(() => jobs.remove())

it('guesses by the mean of the logits that it writes, expert by expert', async () => {
  const result = await evaluate(evaluation, () => {})
  expect(result.guesses).toBe(classes)
  expect([...new Set(result.expertsAsked)]).toEqual([experts])

  const bytes = readFileSync(logitsFile)
  const logits = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  expect(logits.length).toBe(experts * images * classes)
  expect(readdirSync(jobs.folder).filter((name) => name.includes('.tmp'))).toEqual([])
  for (let n = 0; n < images; n++) {
    const own = Array.from({ length: experts }, (_, e) => [...logits.subarray((e * images + n) * classes, (e * images + n + 1) * classes)])
    const mean = own[0]!.map((value, c) => (value + own[1]![c]!) / 2)
    const probabilities = softmax(mean)
    const ranked = probabilities.map((_, c) => c).sort((a, b) => probabilities[b]! - probabilities[a]!)
    expect([...result.guessClasses.subarray(n * classes, (n + 1) * classes)]).toEqual(ranked)
    for (const [place, c] of ranked.entries()) expect(result.guessProbabilities[n * classes + place]).toBeCloseTo(probabilities[c]!, 5)
    for (const [e, values] of own.entries()) {
      const best = values.indexOf(Math.max(...values))
      expect(result.expertClasses[n * experts + e]).toBe(best)
      expect(result.expertProbabilities[n * experts + e]).toBeCloseTo(softmax(values)[best]!, 5)
    }
  }
})

it('agrees with the training graph, whose batch norm is not folded', async () => {
  const result = await evaluate({ ...evaluation, logitsFile: null }, () => {})
  const run = openRun(loadTensorFlow('cpu'), job)
  const pixels = openPixels(job.pixelFile, 32)
  try {
    run.write(stateFrom(loadCheckpoint(job.runFolder).tensors))
    const [mean, ...each] = run.classify(pixels.readBatch(job.val, job.val.rows.map((_, n) => n), 0, images).pixels)
    expect([...mean!]).toEqual([...result.guessClasses].filter((_, n) => n % classes === 0))
    for (const [e, own] of each.entries()) expect([...own]).toEqual([...result.expertClasses].filter((_, n) => n % experts === e))
  } finally {
    run.close()
    pixels.close()
  }
})

it('answers for no images', async () => {
  const nothing = { rows: new Uint32Array(0), labels: new Uint32Array(0) }
  const result = await evaluate({ ...evaluation, images: nothing, logitsFile: null }, () => {})
  expect(result.guessClasses).toHaveLength(0)
})

it('tells no figures of a network whose answers are no numbers', async () => {
  const { position, tensors } = loadCheckpoint(job.runFolder)
  const runFolder = path.join(jobs.folder, 'huge')
  mkdirSync(runFolder)
  const [name, { shape, values }] = [...tensors].find(([known]) => known === 'conv1.weight')!
  saveCheckpoint(runFolder, { position, tensors: new Map(tensors).set(name, { shape, values: new Float32Array(values.length).fill(3e38) }) })
  await expect(evaluate({ ...evaluation, runFolder, logitsFile: null }, () => {})).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no numbers') })
})

it('says so where there is nothing to evaluate with', async () => {
  await expect(evaluate({ ...evaluation, runFolder: path.join(jobs.folder, 'never') }, () => {})).rejects.toMatchObject({ code: 'unreadable' })
})

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits)
  const powers = logits.map((value) => Math.exp(value - largest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}
