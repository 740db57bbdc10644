/** `labels import`: what a file of labels would change, or its taking over, in the same terms. */
import path from 'node:path'
import type { Reading } from '../../shared/contract/labels.ts'
import { passedOverNotes } from '../../shared/passedOver.ts'
import { counted, whole } from './print.ts'
import { openProgress } from './progress.ts'
import { safeText } from './safe.ts'
import { interruptible, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

export interface ImportChoice extends Shown {
  readonly unknown?: 'make' | 'leave'
  readonly splits: boolean
  readonly dryRun?: true
}

export async function importLabels(session: ProjectSession, file: string, choice: ImportChoice): Promise<void> {
  const projectId = session.project.id
  const progress = openProgress()
  session.on('labels.progress', ({ done, total }) => progress.show(done, total ?? 0, 'Reading the file'))
  const asked = { projectId, file: path.resolve(file) }
  const cancel = (): void => void session.call('labels.cancel', { projectId })
  if (choice.dryRun) {
    const found = await interruptible(cancel, () => session.call('labels.readFile', asked)).finally(progress.end)
    show(choice, { ...found, would: forecast(found, choice) }, () => foretold(found, choice))
    return
  }
  const { unknown, splits } = choice
  const done = await interruptible(cancel, () => session.call('labels.importFile', { ...asked, splits, ...(unknown && { others: unknown }) })).finally(progress.end)
  const { changed, made, passedOver, left } = done
  const splitChanges = changed > 0 ? (done.undo?.about?.splits ?? 0) : 0
  show(choice, { changed, made, passedOver, left }, () => [
    `${labelsAndSplits(changed - splitChanges, splitChanges)} changed; ${counted(made, 'class', 'classes')} made.`,
    ...(left > 0 ? [leftWords(left)] : []),
    ...passedOverNotes(passedOver).map(({ text }) => text),
  ])
}

/** What the same command without --dry-run would do; null where it would be refused. */
function forecast({ changes, ofUnknownClasses, unknownClassCount, splitChanges }: Reading, { unknown, splits }: ImportChoice): { readonly labels: number; readonly splits: number; readonly made: number } | null {
  if (unknownClassCount > 0 && unknown === undefined) return null
  const makes = unknown === 'make'
  return { labels: changes + (makes ? ofUnknownClasses : 0), splits: splits ? splitChanges : 0, made: makes ? unknownClassCount : 0 }
}

function foretold(found: Reading, choice: ImportChoice): string[] {
  const would = forecast(found, choice)
  return [
    `${counted(found.rows, 'row')}: ${counted(found.matched, 'image')} found.`,
    would
      ? `${labelsAndSplits(would.labels, would.splits)} would change; ${counted(would.made, 'class', 'classes')} would be made.`
      : `Nothing would change: ${counted(found.unknownClassCount, 'class is', 'classes are')} not in the project. --unknown make makes the classes of the file, --unknown leave leaves such images as they are.`,
    ...(choice.unknown === 'leave' && found.ofUnknownClasses > 0 ? [leftWords(found.ofUnknownClasses)] : []),
    ...passedOverNotes(found).map(({ text }) => text),
    ...found.unknownClasses.map(({ name, images, like }) => safeText(`  not in the project: ${name} (${counted(images, 'image')})${like === null ? '' : `; it has ${like}`}`)),
    ...(found.unknownClassCount > found.unknownClasses.length ? [`  and ${whole(found.unknownClassCount - found.unknownClasses.length)} more`] : []),
  ]
}

const labelsAndSplits = (labels: number, splits: number): string => `${counted(labels, 'label')} and ${counted(splits, 'split')}`
const leftWords = (images: number): string => `${counted(images, 'image')} of classes that the project has not ${images === 1 ? 'stays as it is' : 'stay as they are'}`
