/**
 * What a training step of large images takes:
 * npm run bench:memory -- [--backbone resnet50] [--experts 3] [--batch 32] [--accumulate 1] [--steps 2] [--classes 1000] [--device cpu|gpu]
 *
 * Steps as the training loop takes them, augmentation included, at the backbone's own image size. Prints the peak memory
 * of this process after initialising and after every step, then one JSON line. What a GPU holds is not in it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openPixels } from '../../main/trainer/batches.ts'
import { loadTensorFlow } from '../../main/trainer/graph/native.ts'
import { epochPlan } from '../../main/trainer/order.ts'
import { peakMemoryBytes } from '../../main/trainer/process.ts'
import { randomWord } from '../../main/trainer/random.ts'
import { openRun } from '../../main/trainer/run.ts'
import { configOf, RunRequestSchema } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'

const { values: chosen } = parseArgs({
  options: {
    backbone: { type: 'string', default: 'resnet50' },
    experts: { type: 'string', default: '3' },
    batch: { type: 'string', default: '32' },
    accumulate: { type: 'string', default: '1' },
    steps: { type: 'string', default: '2' },
    classes: { type: 'string', default: '1000' },
    device: { type: 'string', default: 'cpu' },
  },
})
const batchSize = Number(chosen.batch)
const classes = Number(chosen.classes)
const request = { preset: 'imagenet-lt', backbone: chosen.backbone, experts: Number(chosen.experts), batchSize, accumulate: Number(chosen.accumulate), device: chosen.device }
const config = configOf(checked(RunRequestSchema, request, 'bench'))
const classCounts = Array.from({ length: classes }, (_, c) => Math.round(1280 * (5 / 1280) ** (c / Math.max(1, classes - 1))))
const set = { rows: Uint32Array.from({ length: batchSize }, (_, n) => n), labels: Uint32Array.from({ length: batchSize }, (_, n) => n % classes) }

const folder = mkdtempSync(path.join(tmpdir(), 'ride-bench-'))
try {
  const pixelFile = path.join(folder, 'pixels.u8')
  writeFileSync(pixelFile, Uint8Array.from({ length: batchSize * config.imageSize ** 2 * 3 }, (_, i) => randomWord(i)))
  const pixels = openPixels(pixelFile, config.imageSize)
  const run = openRun(loadTensorFlow(config.device), { config, classCounts, baseFolder: null, teacher: null })
  run.initialize()
  tell('Initialised')
  const seconds: number[] = []
  for (let step = 1; step <= Number(chosen.steps); step++) {
    const began = performance.now()
    const { loss } = run.step(pixels, set, epochPlan(set, config, step), 0)
    seconds.push((performance.now() - began) / 1000)
    tell(`Step ${step}: ${seconds.at(-1)!.toFixed(1)} s, loss ${loss.toFixed(3)}`)
  }
  run.close()
  pixels.close()
  // The first step also arranges the graph.
  console.log(JSON.stringify({ ...request, imageSize: config.imageSize, classes, peakMemoryBytes: peakMemoryBytes(), secondsPerStep: Math.min(...seconds) }))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function tell(what: string): void {
  console.error(`${what}; peak memory ${(peakMemoryBytes() / 1e9).toFixed(2)} GB`)
}
