/** `evaluate` and `export`: what a run is good for. */
import { Option, type Command } from 'commander'
import { splits, type Split } from '../../shared/contract/common.ts'
import { exportFormats, type ExportFormat, type Fast } from '../../shared/contract/runs.ts'
import { dialWords } from '../../shared/dial.ts'
import { Failure } from '../../shared/failure.ts'
import { placeOf } from '../places.ts'
import { runName, somePath } from './options.ts'
import { accuracyLine, counted, percent, routingLines, table, whole } from './print.ts'
import { safeText } from './safe.ts'
import { withProject, type ProjectSession } from './session.ts'
import { remark, show, type Shown } from './show.ts'

export interface OfRun extends Shown {
  readonly run: string
}
interface EvaluateChoice extends OfRun {
  readonly split?: Split
  readonly folder?: string
  readonly fast?: boolean
}
interface ExportChoice extends OfRun {
  readonly to: string
  readonly format?: ExportFormat
  readonly replace?: boolean
}

const skippedShown = 20

export function addRunCommands(program: Command): void {
  ofRun(program.command('evaluate'))
    .description('score a split, or a folder of class folders outside the project')
    .addOption(new Option('--split <name>', 'images of the project, as they are by now (val)').choices(splits).conflicts('folder'))
    .option('--folder <folder>', 'class folders anywhere; nothing of it is kept', somePath)
    .option('--fast', 'in a narrower number type as well, where the device has one; tells how many answers differ')
    .action((dir: string, choice: EvaluateChoice) => withProject(dir, (session) => evaluate(session, choice)))

  ofRun(program.command('export'))
    .description("write the weights under the authors' names, or the whole model, pixels in and logits out, held against the run before it is called done")
    .requiredOption('--to <file>', 'what to write: FILE.safetensors, FILE.onnx, or a folder FOLDER.savedmodel', somePath)
    .addOption(new Option('--format <name>', 'what it becomes (as the ending says)').choices(exportFormats))
    .option('--replace', 'replace what exists already')
    .action((dir: string, choice: ExportChoice) => withProject(dir, (session) => exportRun(session, choice)))
}

export function ofRun(command: Command): Command {
  return command.argument('<dir>', "the project's folder", somePath).requiredOption('--run <run>', "the run's number, or latest", runName)
}

async function evaluate(session: ProjectSession, { run, split, folder, fast = false, ...choice }: EvaluateChoice): Promise<void> {
  const where = folder === undefined ? { split: split ?? 'val' } : { folder: placeOf(folder) }
  const of = { projectId: session.project.id, runId: await session.run(run) }
  const scores = await session.call('runs.evaluate', { ...of, fast, ...where })
  const { dial } = (await session.call('runs.get', of)).run
  show(choice, { ...scores, dial }, () => [
    ...table(
      ['class', 'group', 'train', 'images', 'recall', 'precision'],
      scores.perClass.map(({ name, group, train, support, recall, precision }) => [name, group, train, support, percent(recall), percent(precision)]),
    ),
    '',
    `On ${counted(scores.images, 'image')}: ${accuracyLine(scores)}`,
    ...(dial ? [`Answers adjusted: ${dialWords(dial)}`] : []),
    `${scores.expertsUsed.toFixed(2)} experts asked for an image, ${whole(scores.imagesPerSecond)} images a second`,
    ...routingLines(scores),
    ...(scores.fast ? [fastLine(scores.fast)] : []),
  ])
  if (choice.json || scores.skipped.length === 0) return
  remark(`Left out: ${scores.skipped.length}`)
  for (const skipped of scores.skipped.slice(0, skippedShown)) remark(`  ${skipped.path}: ${skipped.reason}`)
}

function fastLine({ type, flips, imagesPerSecond, exactImagesPerSecond, ...accuracy }: Fast): string {
  return `In ${type}: ${accuracyLine(accuracy)}, ${counted(flips, 'answer')} differ; ${whole(imagesPerSecond)} images a second, ${whole(exactImagesPerSecond)} in float32`
}

async function exportRun(session: ProjectSession, { run, to, format, replace = false, ...choice }: ExportChoice): Promise<void> {
  const file = placeOf(to)
  const becomes = format ?? formatOf(file)
  const written = await session.call('runs.export', { projectId: session.project.id, runId: await session.run(run), file, format: becomes, replace })
  show(choice, written, () => [
    safeText(`Wrote ${counted(written.tensors, 'tensor')} to ${written.file}.`),
    ...(written.verified ? [`Held against the run on ${counted(written.verified.images, 'image')}: ${counted(written.verified.flips, 'answer')} differ, logits by ${written.verified.largestDifference.toExponential(1)} at most.`] : []),
  ])
}

/** As the ending says. */
function formatOf(file: string): ExportFormat {
  const format = exportFormats.find((known) => file.toLowerCase().endsWith(`.${known}`))
  if (format) return format
  throw new Failure('invalid-input', `${file} ends in nothing that is written here. End it in .safetensors for the weights, or in .onnx or .savedmodel for the whole model.`)
}
