/** What can be known to stop a training before it starts. */
import { Failure } from '../../shared/failure.ts'
import type { Db } from '../store/db.ts'
import { trainableCounts } from '../store/runs.ts'
import type { Trainer } from '../trainer/client.ts'

/** @throws Failure that says what is missing for a training. */
export function refuseUntrainable(db: Db): void {
  const { images, labelled, classes } = trainableCounts(db)
  if (images === 0) throw new Failure('invalid-input', 'There are no images to train on. Import a folder of labelled images first.')
  if (labelled === 0) throw new Failure('invalid-input', `None of the ${images} images has a class. Give some of them a class first.`)
  if (classes < 2) {
    throw new Failure('invalid-input', `Training needs at least two classes with training images; this project has ${classes === 1 ? 'one' : 'none'}. Import images of more classes into the training split.`)
  }
}

/** @throws Failure `runtime-missing` where there is no GPU that TensorFlow can use */
export async function refuseWithoutGpu(trainer: Trainer): Promise<void> {
  await trainer.call('devices', { device: 'gpu' })
}
