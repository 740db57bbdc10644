/** Checks of a job before anything is built for it. */
import { Failure } from '../../shared/failure.ts'
import type { PixelSet, TrainJob } from './contract.ts'

/** @throws Failure `invalid-input` that says what is missing */
export function checkTrainJob(job: Pick<TrainJob, 'classCounts' | 'train' | 'val'>): void {
  checkClasses(job.classCounts)
  if (job.train.rows.length === 0) throw new Failure('invalid-input', 'There are no training images. Add images to the training split, then train.')
  if (new Set(job.train.labels).size < 2) throw new Failure('invalid-input', 'All training images have the same class; training tells classes apart and needs images of two at least.')
  checkImages(job.train, job.classCounts.length)
  checkImages(job.val, job.classCounts.length)
}

export function checkClasses(classCounts: readonly number[]): void {
  if (classCounts.length < 2) throw new Failure('invalid-input', `There ${classCounts.length === 1 ? 'is one class' : 'are no classes'}; at least two were expected.`)
}

export function checkImages({ rows, labels }: PixelSet, classes: number): void {
  if (rows.length !== labels.length) throw new Failure('invalid-input', `${rows.length} images came with ${labels.length} labels.`)
  const label = labels.find((value) => value >= classes)
  if (label !== undefined) throw new Failure('invalid-input', `A label names class ${label}; the classes are 0 to ${classes - 1}.`)
}
