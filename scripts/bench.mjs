/**
 * The product's speed beside RIDE in PyTorch, in the same minutes on the same machine:
 * npm run bench -- [--experts 3] [--batch 128] [--steps 8] [--rounds 2] [--threads 2] [--device cpu|gpu]
 *
 * The three take turns, so that whatever else the machine does meets all of them; each keeps its best round. Prints a
 * table and, last, one JSON line. Needs Python with torch: python3 -m pip install torch==2.13.0
 */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const { values: chosen } = parseArgs({
  options: {
    experts: { type: 'string', default: '3' },
    batch: { type: 'string', default: '128' },
    steps: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '2' },
    threads: { type: 'string', default: String(cpus().length) },
    device: { type: 'string', default: 'cpu' },
  },
})
const here = import.meta.dirname

/** @typedef {{ trainImagesPerSecond: number, inferenceImagesPerSecond: number, peakMemoryBytes: number }} Measurement */

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import torch']).status === 0)
if (!python) console.error('PyTorch is not installed, so the product is measured alone. To compare: python3 -m pip install torch==2.13.0')

/** @param {'contiguous' | 'channels_last'} layout @returns {() => Measurement} */
const pytorch = (layout) => () => {
  const device = chosen.device === 'gpu' ? 'cuda' : 'cpu'
  const options = { experts: chosen.experts, batch: chosen.batch, threads: chosen.threads, steps: chosen.steps, layout, device }
  return measured(python ?? '', [path.join(here, 'bench', 'pytorch_ride.py'), ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])])
}

/** @type {Record<string, () => Measurement>} */
const contestants = {
  product: () => measured(process.execPath, [path.join(here, 'bench', 'product.ts'), chosen.experts, chosen.batch, chosen.steps, chosen.device]),
  ...(python ? { 'pytorch contiguous': pytorch('contiguous'), 'pytorch channels-last': pytorch('channels_last') } : {}),
}

/** @type {Record<string, Measurement>} */
const best = {}
for (let round = 1; round <= Number(chosen.rounds); round++) {
  for (const [name, measure] of Object.entries(contestants)) {
    console.error(`Round ${round} of ${chosen.rounds}: ${name}`)
    const now = measure()
    const before = best[name] ?? now
    best[name] = {
      trainImagesPerSecond: Math.max(now.trainImagesPerSecond, before.trainImagesPerSecond),
      inferenceImagesPerSecond: Math.max(now.inferenceImagesPerSecond, before.inferenceImagesPerSecond),
      peakMemoryBytes: Math.max(now.peakMemoryBytes, before.peakMemoryBytes),
    }
  }
}

console.table(Object.fromEntries(Object.entries(best).map(([name, { trainImagesPerSecond, inferenceImagesPerSecond, peakMemoryBytes }]) => [name, {
  'training, images/s': Math.round(trainImagesPerSecond),
  'inference, images/s': Math.round(inferenceImagesPerSecond),
  'peak memory, MB': Math.round(peakMemoryBytes / 1e6),
}])))

const { product, ...others } = best
/** @param {'trainImagesPerSecond' | 'inferenceImagesPerSecond'} what */
const ratio = (what) => {
  const rivals = Object.values(others).map((measurement) => measurement[what])
  return product && rivals.length > 0 ? product[what] / Math.max(...rivals) : null
}
console.log(JSON.stringify({
  ...chosen,
  results: best,
  trainingRatio: ratio('trainImagesPerSecond'),
  inferenceRatio: ratio('inferenceImagesPerSecond'),
}))

/** @param {string} program @param {readonly string[]} args @returns {Measurement} the JSON of the last line it prints */
function measured(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) {
    console.error(`${program} ${args.join(' ')} ended with ${status}: ${error?.message ?? stderr}`)
    process.exit(1)
  }
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
