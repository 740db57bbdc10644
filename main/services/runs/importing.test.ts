import { expect, test } from 'vitest'
import { isImported } from '../../../shared/recipe.ts'
import type { UsedClass } from '../../store/classes.ts'
import type { WeightsDescription } from '../../trainer/contract.ts'
import { configOfWeights, orderOfWeights } from './importing.ts'

const description: WeightsDescription = { backbone: 'resnet32', experts: 3, widths: 'full', sharedLayer3: false, head: 'linear', router: false, routerTopLogits: null, classes: 3, imageSize: null, fit: null, threshold: null, adjustment: null, classNames: null }
/** As the store answers them: by their folders' names. */
const known: UsedClass[] = [
  { id: 7, name: 'ant', folderName: 'ant', train: 2 },
  { id: 3, name: 'honey bee', folderName: 'bee', train: 9 },
  { id: 5, name: 'cat', folderName: 'cat', train: 2 },
]
const ordered = (classNames: string[] | null, order: 'name' | 'frequency' = 'name') => orderOfWeights({ ...description, classNames, classes: classNames?.length ?? 3 }, known, order, '/home/me/weights.pth')

test('the network is the file\'s, and there is nothing to train', () => {
  const config = configOfWeights(description)
  expect(config).toMatchObject({ backbone: 'resnet32', experts: 3, widths: 'full', head: 'linear', stage: 'experts', baseRun: null, imageSize: 32, epochs: 0 })
  expect(isImported(config)).toBe(true)
  expect(configOfWeights({ ...description, backbone: 'resnext50', router: true, routerTopLogits: 3 })).toMatchObject({ stage: 'router', routerTopLogits: 3, imageSize: 224, fit: 'crop', augmentation: 'resized-crop' })
  expect(configOfWeights({ ...description, imageSize: 64, fit: 'crop' })).toMatchObject({ imageSize: 64, fit: 'crop' })
})

test('classes go by the names in the file, or by their folders where they were renamed', () => {
  expect(ordered(['cat', 'bee', 'ant'])).toEqual([5, 3, 7])
  expect(ordered(['cat', 'honey bee'])).toEqual([5, 3])
  expect(() => ordered(['cat', 'dog', 'bee'])).toThrow('weights.pth names 1 of 3 classes that this project has no images of; the first is "dog".')
  expect(() => ordered(['dog'])).toThrow('names none of this project\'s classes')
  expect(() => ordered(['bee', 'honey bee'])).toThrow('two outputs for one class')
})

test('without names they go by folder or by frequency, as many as there are', () => {
  expect(ordered(null)).toEqual([7, 3, 5])
  expect(ordered(null, 'frequency')).toEqual([3, 7, 5])
  expect(() => orderOfWeights({ ...description, classes: 100 }, known, 'name', 'w.pth')).toThrow('w.pth tells 100 classes apart and does not name them; this project has images of 3.')
})
