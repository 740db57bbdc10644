/** A run's answers for images that it was not scored on: kept beside its predictions, and in none of its figures. */
import { Failure } from '../../../shared/failure.ts'
import { saveGuesses, unlabelledImages } from '../../store/guesses.ts'
import { imageFiles } from '../../store/imageFiles.ts'
import { runClasses } from '../../store/runs.ts'
import { preparePixels } from '../pixels.ts'
import { pixelSet, predictionsOf } from '../scores.ts'
import type { Evaluating } from './evaluate.ts'
import { askGuesses } from './score.ts'

export interface Guessed {
  readonly images: number
  readonly unreadable: number
}

/** Asked for together: what is answered is written when all of them are. */
const chunkSize = 20_000

/**
 * @param onProgress hears images dealt with, of how many: half of the way is decoding them
 * @throws Failure `not-found` where there is none that can be read
 */
export async function guessImages(evaluating: Evaluating, of: 'unlabelled' | readonly number[], onProgress: (done: number, total: number) => void): Promise<Guessed> {
  const { project, run, decoders, signal, trainer } = evaluating
  const wanted = of === 'unlabelled' ? unlabelledImages(project.db) : [...new Set(of)]
  if (wanted.length === 0) throw new Failure('not-found', 'There are no images without a label. Nothing was asked of the run.')
  const classes = runClasses(project.db, run.id)
  const guessed = { images: 0, unreadable: 0 }
  for (let from = 0; from < wanted.length; from += chunkSize) {
    const chunk = wanted.slice(from, from + chunkSize)
    const progress = (share: number): void => onProgress(from + Math.round(share * chunk.length), wanted.length)
    const files = imageFiles(project.db, chunk)
    if (files.length < chunk.length) throw new Failure('not-found', `${chunk.length - files.length} of the images are not in this project. Nothing was asked of the run for them.`)
    const pixels = await preparePixels(project.cache, files, run.config, decoders, { signal, onProgress: (done, total) => progress(done / total / 2) })
    const unreadable = new Set(pixels.unreadable.map(({ imageId }) => imageId))
    // The label that each is asked with has no meaning: nothing is measured by it.
    const images = chunk.filter((imageId) => !unreadable.has(imageId)).map((imageId) => ({ imageId, position: 0 }))
    guessed.unreadable += unreadable.size
    if (images.length === 0) continue
    const stopHearing = trainer.on('progress', ({ done, total }) => progress(0.5 + done / total / 2))
    const result = await askGuesses(evaluating, pixelSet(images), pixels.file, null).finally(stopHearing)
    saveGuesses(project.db, run.id, predictionsOf(result, images, classes))
    guessed.images += images.length
    progress(1)
  }
  if (guessed.images === 0) throw new Failure('not-found', `None of the ${wanted.length} images can be read. Bring the files back, or import their folder again.`)
  return guessed
}
