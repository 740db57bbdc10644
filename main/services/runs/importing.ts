/** From what a weights file says of its network to a run of this project. */
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { configOf, RunRequestSchema, type Backbone, type RunConfig, type RunRequest } from '../../../shared/recipe.ts'
import { checked } from '../../../shared/rpc.ts'
import type { UsedClass } from '../../store/classes.ts'
import type { WeightsDescription } from '../../trainer/contract.ts'

/** What the authors trained each backbone on. */
const usualPreset: Readonly<Record<Backbone, RunRequest['preset']>> = { resnet32: 'cifar', resnet10: 'imagenet-lt', resnet50: 'inaturalist', resnext50: 'imagenet-lt' }

/**
 * The file tells the network, and maybe what images were to it; how it was trained it does not, so those numbers are the
 * preset's and stand for nothing.
 */
export function configOfWeights({ backbone, experts, widths, sharedLayer3, head, router, routerTopLogits, imageSize, fit }: WeightsDescription): RunConfig {
  const sight = { ...(imageSize !== null && { imageSize }), ...(fit !== null && { fit }) }
  const request = checked(RunRequestSchema, { preset: usualPreset[backbone], backbone, experts, widths, sharedLayer3, head, ...sight }, 'the weights')
  return { ...configOf(request), stage: router ? 'router' : 'experts', epochs: 0, ...(routerTopLogits !== null && { routerTopLogits }) }
}

/**
 * The project's classes in the order of the file's outputs: by the file's own names, else by the folders' names as
 * torchvision sorts them, or by falling training count.
 * @throws Failure `invalid-input` where they are not the same classes, or not as many
 */
export function orderOfWeights({ classes, classNames }: WeightsDescription, known: readonly UsedClass[], order: 'name' | 'frequency', file: string): number[] {
  if (classNames) return namedClasses(classNames, known, file)
  if (known.length !== classes) {
    throw new Failure('invalid-input', `${path.basename(file)} tells ${classes} classes apart and does not name them; this project has images of ${known.length}. Import images of the classes that the weights were trained on, then the weights.`)
  }
  // Known in the order of their folders' names; a stable sort keeps that where counts are equal.
  return (order === 'frequency' ? [...known].sort((a, b) => b.train - a.train) : known).map(({ id }) => id)
}

function namedClasses(names: readonly string[], known: readonly UsedClass[], file: string): number[] {
  // A class that was renamed still goes by its folder's name where no other class took that name.
  const ids = new Map([...known.map(({ folderName, id }) => [folderName, id] as const), ...known.map(({ name, id }) => [name, id] as const)])
  const found = names.map((name) => ids.get(name.normalize('NFC')))
  const lacking = names.filter((_, n) => found[n] === undefined)
  if (lacking.length > 0) {
    throw new Failure('invalid-input', `${path.basename(file)} names ${lacking.length === names.length ? 'none of this project\'s classes' : `${lacking.length} of ${names.length} classes that this project has no images of`}; the first is ${JSON.stringify(lacking[0])}. Import images of these classes, or rename the project's classes as the file names them.`, { lacking })
  }
  const ordered = found as number[]
  const twice = names.find((_, n) => ordered.indexOf(ordered[n]!) !== n)
  if (twice !== undefined) throw new Failure('invalid-input', `${path.basename(file)} has two outputs for one class of this project, named ${JSON.stringify(twice)} among others. Rename the classes so that each output has a class of its own.`)
  return ordered
}
