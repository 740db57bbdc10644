/** `labels`, `classes`, `undo`, `redo`: what images are labelled with, and what becomes of that. */
import path from 'node:path'
import { Option, type Command } from 'commander'
import { exportFormats, type Step } from '../../shared/contract/labels.ts'
import { Failure } from '../../shared/failure.ts'
import { redoneWords, stepWords, undoneWords } from '../../shared/journal.ts'
import { importLabels, type ImportChoice } from './importLabels.ts'
import { somePath } from './options.ts'
import { counted, table, whole } from './print.ts'
import { openProgress } from './progress.ts'
import { safeText } from './safe.ts'
import { interruptible, withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

interface ExportChoice extends Shown {
  readonly to: string
  readonly format?: (typeof exportFormats)[number]
  readonly replace?: true
}

const project = ['<dir>', "the project's folder", somePath] as const

export function addLabelCommands(program: Command): void {
  const labels = program.command('labels').description('write labels to a file or folder, or read them from a file')
  labels
    .command('export')
    .argument(...project)
    .requiredOption('--to <path>', 'a new or empty folder, or a file that ends in .csv or .json', somePath)
    .addOption(new Option('--format <name>', 'folders: copies of the images by split and class; by default what the ending of --to says').choices(exportFormats))
    .option('--replace', 'replace a file that is there')
    .description('write labels as folders of copies, as CSV or as COCO')
    .action((dir: string, choice: ExportChoice) => withProject(dir, (session) => exportLabels(session, choice)))
  labels
    .command('import')
    .argument(...project)
    .argument('<file>', 'CSV with a column for the file and one for the class, or COCO as .json', somePath)
    .addOption(new Option('--unknown <answer>', 'what becomes of classes that the project has not; without it they are refused').choices(['make', 'leave']))
    .option('--no-splits', "leave splits as they are, also where the file has some")
    .option('--dry-run', 'say what would change, and change nothing')
    .description('take over the labels of a file, as one step that can be undone')
    .action((dir: string, file: string, choice: ImportChoice) => withProject(dir, (session) => importLabels(session, file, choice)))

  const classes = program.command('classes').description('list, rename, merge or delete classes; each change can be undone')
  classes
    .command('list')
    .argument(...project)
    .description('list every class, those without images too')
    .action((dir: string, choice: Shown) =>
      withProject(dir, async (session) => {
        const found = await session.call('classes.list', { projectId: session.project.id })
        show(choice, { classes: found }, () => table(['class', 'images'], found.map(({ name, images }) => [name, images])))
      }),
    )
  classes
    .command('rename')
    .argument(...project)
    .argument('<class>', 'its name by now')
    .argument('<name>', 'its new name')
    .description('give a class another name')
    .action((dir: string, name: string, to: string, choice: Shown) =>
      withProject(dir, async (session) => {
        const [classId] = await classesNamed(session, [name])
        told(choice, await session.call('classes.rename', { projectId: session.project.id, classId: classId!, name: to }))
      }),
    )
  classes
    .command('merge')
    .argument(...project)
    .argument('<class...>', 'the classes that are merged, which are gone then')
    .requiredOption('--into <class>', 'the class that their images become')
    .description('merge classes into one; folders of theirs are imported into it from then on')
    .action((dir: string, names: readonly string[], { into, ...choice }: Shown & { readonly into: string }) =>
      withProject(dir, async (session) => {
        const [intoId, ...classIds] = await classesNamed(session, [into, ...names])
        told(choice, await session.call('classes.merge', { projectId: session.project.id, classIds, intoId: intoId! }))
      }),
    )
  classes
    .command('delete')
    .argument(...project)
    .argument('<class...>', 'their names')
    .description('delete classes; their images stay, without a label')
    .action((dir: string, names: readonly string[], choice: Shown) =>
      withProject(dir, async (session) => told(choice, await session.call('classes.delete', { projectId: session.project.id, classIds: await classesNamed(session, names) }))),
    )

  for (const way of ['undo', 'redo'] as const) {
    program
      .command(way)
      .argument(...project)
      .description(way === 'undo' ? 'take back the newest change of labels, classes or splits' : 'bring back the change that was undone last')
      .action((dir: string, choice: Shown) =>
        withProject(dir, async (session) => {
          const before = (await session.call('labels.state', { projectId: session.project.id }))[way]
          if (!before) throw new Failure('not-found', way === 'undo' ? 'There is nothing to undo.' : 'There is nothing to redo.')
          const step = await session.call(`labels.${way}`, { projectId: session.project.id, stepId: before.stepId })
          told(choice, step, before.about, (way === 'undo' ? undoneWords : redoneWords)(before.about, before.images))
        }),
      )
  }
}

/** The ids of the classes, in their order. */
async function classesNamed({ call, project: { id, folder } }: ProjectSession, names: readonly string[]): Promise<number[]> {
  const known = new Map((await call('classes.list', { projectId: id })).map((one) => [one.name, one.id]))
  return names.map((name) => {
    const found = known.get(name.normalize('NFC'))
    if (found === undefined) throw new Failure('not-found', `${folder} has no class named ${JSON.stringify(name)}. ride classes list shows them.`)
    return found
  })
}

/** @param about of the step that was undone or redone, with `words` of it; left out, that of the newest */
function told(choice: Shown, { changed, undo, redo }: Step, about = undo?.about ?? null, words = stepWords(about, changed)): void {
  show(choice, { changed, about, undo: undo?.about ?? null, redo: redo?.about ?? null }, () => [safeText(`${words}.`)])
}

async function exportLabels(session: ProjectSession, { to, format, replace, ...choice }: ExportChoice): Promise<void> {
  const projectId = session.project.id
  const progress = openProgress()
  session.on('labels.progress', ({ done, total }) => progress.show(done, total ?? 0, 'Exporting labels'))
  const ending = path.extname(to).toLowerCase()
  const meant = format ?? (ending === '.csv' ? 'csv' : ending === '.json' ? 'coco' : 'folders')
  const done = await interruptible(
    () => void session.call('labels.cancel', { projectId }),
    () => session.call('labels.export', { projectId, format: meant, to: path.resolve(to), ...(replace && { replace }) }),
  ).finally(progress.end)
  show(choice, { format: meant, ...done }, () => [
    safeText(`Exported ${counted(done.images, 'image')} of ${counted(done.classes, 'class', 'classes')} to ${done.place}.`),
    ...(meant !== 'folders' && done.unlabelled > 0 ? [`${whole(done.unlabelled)} of them ${done.unlabelled === 1 ? 'has' : 'have'} no label.`] : []),
    ...(meant === 'folders' && done.unlabelled + done.missing > 0 ? [`Left out: ${whole(done.unlabelled)} without a label, ${whole(done.missing)} missing.`] : []),
  ])
}
