/**
 * One measurement of the product: product.ts EXPERTS BATCH STEPS DEVICE
 *
 * Training steps as the training loop takes them, pixels read from a file and augmentation drawn for each; inference as
 * evaluation does it, in float32 and in the device's narrower type. Prints one JSON line with the medians, after two steps
 * to warm up; a speed is null where the device has no such type.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openPixels } from '../../main/trainer/batches.ts'
import { fastTypeOf, type FastType } from '../../main/trainer/fast.ts'
import type { FloatType } from '../../main/trainer/graph/graph.ts'
import { loadTensorFlow } from '../../main/trainer/graph/native.ts'
import { openInference } from '../../main/trainer/inference.ts'
import { epochPlan } from '../../main/trainer/order.ts'
import { deviceName, peakMemoryBytes } from '../../main/trainer/process.ts'
import { uniform } from '../../main/trainer/random.ts'
import { openRun } from '../../main/trainer/run.ts'
import { Failure } from '../../shared/failure.ts'
import { configOf, RunRequestSchema } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'

const [experts, batchSize, steps] = process.argv.slice(2, 5).map(Number) as [number, number, number]
const classes = 100
const size = 32
const warmUps = 2
const images = 4 * batchSize

const config = configOf(checked(RunRequestSchema, { experts, batchSize, device: process.argv[5] }, 'bench'))
const classCounts = Array.from({ length: classes }, (_, c) => Math.round(500 * 0.01 ** (c / (classes - 1))))
const set = { rows: Uint32Array.from({ length: images }, (_, n) => n), labels: Uint32Array.from({ length: images }, (_, n) => n % classes) }

const folder = mkdtempSync(path.join(tmpdir(), 'ride-bench-'))
try {
  const pixelFile = path.join(folder, 'pixels.u8')
  writeFileSync(pixelFile, Uint8Array.from({ length: images * size * size * 3 }, (_, i) => 256 * uniform(i)))
  const pixels = openPixels(pixelFile, size)
  const binding = loadTensorFlow(config.device)

  const run = openRun(binding, { config, classCounts, baseFolder: null, teacher: null })
  run.initialize()
  const plan = epochPlan(set, config, 1)
  const training = medianMs((step) => {
    run.step(pixels, set, plan, step % 4)
  })
  const weights = run.read()
  run.close()
  const trainingPeakBytes = peakMemoryBytes()

  const inferenceMs = (type: FloatType): number => {
    const network = openInference(binding, config, classes, weights, 5, { type })
    const median = medianMs((step) => {
      const from = (step % 4) * batchSize
      network.run(pixels.readBatch(set, plan.order, from, from + batchSize).pixels, true)
    })
    network.close()
    return median
  }
  let fastType: FastType | undefined
  try {
    fastType = fastTypeOf(binding, config)
  } catch (error) {
    console.error(Failure.from(error).message)
  }
  const speed = (milliseconds: number): number => (batchSize * 1000) / milliseconds
  console.log(JSON.stringify({
    device: deviceName(binding),
    trainImagesPerSecond: speed(training),
    inferenceImagesPerSecond: speed(inferenceMs('float32')),
    fastType: fastType ?? null,
    fastImagesPerSecond: fastType ? speed(inferenceMs(fastType)) : null,
    peakMemoryBytes: trainingPeakBytes,
  }))
  pixels.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function medianMs(action: (step: number) => void): number {
  const times: number[] = []
  for (let step = 0; step < warmUps + steps; step++) {
    const began = performance.now()
    action(step)
    if (step >= warmUps) times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const middle = (times.length - 1) / 2
  return (times[Math.floor(middle)]! + times[Math.ceil(middle)]!) / 2
}
