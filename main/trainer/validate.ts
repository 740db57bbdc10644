/** Accuracy on the validation split after an epoch, by the training graph's own inference. */
import { accuracyOf, type Accuracy } from '../../shared/metrics.ts'
import { inTurn, type PixelFile } from './batches.ts'
import type { PixelSet } from './contract.ts'
import { breathe } from './process.ts'
import type { Run } from './run.ts'

export interface Validation extends Accuracy {
  /** Each expert's own top-1. */
  readonly experts: (number | null)[]
}

/** Undefined where `stopped` said to leave off. */
export async function validate(run: Run, pixels: PixelFile, set: PixelSet, classCounts: readonly number[], experts: number, watch: { stopped(): boolean; done(images: number): void }): Promise<Validation | undefined> {
  const predicted = Array.from({ length: 1 + experts }, () => new Uint32Array(set.rows.length))
  for (const { from, to, pixels: batch } of inTurn(pixels, set)) {
    for (const [voter, classes] of run.classify(batch).entries()) predicted[voter]!.set(classes, from)
    watch.done(to)
    await breathe()
    if (watch.stopped()) return undefined
  }
  const [mean, ...each] = predicted.map((classes) => accuracyOf(set.labels, classes, classCounts))
  return { ...mean!, experts: each.map(({ top1 }) => top1) }
}
