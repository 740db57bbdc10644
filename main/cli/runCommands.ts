/** `evaluate`, `confusions`, `export`: what a run is good for. */
import { Option, type Command } from 'commander'
import { splits, type Split } from '../../shared/contract/common.ts'
import { Failure } from '../../shared/failure.ts'
import { placeOf } from '../places.ts'
import { runName, somePath, wholeNumber } from './options.ts'
import { accuracyLine, percent, table, whole } from './print.ts'
import { safeText } from './safe.ts'
import { withProject, type ProjectSession } from './session.ts'
import { remark, show, type Shown } from './show.ts'

interface OfRun extends Shown {
  readonly run: string
}
interface EvaluateChoice extends OfRun {
  readonly split?: Split
  readonly folder?: string
}
interface ConfusionsChoice extends OfRun {
  readonly class?: string
  readonly split?: Split
  readonly top?: number
}
interface ExportChoice extends OfRun {
  readonly to: string
  readonly replace?: true
}

const skippedShown = 20

export function addRunCommands(program: Command): void {
  ofRun(program.command('evaluate'))
    .description('score a split, or a folder of class folders outside the project')
    .addOption(new Option('--split <name>', 'images of the project, as they are by now (val)').choices(splits).conflicts('folder'))
    .option('--folder <folder>', 'class folders anywhere; nothing of it is kept', somePath)
    .action((dir: string, choice: EvaluateChoice) => withProject(dir, (session) => evaluate(session, choice)))

  ofRun(program.command('confusions'))
    .description('list what classes are taken for, rarest true class first')
    .addOption(new Option('--split <name>', 'the images that the run was scored on (val)').choices(splits))
    .option('--class <name>', 'only images of this class')
    .option('--top <n>', 'only the first cells', wholeNumber(1, 100_000))
    .action((dir: string, choice: ConfusionsChoice) => withProject(dir, (session) => confusions(session, choice)))

  ofRun(program.command('export'))
    .description("write the weights under the authors' names")
    .requiredOption('--to <file.safetensors>', 'the file to write', somePath)
    .option('--replace', 'replace the file where it exists already')
    .action((dir: string, choice: ExportChoice) =>
      withProject(dir, async (session) => {
        const request = { projectId: session.project.id, runId: await session.run(choice.run), file: placeOf(choice.to), replace: choice.replace ?? false }
        const { file, tensors } = await session.call('runs.export', request)
        show(choice, { file, tensors }, () => [safeText(`Wrote ${tensors} tensors to ${file}.`)])
      }),
    )
}

function ofRun(command: Command): Command {
  return command.argument('<dir>', "the project's folder", somePath).requiredOption('--run <run>', "the run's number, or latest", runName)
}

async function evaluate(session: ProjectSession, { run, split, folder, ...choice }: EvaluateChoice): Promise<void> {
  const where = folder === undefined ? { split: split ?? 'val' } : { folder: placeOf(folder) }
  const scores = await session.call('runs.evaluate', { projectId: session.project.id, runId: await session.run(run), ...where })
  show(choice, scores, () => [
    ...table(
      ['class', 'group', 'train', 'images', 'recall', 'precision'],
      scores.perClass.map(({ name, group, train, support, recall, precision }) => [name, group, train, support, percent(recall), percent(precision)]),
    ),
    '',
    `On ${whole(scores.images)} images: ${accuracyLine(scores)}`,
    `${scores.expertsUsed.toFixed(2)} experts asked for an image, ${whole(scores.imagesPerSecond)} images a second`,
  ])
  if (choice.json || scores.skipped.length === 0) return
  remark(`Left out: ${scores.skipped.length}`)
  for (const skipped of scores.skipped.slice(0, skippedShown)) remark(`  ${skipped.path}: ${skipped.reason}`)
}

async function confusions(session: ProjectSession, { run, class: name, split = 'val', top, ...choice }: ConfusionsChoice): Promise<void> {
  const scored = { projectId: session.project.id, runId: await session.run(run), split }
  const classId = name === undefined ? undefined : await classNamed(session, scored, name)
  const found = await session.call('confusions.cells', { ...scored, ...(classId !== undefined && { classId }), ...(top !== undefined && { top }) })
  const cells = found.map(({ actualName, predictedName, count, support, group }) => ({ actual: actualName, predicted: predictedName, count, support, group }))
  show(choice, { cells }, () =>
    cells.length === 0 ? ['No confusions.'] : table(['class', 'group', 'taken for', 'count', 'of'], cells.map(({ actual, group, predicted, count, support }) => [actual, group, predicted, count, support])),
  )
}

async function classNamed(session: ProjectSession, scored: { projectId: string; runId: number; split: Split }, name: string): Promise<number> {
  const { classes } = await session.call('confusions.matrix', scored)
  const found = classes.find((known) => known.name === name)
  if (!found) throw new Failure('not-found', `Run ${scored.runId} knows no class named ${JSON.stringify(name)}. ride tail lists the names.`)
  return found.classId
}
