/** One run from its images to its confusions: prepare, train, score; and what becomes of it where that ends early. */
import type { Run } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { isImported } from '../../../shared/recipe.ts'
import { epochsSaved } from '../../checkpoints.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { imageFiles } from '../../store/imageFiles.ts'
import { frozenImages, runClasses, saveEpoch, setMeasured, setStatus, type RunRecord } from '../../store/runs.ts'
import { startTrainer, type Trainer } from '../../trainer/client.ts'
import type { TrainResult } from '../../trainer/contract.ts'
import type { ServiceContext } from '../context.ts'
import { diskFailure } from '../disk.ts'
import { preparePixels } from '../pixels.ts'
import type { OpenProject } from '../projects.ts'
import { pixelSet } from '../scores.ts'
import { goOnAdvice } from './checks.ts'
import { baseFolderOf } from './derivation.ts'
import { runFolder } from './folder.ts'
import { thisProcess } from './owner.ts'
import { progressReport, type ProgressReport } from './progress.ts'
import { scoreSplit } from './score.ts'
import { teacherOf } from './teacher.ts'

export interface RunWork {
  readonly project: OpenProject
  readonly runId: number
  readonly progress: ProgressReport
  /**
   * Asks it to end soon, with a checkpoint; `scoring` says whether what was trained is scored before. Without, the step
   * that goes on is waited for no longer than a program may take to close: then the run ends as interrupted.
   */
  stop(scoring: boolean): void
  /** Fulfilled when it has ended, whichever way; the run's record still says that it goes on. */
  readonly ended: Promise<Ending>
}

export interface Ending {
  readonly status: Run['status']
  readonly failure: Failure | null
  readonly seconds: number
}

interface Doing {
  readonly context: ServiceContext
  readonly project: OpenProject
  readonly decoders: Decoders
  readonly run: RunRecord
  /** From its newest checkpoint; else from the start. */
  readonly resume: boolean
  /** Tells everybody what the run is by now. */
  changed(): void
}

/** A step of large images can take a minute; its end is worth less than a program that closes. */
const stepOutlivesMs = 5000

/** Works on a run that is on record as `preparing` by this process. */
export function startRunWork(doing: Doing): RunWork {
  const { context, project, decoders, run, resume, changed } = doing
  const { db } = project
  const startedAt = performance.now()
  const cancelled = new AbortController()
  const of = { projectId: project.id, runId: run.id }
  let stopping: { readonly scoring: boolean } | undefined
  let trainer: Trainer | undefined
  let training = false
  // By `stop`, while nothing was lost by it.
  let endedEarly = false
  let late: NodeJS.Timeout | undefined
  // By `stop`, in the middle of a step.
  let cutShort = false
  // What broke on this side while the trainer was at work, and is why it was killed.
  let broken: unknown

  const progress = progressReport((report) => context.emit('runs.progress', report))
  const report = (phase: 'preparing' | 'training' | 'evaluating', done: number, total: number, more: { epoch?: number; loss?: number | null; imagesPerSecond?: number | null; peakMemoryBytes?: number } = {}): void =>
    progress.report({ ...of, phase, epoch: Math.min(run.epochsDone + 1, run.config.epochs), epochs: run.config.epochs, done, total, loss: null, imagesPerSecond: null, peakMemoryBytes: null, ...more })
  const seconds = (): number => run.seconds + (performance.now() - startedAt) / 1000

  const enter = (status: 'training' | 'evaluating'): void => {
    setStatus(db, run.id, status, { owner: thisProcess })
    changed()
  }

  /** A process that cannot be ended must not take the run's outcome along. */
  const endTrainer = (): void => {
    try {
      trainer?.kill()
    } catch (error) {
      console.error(`The trainer of run ${run.id} could not be ended:`, error)
    }
  }

  /** Runs what an event asks for: where it throws, training on would lose what cannot be stored. */
  const heard = <Payload>(listener: (payload: Payload) => void) => (payload: Payload): void => {
    try {
      listener(payload)
    } catch (error) {
      broken ??= error
      endTrainer()
    }
  }

  const train = async (started: Trainer, pixelFile: string): Promise<TrainResult> => {
    started.on(
      'started',
      heard((ranOn) => {
        setMeasured(db, run.id, { ...ranOn, seconds: seconds() })
        changed()
      }),
    )
    started.on('progress', heard(({ phase, done, total, ...more }) => report(phase, done, total, more)))
    started.on(
      'epoch',
      heard((epoch) => {
        saveEpoch(db, run.id, epoch)
        setMeasured(db, run.id, { seconds: seconds(), imagesPerSecond: epoch.imagesPerSecond, peakMemoryBytes: progress.current()?.peakMemoryBytes ?? null })
        context.emit('runs.epoch', { ...of, epoch })
        changed()
      }),
    )
    training = true
    try {
      return await started.call('train', {
        config: run.config,
        runFolder: runFolder(project, run.id),
        pixelFile,
        classCounts: runClasses(db, run.id).map((known) => known.train),
        train: pixelSet(frozenImages(db, run.id, 'train')),
        val: pixelSet(frozenImages(db, run.id, 'val')),
        resume,
        baseFolder: baseFolderOf(project, run.config, resume),
        teacher: teacherOf(project, run.config),
      })
    } finally {
      training = false
    }
  }

  const trained = async (started: Trainer, pixelFile: string): Promise<'finished' | 'stopped'> => {
    enter('training')
    const result = await train(started, pixelFile)
    setMeasured(db, run.id, { ...result, seconds: seconds() })
    return result.finished ? 'finished' : 'stopped'
  }

  const work = async (): Promise<'finished' | 'stopped'> => {
    // What trains nothing looks at no training image, so that none need be readable.
    const looked = run.config.epochs > 0 ? (['train', 'val', 'test'] as const) : (['val', 'test'] as const)
    const splits = looked.map((split) => ({ split, images: frozenImages(db, run.id, split) }))
    const files = imageFiles(db, splits.flatMap(({ images }) => images.map(({ imageId }) => imageId)))
    const pixels = await preparePixels(project.cache, files, run.config, decoders, { onProgress: (done, total) => report('preparing', done, total), signal: cancelled.signal })
    if (cancelled.signal.aborted) throw new Failure('cancelled', 'The run was stopped.')
    const [first] = pixels.unreadable
    if (first) {
      // A run stands for the very images it was frozen with, so it leaves none out silently.
      throw new Failure(
        'unreadable',
        `${pixels.unreadable.length} of the run's ${files.length} images cannot be read any more; the first is ${first.path}: ${first.reason}. Put the files back and resume the run, or import their folder again and start a new one.`,
        { unreadable: pixels.unreadable.slice(0, 1000) },
      )
    }

    trainer = startTrainer(context.spawnTrainer)
    const outcome = isImported(run.config) ? 'finished' : await trained(trainer, pixels.file)
    if (stopping?.scoring === false || (outcome === 'stopped' && epochsSaved(runFolder(project, run.id)) === 0)) return 'stopped'

    enter('evaluating')
    for (const { split, images } of splits) {
      if (split === 'train' || images.length === 0) continue
      report('evaluating', 0, images.length, { epoch: epochsSaved(runFolder(project, run.id)) })
      await scoreSplit({ trainer, project, run, fast: false }, split, images, pixels.file)
      context.emit('confusions.changed', of)
    }
    return outcome
  }

  const endingOf = (error: unknown): Omit<Ending, 'seconds'> => {
    const failure = Failure.from(diskFailure(broken ?? error, 'The run could not go on'))
    if (failure.code === 'cancelled' || endedEarly) return { status: 'stopped', failure: null }
    const goOn = goOnAdvice(run, runFolder(project, run.id))
    if (cutShort) return { status: 'interrupted', failure: new Failure('closed', `The program was closed in the middle of a long training step, which is lost. ${goOn}`) }
    if (failure.code === 'closed') return { status: 'interrupted', failure: new Failure('closed', `${failure.message} ${goOn} ${memoryAdvice}`) }
    return { status: 'failed', failure }
  }

  const ended = work()
    .then((status) => ({ status, failure: null }), endingOf)
    .then((ending) => Object.assign(ending, { seconds: seconds() }))
    .finally(() => {
      clearTimeout(late)
      endTrainer()
    })

  return {
    project,
    runId: run.id,
    progress,
    stop(scoring) {
      stopping = { scoring: scoring && (stopping?.scoring ?? true) }
      cancelled.abort()
      if (training) {
        trainer!.call('stop', {}).catch(() => {})
        if (!stopping.scoring) {
          late ??= setTimeout(() => {
            cutShort = training
            endTrainer()
          }, stepOutlivesMs)
        }
      } else if (trainer) {
        // While it scores there is nothing left to keep: the weights are on disk.
        endedEarly = true
        endTrainer()
      }
    },
    ended,
  }
}

const memoryAdvice = 'Where memory ran out, a smaller batch or image size in a new run helps.'
