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
import { refuseUnlikeSeeds } from './alike.ts'
import { onCommonImages, onImagesOf } from './commonImages.ts'
import type { HandlersOf } from './context.ts'
import type { Projects } from './projects.ts'

/** Of four bytes each: what is compared lies in memory all at once. */
const mostAnswers = 2 ** 27

export function analysisHandlers(projects: Projects): HandlersOf<typeof analysisCommands> {
  return {
    'analysis.variance': async ({ projectId, runIds, split }) => {
      const ids = [...new Set(runIds)]
      const { db } = projects.get(projectId)
      const answers = ids.reduce((sum, runId) => sum + answersOf(db, { runId, split }), 0)
      if (answers > mostAnswers) throw new Failure('invalid-input', `These runs gave ${answers} answers together, and ${mostAnswers} at most are held against each other. Choose fewer runs.`)
      if (ids.length > 1) refuseUnlikeSeeds(db, ids)
      const read: Answered[] = []
      for (const runId of ids) {
        read.push(answeredImages(projects.get(projectId).db, { runId, split }))
        // Many runs take seconds, in which others have their turn too.
        await setImmediate()
      }
      projects.get(projectId)
      const compared = onCommonImages(read)
      const { actual, experts } = compared[0]!
      const members = ids.length > 1 ? compared.map(({ predicted }) => predicted) : experts
      if (members.length < 2) {
        throw new Failure('invalid-input', `Run ${ids[0]} has one expert: there is nothing for it to disagree with. Choose a run of two experts or more, or several runs that differ in their seed alone.`)
      }
      const trainCounts = new Map(runClasses(db, ids[0]!).map(({ classId, train }) => [classId, train]))
      const groups = Array.from(actual, (classId) => groupOf(trainCounts.get(classId) ?? 0))
      const given = compared.map((answered, n) => accuraciesOf(db, { runId: ids[n]!, split }, answered, trainCounts))
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

/** What each expert alone, their mean, and the routers that were trained on the run get on these images. */
function accuraciesOf(db: Db, scored: Scored, answered: Answered, trainCounts: ReadonlyMap<number, number>): { readonly answers: Answer[]; readonly otherRouters: number[] } {
  const { runId, split } = scored
  const positions = new Map([...trainCounts.keys()].map((classId, position) => [classId, position]))
  const counts = [...trainCounts.values()]
  const known = (classId: number): number => positions.get(classId) ?? -1
  const actual = Array.from(answered.actual, known)
  const answer = (of: Pick<Answer, 'kind' | 'expert' | 'runId'>, given: Uint32Array): Answer => ({ ...of, ...accuracyOf(actual, Array.from(given, known), counts) })
  const { routing, images } = evaluationOf(db, runId, split)!
  // All experts' mean is kept of a router's whole split, and not of each image.
  const mean = routing && images === answered.images.length ? [{ kind: 'mean', expert: null, runId, ...accuracyIn(routing.allExperts) } satisfies Answer] : []
  const routers = scoredRouters(db, scored).map((id) => ({ id, answered: onImagesOf(answeredImages(db, { runId: id, split }), answered) }))
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
