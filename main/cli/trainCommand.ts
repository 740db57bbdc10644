/** `train`: a run from its configuration, or from where it was left, to its figures. */
import { Option, type Command } from 'commander'
import type { Run, RunProgress } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import { backbones, losses, presets, type RunRequest } from '../../shared/recipe.ts'
import { durationWords } from '../../shared/words.ts'
import { commandLine } from './commandLine.ts'
import { positiveNumber, runName, somePath, wholeNumber } from './options.ts'
import { accuracyLine, bytes, counted, whole } from './print.ts'
import { openProgress, type Progress } from './progress.ts'
import { interruptible, withProject, type ProjectSession } from './session.ts'
import { remark, show, type Shown } from './show.ts'

interface TrainChoice extends Shown {
  readonly preset?: RunRequest['preset']
  readonly backbone?: RunRequest['backbone']
  readonly experts?: number
  readonly widths?: RunRequest['widths']
  readonly head?: RunRequest['head']
  readonly loss?: RunRequest['loss']
  readonly epochs?: number
  readonly imageSize?: number
  readonly fit?: RunRequest['fit']
  readonly batch?: number
  readonly lr?: number
  /** False with `--no-augment`. */
  readonly augment: boolean
  readonly seed?: number
  readonly device?: RunRequest['device']
  readonly resume?: string
}

/** How long a run that is asked to stop may take for its step and for being scored, before it is left without. */
const stopOutlivesMs = 5000

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .argument('<dir>', "the project's folder", somePath)
    .description('train, evaluate on the validation images, save the confusions; Ctrl+C stops with a checkpoint')
    .addOption(new Option('--preset <name>', 'recipe that fills in what is not given (cifar)').choices(presets))
    .addOption(new Option('--backbone <name>', 'network (resnet32)').choices(backbones))
    .option('--experts <n>', 'number of experts (3)', wholeNumber(1, 8))
    .addOption(new Option('--widths <name>', "width of the experts' layers (reduced)").choices(['reduced', 'full']))
    .addOption(new Option('--head <name>', 'classifier (cosine)').choices(['cosine', 'linear']))
    .addOption(new Option('--loss <name>', 'loss (ride)').choices(losses))
    .option('--epochs <n>', 'passes over the training images (from the preset)', wholeNumber(1, 10_000))
    .option('--image-size <n>', 'side of the square that images become (32)', wholeNumber(32, 224))
    .addOption(new Option('--fit <name>', 'how an image becomes a square (pad)').choices(['pad', 'crop']))
    .option('--batch <n>', 'images in a step (from the preset)', wholeNumber(2, 4096))
    .option('--lr <x>', 'learning rate (from the preset)', positiveNumber)
    .option('--no-augment', 'show the images as they are')
    .option('--seed <n>', 'of weights, order and augmentation (0)', wholeNumber(0, 2 ** 32 - 1))
    .addOption(new Option('--device <name>', 'where to train (auto)').choices(['auto', 'cpu', 'gpu']))
    .option('--resume <run>', "go on with a run from its last checkpoint: its number, or latest; takes no other option", runName)
    .action((dir: string, choice: TrainChoice, command: Command) => {
      if (choice.resume !== undefined) refuseOthers(command)
      return withProject(dir, (session) => train(session, choice))
    })
}

/** A resumed run keeps its configuration, so that one cannot say another. */
function refuseOthers(command: Command): void {
  const others = command.options.filter((option) => !['resume', 'json'].includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli')
  if (others.length > 0) command.error(`error: --resume goes on with the run's own configuration: leave out ${others.map(({ long }) => long).join(', ')}`)
}

async function train(session: ProjectSession, choice: TrainChoice): Promise<void> {
  const projectId = session.project.id
  const started = choice.resume === undefined ? await session.call('runs.start', { projectId, ...requestOf(choice) }) : await session.call('runs.resume', { projectId, runId: await session.run(choice.resume) })
  const inRun = { projectId, runId: started.id }
  const progress = openProgress()
  listen(session, started, progress)
  progress.note(`Run ${started.id}: ${counted(started.trainImages, 'training image')} of ${counted(started.classes, 'class', 'classes')}, ${counted(started.config.experts, 'expert')}, ${counted(started.config.epochs, 'epoch')}`)

  let late: NodeJS.Timeout | undefined
  const stop = (): void => {
    progress.note('Stopping with a checkpoint; Ctrl+C again ends at once.')
    session.call('runs.stop', inRun).catch(() => {})
    // Closing waits for no scoring, and not long for a step.
    late = setTimeout(() => {
      progress.note('This takes long; closing, without scoring what was trained.')
      session.call('projects.close', { projectId }).catch(() => {})
    }, stopOutlivesMs)
  }
  const run = await interruptible(stop, () => session.call('runs.wait', inRun)).finally(() => {
    clearTimeout(late)
    progress.end()
  })
  const goOn = commandLine('train', session.project.folder, '--resume', String(run.id))
  if (run.status === 'interrupted') throw new Failure('closed', `${run.failure ?? `Run ${run.id} was interrupted.`} ${goOn}`)
  if (run.status === 'failed') throw new Failure('internal', run.failure ?? `Run ${run.id} did not finish.`)
  show(choice, resultOf(run), () => linesOf(run))
  if (run.status !== 'stopped') return
  remark(`Run ${run.id} was stopped after ${run.epochsDone} of ${counted(run.config.epochs, 'epoch')}. Go on with it: ${goOn}`)
  process.exitCode = 1
}

function requestOf({ json: _json, resume: _resume, batch, lr, ...rest }: TrainChoice): Partial<RunRequest> {
  return { ...rest, ...(batch !== undefined && { batchSize: batch }), ...(lr !== undefined && { learningRate: lr }) }
}

function listen(session: ProjectSession, { id, config }: Run, progress: Progress): void {
  session.on('runs.progress', (report) => progress.show(report.done, report.total, wordsOf(report)))
  session.on('runs.epoch', ({ runId, epoch }) => {
    if (runId === id) progress.note(`Epoch ${epoch.epoch} of ${config.epochs}: loss ${epoch.loss.toFixed(3)}, ${accuracyLine(epoch)}`)
  })
}

function wordsOf({ phase, epoch, epochs, loss, imagesPerSecond, secondsLeft }: RunProgress): string {
  if (phase === 'preparing') return 'Preparing images'
  if (phase === 'evaluating') return `Evaluating after epoch ${epoch} of ${epochs}`
  const parts = [loss === null ? '' : `loss ${loss.toFixed(3)}`, imagesPerSecond === null ? '' : `${whole(imagesPerSecond)} images/s`, secondsLeft === null ? '' : `${durationWords(secondsLeft)} left`]
  return [`Epoch ${epoch} of ${epochs}`, ...parts.filter((part) => part !== '')].join(', ')
}

function resultOf(run: Run): object {
  const { top1 = null, many = null, medium = null, few = null } = run.evaluation ?? {}
  const { id, status, epochsDone, imagesPerSecond, peakMemoryBytes, seconds, device } = run
  return { run: id, status, epochs: epochsDone, top1, many, medium, few, imagesPerSecond, peakMemoryBytes, seconds, device }
}

function linesOf(run: Run): string[] {
  const speed = run.imagesPerSecond === null ? [] : [`${whole(run.imagesPerSecond)} training images a second on ${run.device ?? 'an unknown device'}, peak memory ${bytes(run.peakMemoryBytes ?? 0)}`]
  return [
    `Run ${run.id} ${run.status}: ${run.epochsDone} of ${counted(run.config.epochs, 'epoch')} in ${durationWords(run.seconds)}`,
    evaluationLine(run),
    ...speed,
  ]
}

function evaluationLine({ evaluation, scored }: Run): string {
  if (evaluation) return `On ${whole(evaluation.images)} validation images: ${accuracyLine(evaluation)}`
  const [other] = scored
  return other ? `There are no validation images; the ${other} images are scored: ride confusions lists them with --split ${other}.` : 'Not evaluated: no validation images, or no epoch done.'
}
