/** Bias and variance over the experts of a run, or over runs of several seeds; and what an expert, the mean and a router get. */
import { setImmediate } from 'node:timers/promises'
import { spreadsOf } from '../../shared/analysis.ts'
import type { analysisCommands, Answer } from '../../shared/contract/analysis.ts'
import { Failure } from '../../shared/failure.ts'
import { accuracyOf, type Accuracy } from '../../shared/metrics.ts'
import { groupOf } from '../../shared/tail.ts'
import { answeredImages, scoredRouters, type Answered } from '../store/analysis.ts'
import type { Scored } from '../store/confusions.ts'
import type { Db } from '../store/db.ts'
import { evaluationOf } from '../store/evaluations.ts'
import { runById, runClasses } from '../store/runs.ts'
import { databaseVersion } from '../store/stamps.ts'
import { refuseUnlikeSeeds } from './alike.ts'
import { onCommonImages, onImagesOf } from './commonImages.ts'
import type { HandlersOf } from './context.ts'
import type { Projects } from './projects.ts'

/** Of four bytes each: what is compared lies in memory all at once. */
const mostAnswers = 2 ** 27

/** While a run is scored anew, what was read of it is torn. */
const mostTries = 3

export function analysisHandlers(projects: Projects): HandlersOf<typeof analysisCommands> {
  /** @throws Failure `closed` where the project closes meanwhile */
  const answered = async (projectId: string, scored: Scored, triesLeft = mostTries): Promise<Answered> => {
    const begun = databaseVersion(projects.get(projectId).db)
    const reading = answeredImages(projects.get(projectId).db, scored)
    for (;;) {
      const piece = reading.next()
      const isWhole = databaseVersion(projects.get(projectId).db) === begun
      // A million take seconds, in which others have their turn too.
      await setImmediate()
      projects.get(projectId)
      if (piece.done) return isWhole || triesLeft === 1 ? piece.value : answered(projectId, scored, triesLeft - 1)
    }
  }
  return {
    'analysis.variance': async ({ projectId, runIds, split }) => {
      const ids = [...new Set(runIds)]
      const { db } = projects.get(projectId)
      const answers = ids.reduce((sum, runId) => sum + answersOf(db, { runId, split }), 0)
      if (answers > mostAnswers) throw new Failure('invalid-input', `These runs gave ${answers} answers together, and ${mostAnswers} at most are held against each other. Choose fewer runs.`)
      if (ids.length > 1) refuseUnlikeSeeds(db, ids)
      const read: Answered[] = []
      for (const runId of ids) read.push(await answered(projectId, { runId, split }))
      const compared = onCommonImages(read)
      const { actual, experts } = compared[0]!
      const members = ids.length > 1 ? compared.map(({ predicted }) => predicted) : experts
      if (members.length < 2) {
        throw new Failure('invalid-input', `Run ${ids[0]} has one expert: there is nothing for it to disagree with. Choose a run of two experts or more, or several runs that differ in their seed alone.`)
      }
      const trainCounts = new Map(runClasses(db, ids[0]!).map(({ classId, train }) => [classId, train]))
      const groups = Array.from(actual, (classId) => groupOf(trainCounts.get(classId) ?? 0))
      const given: Accuracies[] = []
      for (const [n, own] of compared.entries()) {
        const scored = { runId: ids[n]!, split }
        const routers: { readonly id: number; readonly answered: Answered }[] = []
        for (const id of scoredRouters(db, scored)) routers.push({ id, answered: onImagesOf(await answered(projectId, { runId: id, split }), own) })
        given.push(accuraciesOf(db, scored, own, routers, trainCounts))
      }
      return {
        over: ids.length > 1 ? 'runs' : 'experts',
        members: members.length,
        spreads: spreadsOf(members, actual, groups),
        answers: given.flatMap((run) => run.answers),
        otherRouters: given.flatMap((run) => run.otherRouters),
      }
    },
  }
}

/**
 * How many classes the run answered with, its experts' own among them.
 * @throws Failure `not-found` where the run is missing or was not scored on the split
 */
function answersOf(db: Db, { runId, split }: Scored): number {
  const run = runById(db, runId)
  if (!run) throw new Failure('not-found', `This project has no run ${runId}.`)
  const evaluation = evaluationOf(db, runId, split)
  if (!evaluation) throw new Failure('not-found', `Run ${runId} was not scored on ${split} images. Score it first.`)
  if (evaluation.images === 0) throw new Failure('not-found', `Run ${runId} was scored on no ${split} images: there is nothing to compare.`)
  return evaluation.images * (1 + run.config.experts)
}

interface Accuracies {
  readonly answers: Answer[]
  readonly otherRouters: number[]
}

/** What each expert alone, their mean, and the routers that were trained on the run get on these images. */
function accuraciesOf(db: Db, { runId, split }: Scored, answered: Answered, routers: readonly { readonly id: number; readonly answered: Answered }[], trainCounts: ReadonlyMap<number, number>): Accuracies {
  const positions = new Map([...trainCounts.keys()].map((classId, position) => [classId, position]))
  const counts = [...trainCounts.values()]
  const known = (classId: number): number => positions.get(classId) ?? -1
  const actual = Array.from(answered.actual, known)
  const answer = (of: Pick<Answer, 'kind' | 'expert' | 'runId'>, given: Uint32Array): Answer => ({ ...of, ...accuracyOf(actual, Array.from(given, known), counts) })
  const { routing, images } = evaluationOf(db, runId, split)!
  // All experts' mean is kept of a router's whole split, and not of each image.
  const mean = routing && images === answered.images.length ? [{ kind: 'mean', expert: null, runId, ...accuracyIn(routing.allExperts) } satisfies Answer] : []
  const isAlike = (router: (typeof routers)[number]): boolean => router.answered.images.length === answered.images.length
  return {
    answers: [
      ...answered.experts.map((given, expert) => answer({ kind: 'expert', expert, runId }, given)),
      ...mean,
      answer({ kind: routing ? 'router' : 'mean', expert: null, runId }, answered.predicted),
      ...routers.filter(isAlike).map((router) => answer({ kind: 'router', expert: null, runId: router.id }, router.answered.predicted)),
    ],
    otherRouters: routers.filter((router) => !isAlike(router)).map(({ id }) => id),
  }
}

function accuracyIn({ top1, many, medium, few }: Accuracy): Accuracy {
  return { top1, many, medium, few }
}
