/** Exported models that do not answer as their run does. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { saveCheckpoint } from './checkpoint.ts'
import { exportRun } from './export.ts'
import { refuseDisagreement } from './exportModel.ts'
import { folder, images, jobOf, left, quiet, tensorsOf } from './fixtures/exportedRuns.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openOnnx } from './onnx/runtime.ts'
import { verifyModel } from './verifyModel.ts'
import { stateFrom } from './weights.ts'

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
