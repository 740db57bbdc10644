/** A run on the command line, from where it begins to its figures. */
import type { Run, RunProgress } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import { durationWords } from '../../shared/words.ts'
import { commandLine } from './commandLine.ts'
import { accuracyLine, bytes, counted, routingLines, whole } from './print.ts'
import { openProgress, type Progress } from './progress.ts'
import { interruptible, type ProjectSession } from './session.ts'
import { remark, show, type Shown } from './show.ts'

/** How long a run that is asked to stop may take for its step and for being scored, before it is left without. */
const stopOutlivesMs = 5000

/** Shows a run that has begun until it ends, then what came of it; Ctrl+C stops it with a checkpoint. */
export async function watch(session: ProjectSession, started: Run, choice: Shown): Promise<void> {
  const projectId = session.project.id
  const inRun = { projectId, runId: started.id }
  const progress = openProgress()
  listen(session, started, progress)
  progress.say(introduction(started))

  let late: NodeJS.Timeout | undefined
  const stop = (): void => {
    progress.say('Stopping with a checkpoint; Ctrl+C again ends at once.')
    session.call('runs.stop', inRun).catch(() => {})
    // Closing waits for no scoring, and not long for a step.
    late = setTimeout(() => {
      progress.say('This takes long; closing, without scoring what was trained.')
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
  remark(`Run ${run.id} was stopped${run.config.epochs > 0 ? ` after ${run.epochsDone} of ${counted(run.config.epochs, 'epoch')}` : ''}. Go on with it: ${goOn}`)
  process.exitCode = 1
}

function introduction({ id, name, trainImages, classes, config }: Run): string {
  const called = name === `Run ${id}` ? name : `Run ${id} (${name})`
  const length = config.epochs > 0 ? [counted(config.epochs, 'epoch')] : []
  const teacher = config.teacherRun === null ? [] : [`learning from run ${config.teacherRun}`]
  return `${called}: ${[`${counted(trainImages, 'training image')} of ${counted(classes, 'class', 'classes')}`, counted(config.experts, 'expert'), ...length, ...teacher].join(', ')}`
}

function listen(session: ProjectSession, { id, config }: Run, progress: Progress): void {
  // A large network's first step can take minutes, before which there is no progress to show.
  const steps = ['Preparing the network', 'The network is there; the first step begins']
  session.on('runs.changed', ({ run }) => {
    const words = run.id === id && run.status === 'training' ? steps.shift() : undefined
    if (words !== undefined) progress.say(words)
  })
  session.on('runs.progress', (report) => {
    // Elsewhere another project may train as well.
    if (report.projectId === session.project.id && report.runId === id) progress.show(report.done, report.total, wordsOf(report))
  })
  session.on('runs.epoch', ({ projectId, runId, epoch }) => {
    if (projectId === session.project.id && runId === id) progress.note(`Epoch ${epoch.epoch} of ${config.epochs}: loss ${epoch.loss.toFixed(3)}, ${accuracyLine(epoch)}`)
  })
}

function wordsOf({ phase, epoch, epochs, loss, imagesPerSecond, secondsLeft }: RunProgress): string {
  if (phase === 'preparing') return 'Preparing images'
  if (phase === 'evaluating') return epochs > 0 ? `Evaluating after epoch ${epoch} of ${epochs}` : 'Evaluating'
  const parts = [loss === null ? '' : `loss ${loss.toFixed(3)}`, imagesPerSecond === null ? '' : `${whole(imagesPerSecond)} images/s`, secondsLeft === null ? '' : `${durationWords(secondsLeft)} left`]
  return [`Epoch ${epoch} of ${epochs}`, ...parts.filter((part) => part !== '')].join(', ')
}

/** `imagesPerSecond` is that of training; `routing` tells what a router saves on the validation images. */
function resultOf(run: Run): object {
  const { top1 = null, many = null, medium = null, few = null, expertsUsed = null, routing = null } = run.evaluation ?? {}
  const { id, status, epochsDone, imagesPerSecond, peakMemoryBytes, seconds, device } = run
  const { stage, baseRun } = run.config
  return { run: id, status, epochs: epochsDone, top1, many, medium, few, imagesPerSecond, peakMemoryBytes, seconds, device, stage, baseRun, expertsUsed, routing }
}

function linesOf(run: Run): string[] {
  const speed = run.imagesPerSecond === null ? [] : [`${whole(run.imagesPerSecond)} training images a second on ${run.device ?? 'an unknown device'}, peak memory ${bytes(run.peakMemoryBytes ?? 0)}`]
  return [
    `Run ${run.id} ${run.status}${run.config.epochs > 0 ? `: ${run.epochsDone} of ${counted(run.config.epochs, 'epoch')}` : ''} in ${durationWords(run.seconds)}`,
    evaluationLine(run),
    ...(run.evaluation?.routing ? routingLines(run.evaluation) : []),
    ...speed,
  ]
}

function evaluationLine({ evaluation, scored }: Run): string {
  if (evaluation) return `On ${counted(evaluation.images, 'validation image')}: ${accuracyLine(evaluation)}`
  const [other] = scored
  return other ? `There are no validation images; the ${other} images are scored: ride confusions lists them with --split ${other}.` : 'Not evaluated: no validation images, or no epoch done.'
}
