/** `split`, `check`: which images are trained on and which are measured by, and what straddles them. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { SplitPreview, SplitRequest, Untestable } from '../../shared/contract/splits.ts'
import { Failure } from '../../shared/failure.ts'
import { usualPattern } from '../../shared/namePattern.ts'
import { fraction, somePath, wholeNumber } from './options.ts'
import { counted, table, whole } from './print.ts'
import { openProgress } from './progress.ts'
import { safeText } from './safe.ts'
import { interruptible, withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'
import { picturesWithTwoLabels, twoLabelsWords } from './twoLabels.ts'

const groupings = ['folder', 'time', 'name', 'look'] as const
const pairsPage = 1000
const pairsShown = 20

interface SplitChoice extends Shown {
  readonly val?: number
  readonly test?: number
  readonly by?: readonly (typeof groupings)[number][]
  readonly folder?: 'whole' | 'outermost' | 'innermost'
  readonly gap?: number
  readonly pattern?: string
  readonly distance?: number
  readonly redraw?: readonly ('folder' | 'person')[]
  readonly seed?: number
  readonly preview?: boolean
}

const reasons: Readonly<Record<Untestable, string>> = {
  'one-image': 'one image only',
  'one-burst': 'all its images stay together',
  held: 'all its images are kept in training',
  'none-wanted': 'neither validation nor test images were asked for',
}

export function addSplitCommands(program: Command): void {
  program
    .command('split')
    .argument('<dir>', "the project's folder", somePath)
    .description('draw training, validation and test images anew, with every class in each split that it has images for')
    .option('--val <f>', 'share to validate on (0.2)', fraction(0, 0.9))
    .option('--test <f>', 'share to test on (0)', fraction(0, 0.9))
    .addOption(new Option('--by <what...>', 'what stays together: images of a folder, photos taken in a row, names of one pattern, near-duplicates').choices(groupings))
    .addOption(new Option('--folder <which>', 'for --by folder: the whole path, or one folder of it (whole)').choices(['whole', 'outermost', 'innermost']))
    .option('--gap <seconds>', 'for --by time: a burst ends where nothing was taken for longer (60)', wholeNumber(0, 86_400))
    .option('--pattern <text>', `for --by name: text with {group}, {number} and * (${usualPattern})`)
    .option('--distance <bits>', 'for --by look: bits of 64 that may differ (3)', wholeNumber(0, 7))
    .addOption(new Option('--redraw <whose...>', 'draw also what folders or persons put into a split').choices(['folder', 'person']))
    .option('--seed <n>', 'of the draw (0)', wholeNumber(0))
    .option('--preview', 'show what would change, and change nothing')
    .action((dir: string, choice: SplitChoice) => withProject(dir, (session) => split(session, choice)))

  program
    .command('check')
    .argument('<dir>', "the project's folder", somePath)
    .description('list images in different splits that are the same or look alike, and copies of one picture that have different labels')
    .option('--distance <bits>', 'bits of 64 that may differ (3)', wholeNumber(0, 7))
    .action((dir: string, choice: Shown & { readonly distance?: number }) => withProject(dir, (session) => check(session, choice)))
}

function requestOf({ val = 0.2, test = 0, by = [], folder, gap, pattern, distance, redraw = [], seed = 0 }: SplitChoice): SplitRequest {
  for (const [option, value, grouping] of [['--folder', folder, 'folder'], ['--gap', gap, 'time'], ['--pattern', pattern, 'name'], ['--distance', distance, 'look']] as const) {
    if (value !== undefined && !by.includes(grouping)) throw new InvalidArgumentError(`${option} is for --by ${grouping}, which was not asked for.`)
  }
  return {
    valFraction: val,
    testFraction: test,
    together: {
      folder: by.includes('folder') ? (folder ?? 'whole') : null,
      gapSeconds: by.includes('time') ? (gap ?? 60) : null,
      namePattern: by.includes('name') ? (pattern ?? usualPattern) : null,
      lookDistance: by.includes('look') ? (distance ?? 3) : null,
    },
    keepFolder: !redraw.includes('folder'),
    keepPerson: !redraw.includes('person'),
    seed,
  }
}

async function split(session: ProjectSession, choice: SplitChoice): Promise<void> {
  const projectId = session.project.id
  const request = requestOf(choice)
  const preview = await waiting(session, () => session.call('splits.preview', { projectId, ...request }))
  const isDone = choice.preview !== true && preview.moving > 0
  if (isDone) await waiting(session, () => session.call('splits.apply', { projectId, ...request, token: preview.token }))
  const { token: _, ...told } = preview
  show(choice, { applied: isDone, ...told }, () => [
    ...table(
      ['class', 'group', 'train', 'val', 'test', 'together', 'note'],
      preview.classes.map(({ name, group, after, bursts, untestable }) => [name, group, after.train, after.val, after.test, bursts, untestable ? `cannot be tested: ${reasons[untestable]}` : '']),
    ),
    '',
    summary(preview, choice.preview === true),
    ...remarks(preview),
  ])
}

function summary({ moving, after }: SplitPreview, isPreview: boolean): string {
  const result = `${whole(after.train)} for training, ${whole(after.val)} for validation, ${whole(after.test)} for testing`
  if (moving === 0) return `Nothing changes: ${result}.`
  return isPreview ? `${counted(moving, 'image')} would change: ${result}.` : `${counted(moving, 'image')} changed: ${result}.`
}

function remarks({ bursts, unknown }: SplitPreview): string[] {
  const [largest] = bursts.largest
  return [
    ...(bursts.count > 0 ? [`${counted(bursts.count, 'group that stays', 'groups that stay')} together (copies and bursts), of ${whole(bursts.images)} images in all; the largest has ${whole(largest!.images)}.`] : []),
    ...(bursts.heldApart > 0 ? [`${counted(bursts.heldApart, 'such group')} still in several splits, held there by folders or persons; --redraw lets them go.`] : []),
    ...(unknown.time > 0 ? [`${counted(unknown.time, 'image')} without a time, so not in any burst by time.`] : []),
    ...(unknown.name > 0 ? [`${counted(unknown.name, 'image')} with a name that does not fit the pattern.`] : []),
    ...(unknown.look > 0 ? [`${counted(unknown.look, 'image')} that could not be looked at.`] : []),
  ]
}

async function check(session: ProjectSession, { distance, ...choice }: Shown & { readonly distance?: number }): Promise<void> {
  const asked = { projectId: session.project.id, limit: pairsPage, ...(distance !== undefined && { distance }) }
  const first = await waiting(session, () => session.call('splits.check', asked))
  const pairs = [...first.pairs]
  while (choice.json && pairs.length < first.total) {
    const { pairs: next } = await session.call('splits.check', { ...asked, offset: pairs.length })
    if (next.length === 0) break
    pairs.push(...next)
  }
  const twoLabels = await picturesWithTwoLabels(session)
  const told = pairs.map(({ kind, distance: bits, image, other }) => ({ kind, distance: bits, images: [image, other].map(({ id, path, split: of, className }) => ({ id, path, split: of, class: className })) }))
  show(choice, { total: first.total, sameBytes: first.sameBytes, plain: first.plain, unseen: first.unseen, isWhole: first.isWhole, pairs: told, twoLabels }, () => [
    first.total === 0 ? 'No image has a copy or a near-duplicate in another split.' : `${counted(first.total, 'pair')} across splits, ${whole(first.sameBytes)} of them with the same bytes.`,
    ...told.slice(0, pairsShown).map(({ kind, distance: bits, images }) => safeText(`  ${kind === 'same-bytes' ? 'same bytes' : `${bits} of 64 differ`}: ${images.map((one) => `${one.path} (${one.split})`).join(' and ')}`)),
    ...(first.total > pairsShown ? [`  ... and ${whole(first.total - pairsShown)} more`] : []),
    ...(first.plain > 0 ? [`${counted(first.plain, 'image')} too plain to compare.`] : []),
    ...(first.unseen > 0 ? [`${counted(first.unseen, 'image')} that could not be looked at.`] : []),
    ...(first.isWhole ? [] : ['There are more: so many images look alike that not all pairs are listed. A smaller --distance tells the nearest.']),
    ...twoLabelsWords(twoLabels),
  ])
}

const phases = { looking: 'Looking at images', comparing: 'Comparing images' } as const

async function waiting<Result>(session: ProjectSession, work: () => Promise<Result>): Promise<Result> {
  const progress = openProgress()
  session.on('splits.progress', ({ phase, done, total }) => progress.show(done, total, phases[phase]))
  let isCancelled = false
  try {
    return await interruptible(() => {
      isCancelled = true
      void session.call('splits.cancel', { projectId: session.project.id })
    }, work)
  } catch (error) {
    throw isCancelled ? new Failure('cancelled', 'It was cancelled, and no split was changed.') : error
  } finally {
    progress.end()
  }
}
