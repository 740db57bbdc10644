/**
 * The product's speed beside RIDE in PyTorch, in the same minutes on the same machine:
 * npm run bench -- [--experts 3] [--batch 128[,512...]] [--steps 8] [--rounds 2] [--threads 2] [--device cpu|gpu]
 * npm run bench -- --gpu   is --device gpu --batch 128,512 with more steps, as a GPU's are short
 *
 * The three take turns, so that whatever else the machine does meets all of them; each keeps its best round. Prints a
 * table for every batch size and, last, one JSON line. Needs Python with torch: python3 -m pip install torch==2.13.0,
 * for a GPU in its CUDA build.
 */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const { values: asked } = parseArgs({
  options: {
    experts: { type: 'string', default: '3' },
    batch: { type: 'string' },
    steps: { type: 'string' },
    rounds: { type: 'string', default: '2' },
    threads: { type: 'string', default: String(cpus().length) },
    device: { type: 'string' },
    gpu: { type: 'boolean', default: false },
  },
})
const usual = asked.gpu ? { batch: '128,512', steps: '40', device: 'gpu' } : { batch: '128', steps: '8', device: 'cpu' }
const { gpu: _, ...chosen } = { ...usual, ...asked }
const here = import.meta.dirname

/** @typedef {{ trainImagesPerSecond: number, inferenceImagesPerSecond: number, fastImagesPerSecond?: number | null, peakMemoryBytes: number }} Measurement PyTorch's are in float32 alone */
/** @typedef {'trainImagesPerSecond' | 'inferenceImagesPerSecond' | 'fastImagesPerSecond'} Speed */

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import torch']).status === 0)
if (!python) console.error('PyTorch is not installed, so the product is measured alone. To compare: python3 -m pip install torch==2.13.0')

/** @param {string} batch @returns {Record<string, () => Measurement>} */
const contestants = (batch) => {
  const options = { experts: chosen.experts, batch, threads: chosen.threads, steps: chosen.steps, device: chosen.device === 'gpu' ? 'cuda' : 'cpu' }
  /** @param {'contiguous' | 'channels_last'} layout */
  const pytorch = (layout) => () => measured(python ?? '', [path.join(here, 'bench', 'pytorch_ride.py'), ...Object.entries({ ...options, layout }).flatMap(([name, value]) => [`--${name}`, value])])
  return {
    product: () => measured(process.execPath, [path.join(here, 'bench', 'product.ts'), chosen.experts, batch, chosen.steps, chosen.device]),
    ...(python ? { 'pytorch contiguous': pytorch('contiguous'), 'pytorch channels-last': pytorch('channels_last') } : {}),
  }
}

console.log(JSON.stringify({ ...chosen, batches: chosen.batch.split(',').map(race) }))

/** Prints the table of one batch size. @param {string} batch */
function race(batch) {
  /** @type {Record<string, Measurement>} */
  const best = {}
  for (let round = 1; round <= Number(chosen.rounds); round++) {
    for (const [name, measure] of Object.entries(contestants(batch))) {
      console.error(`Batch ${batch}, round ${round} of ${chosen.rounds}: ${name}`)
      best[name] = better(measure(), best[name])
    }
  }
  const { product, ...others } = best
  const rivals = Object.values(others)
  /** The product's speed over PyTorch's best in float32. @param {Speed} ours @param {'trainImagesPerSecond' | 'inferenceImagesPerSecond'} theirs */
  const ratio = (ours, theirs) => (product?.[ours] && rivals.length > 0 ? product[ours] / Math.max(...rivals.map((rival) => rival[theirs])) : null)
  const ratios = { training: ratio('trainImagesPerSecond', 'trainImagesPerSecond'), inference: ratio('inferenceImagesPerSecond', 'inferenceImagesPerSecond'), fast: ratio('fastImagesPerSecond', 'inferenceImagesPerSecond') }

  console.log(`Batch ${batch}`)
  console.table({
    ...Object.fromEntries(Object.entries(best).map(([name, one]) => [name, {
      'steps/s': Number((one.trainImagesPerSecond / Number(batch)).toPrecision(3)),
      'training, images/s': Math.round(one.trainImagesPerSecond),
      'inference, images/s': Math.round(one.inferenceImagesPerSecond),
      'fast inference, images/s': one.fastImagesPerSecond ? Math.round(one.fastImagesPerSecond) : '-',
      'peak memory, MB': Math.round(one.peakMemoryBytes / 1e6),
    }])),
    ...(rivals.length > 0 ? { 'product / better pytorch': { 'training, images/s': ratios.training?.toFixed(2), 'inference, images/s': ratios.inference?.toFixed(2), 'fast inference, images/s': ratios.fast?.toFixed(2) ?? '-' } } : {}),
  })
  return { batch: Number(batch), results: best, ratios }
}

/** @param {Measurement} now @param {Measurement} [before] @returns {Measurement} */
function better(now, before = now) {
  return {
    ...now,
    trainImagesPerSecond: Math.max(now.trainImagesPerSecond, before.trainImagesPerSecond),
    inferenceImagesPerSecond: Math.max(now.inferenceImagesPerSecond, before.inferenceImagesPerSecond),
    fastImagesPerSecond: now.fastImagesPerSecond && before.fastImagesPerSecond ? Math.max(now.fastImagesPerSecond, before.fastImagesPerSecond) : null,
    peakMemoryBytes: Math.max(now.peakMemoryBytes, before.peakMemoryBytes),
  }
}

/** @param {string} program @param {readonly string[]} args @returns {Measurement} the JSON of the last line it prints */
function measured(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) {
    console.error(`${program} ${args.join(' ')} ended with ${status}: ${error?.message ?? stderr}`)
    process.exit(1)
  }
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
