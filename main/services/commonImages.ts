/** Answers of several runs on the images that all of them were asked of. */
import { Failure } from '../../shared/failure.ts'
import type { Answered } from '../store/analysis.ts'

/**
 * Runs were maybe scored at different times: what all of them answered with the same true class, in the same order.
 * @throws Failure `invalid-input` where there is no such image
 */
export function onCommonImages(runs: readonly Answered[]): readonly Answered[] {
  const common = runs.reduce(onImagesOf)
  if (common.images.length === 0) throw new Failure('invalid-input', 'There is no image that all of these runs were scored on. Score them again on the same images.')
  return runs.map((run) => onImagesOf(run, common))
}

/** What is answered of `run` on images that are among the others' with the same true class. */
export function onImagesOf(run: Answered, others: Answered): Answered {
  const kept: number[] = []
  let other = 0
  for (let n = 0; n < run.images.length; n++) {
    while (other < others.images.length && others.images[other]! < run.images[n]!) other += 1
    if (others.images[other] === run.images[n] && others.actual[other] === run.actual[n]) kept.push(n)
  }
  if (kept.length === run.images.length) return run
  const picked = (column: Uint32Array): Uint32Array => Uint32Array.from(kept, (n) => column[n]!)
  return { images: picked(run.images), actual: picked(run.actual), predicted: picked(run.predicted), experts: run.experts.map(picked) }
}
