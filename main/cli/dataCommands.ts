/** `new`, `import`, `tail`: what a project is made of. */
import path from 'node:path'
import { Option, type Command } from 'commander'
import type { ClassFolders, ImportReport, Skipped } from '../../shared/contract/images.ts'
import { Failure } from '../../shared/failure.ts'
import { fraction, somePath, wholeNumber } from './options.ts'
import { table, whole } from './print.ts'
import { openProgress } from './progress.ts'
import { safeText } from './safe.ts'
import { interruptible, withProject, withWorkbench, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

/** Skipped files told one by one to a person; a program gets them all, in pages that the contract allows. */
const skippedShown = 20
const skippedPage = 1000

const phaseWords = { listing: 'Listing files', reading: 'Reading images', splitting: 'Splitting' } as const

interface ImportChoice extends Shown {
  readonly split?: 'auto' | 'train' | 'val' | 'test'
  readonly classFolders?: ClassFolders
  readonly valFraction?: number
  readonly seed?: number
}

export function addDataCommands(program: Command): void {
  program
    .command('new')
    .argument('<dir>', 'an empty folder, or one that does not exist yet', somePath)
    .description('create a project')
    .action((dir: string, choice: Shown) =>
      withWorkbench(async (session) => {
        const project = await session.call('projects.create', { folder: path.resolve(dir) })
        show(choice, { project }, () => [safeText(`Created ${project.name} in ${project.folder}.`)])
      }),
    )

  program
    .command('import')
    .argument('<dir>', "the project's folder", somePath)
    .argument('<folder>', 'a folder that holds one folder of images for each class', somePath)
    .description('add a folder of class folders; one that holds train/ and val/ or test/ keeps its splits')
    .addOption(new Option('--split <name>', 'the split of all its images; auto keeps its split folders and splits the rest').choices(['auto', 'train', 'val', 'test']))
    .addOption(new Option('--class-folders <which>', 'nested: a folder in a class folder is a class of its own; outermost: it is part of that class, as for folders of cameras or days').choices(['nested', 'outermost']))
    .option('--val-fraction <f>', 'share of each class that auto sets aside for validation (0.2)', fraction(0, 0.9))
    .option('--seed <n>', 'of the split (0)', wholeNumber(0))
    .action((dir: string, folder: string, choice: ImportChoice) => withProject(dir, (session) => importFolder(session, folder, choice)))

  program
    .command('tail')
    .argument('<dir>', "the project's folder", somePath)
    .description('show the class frequencies')
    .action((dir: string, choice: Shown) => withProject(dir, (session) => tail(session, choice)))
}

async function importFolder(session: ProjectSession, folder: string, { json, split, classFolders, valFraction, seed }: ImportChoice): Promise<void> {
  const projectId = session.project.id
  const progress = openProgress()
  session.on('images.progress', ({ done, total, phase }) => progress.show(done, total, phaseWords[phase]))
  const chosen = { ...(split && { split }), ...(classFolders && { classFolders }), ...(valFraction !== undefined && { valFraction }), ...(seed !== undefined && { seed }) }
  const report = await interruptible(
    () => void session.call('images.cancelImport', { projectId }),
    () => session.call('images.import', { projectId, folder: path.resolve(folder), ...chosen }),
  ).finally(progress.end)

  const { skipped: first, ...counts } = report
  const skipped = json ? await allSkipped(session, report) : first
  show({ ...(json && { json }) }, { ...counts, skipped: skipped.map(({ path: file, reason }) => ({ path: file, reason })) }, () => [
    `Added ${whole(report.added)} images in ${report.seconds.toFixed(1)} s; the project has ${whole(report.classes)} classes.`,
    ...[
      [report.unchanged, 'known already'],
      [report.updated, 'changed since they were imported'],
      [report.vanished, 'gone from the folder'],
      [report.duplicates, 'with the same bytes as another image'],
      [report.unlabelled, 'without a class, as they lie in no class folder'],
      [report.skippedCount, 'skipped'],
    ].flatMap(([count, words]) => (count ? [`${whole(Number(count))} ${words}`] : [])),
    ...skipped.slice(0, skippedShown).map(({ path: file, reason }) => safeText(`  ${file}: ${reason}`)),
    ...(report.skippedCount > skippedShown ? [`  ... and ${whole(report.skippedCount - skippedShown)} more`] : []),
  ])
  if (report.cancelled) throw new Failure('cancelled', 'The import was cancelled; what was read is kept. Import the folder again to go on.')
}

/** The report carries the first thousand; the project keeps them all, by source folder. */
async function allSkipped(session: ProjectSession, { skipped, skippedCount }: ImportReport): Promise<Skipped[]> {
  if (skippedCount <= skipped.length) return skipped
  const found: Skipped[] = []
  for (let offset = 0; ; offset += skippedPage) {
    const page = await session.call('images.skipped', { projectId: session.project.id, offset, limit: skippedPage })
    found.push(...page.skipped.filter(({ sourceFolder }) => sourceFolder === skipped[0]!.sourceFolder))
    if (page.skipped.length < skippedPage) return found
  }
}

async function tail(session: ProjectSession, choice: Shown): Promise<void> {
  const { classes, imbalanceFactor, groups } = await session.call('classes.tail', { projectId: session.project.id })
  const named = classes.map(({ name, train, val, test, group }) => ({ name, train, val, test, group }))
  show(choice, { classes: named, imbalanceFactor, groups }, () => [
    ...table(['class', 'train', 'val', 'test', 'group'], named.map(({ name, train, val, test, group }) => [name, train, val, test, group])),
    '',
    `${classes.length} classes: ${groups.many.classes} many, ${groups.medium.classes} medium, ${groups.few.classes} few${imbalanceFactor === null ? '' : `; imbalance factor ${imbalanceFactor.toFixed(1)}`}`,
  ])
}
