import { afterAll, beforeAll, expect, it } from 'vitest'
import { Failure } from '../../shared/failure.ts'
import { openPixels } from './batches.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { EvaluateJob } from './contract.ts'
import { evaluate } from './evaluate.ts'
import { fastTypeOf, type FastType } from './fast.ts'
import { makeJobs } from './fixtures/job.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openInference } from './inference.ts'
import { train } from './train.ts'
import { stateFrom } from './weights.ts'

const images = 150
const classes = 3
const jobs = makeJobs(images)
const job = jobs.job('trained', { epochs: 1, batchSize: 32 })
const evaluation: EvaluateJob = { config: job.config, runFolder: job.runFolder, pixelFile: job.pixelFile, classCounts: job.classCounts, images: job.val, logitsFile: null, guesses: 2, threshold: null, offsets: null, fast: true }
const binding = loadTensorFlow('cpu')

let type: FastType | undefined
try {
  type = fastTypeOf(binding, job.config)
} catch (error) {
  console.warn(`The fast mode is not tested: ${Failure.from(error).message}`)
}

beforeAll(async () => {
  await train(job, { emit: () => {}, stopped: () => false })
})
afterAll(() => jobs.remove())

it.skipIf(!type)('guesses nearly as float32 does, and says how fast', async () => {
  const { fast, ...exact } = await evaluate(evaluation, () => {})
  expect(fast!.type).toBe(type)
  expect(fast!.classes).toHaveLength(images)
  const flips = [...fast!.classes].filter((guess, n) => guess !== exact.guessClasses[n * exact.guesses])
  expect(flips.length).toBeLessThanOrEqual(0.03 * images)
  for (const speed of [fast!.imagesPerSecond, fast!.exactImagesPerSecond, exact.imagesPerSecond]) expect(speed).toBeGreaterThan(0)

  const alone = await evaluate({ ...evaluation, fast: false }, () => {})
  expect(alone.fast).toBeNull()
  expect(alone.guessProbabilities).toEqual(exact.guessProbabilities)
})

it.skipIf(!type)('computes in the narrow type, features and classifiers aside', () => {
  const pixels = openPixels(job.pixelFile, 32)
  const weights = stateFrom(loadCheckpoint(job.runFolder).tensors)
  const networks = (['float32', type!] as const).map((each) => openInference(binding, job.config, classes, weights, 1, { type: each }))
  try {
    const batch = pixels.readBatch(job.val, job.val.rows.map((_, n) => n), 0, 32).pixels
    const [exact, narrow] = networks.map((network) => network.run(batch, true).logits[0]!)
    const differences = exact!.map((value, n) => Math.abs(value - narrow![n]!))
    // Logits are 30 times a cosine; bfloat16 keeps 8 bits of a number.
    expect(Math.max(...differences)).toBeLessThan(1)
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeGreaterThan(1e-4)
  } finally {
    for (const network of networks) network.close()
    pixels.close()
  }
})

it('is refused for a run with a router', async () => {
  await expect(evaluate({ ...evaluation, config: { ...job.config, stage: 'router' } }, () => {})).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('float32 only') as string })
})
