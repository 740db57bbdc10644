/** Bias and variance over the experts of a run, or over runs of several seeds; and what an expert, the mean and a router get. */
import { spreadsOf } from '../../shared/analysis.ts'
import type { analysisCommands, Answer } from '../../shared/contract/analysis.ts'
import { Failure } from '../../shared/failure.ts'
import { accuracyOf, type Accuracy } from '../../shared/metrics.ts'
import { groupOf } from '../../shared/tail.ts'
import { answeredImages, scoredRouters, type AnsweredImage } from '../store/analysis.ts'
import type { Scored } from '../store/confusions.ts'
import type { Db } from '../store/db.ts'
import { evaluationOf, scoredSplits } from '../store/evaluations.ts'
import { runById, runClasses } from '../store/runs.ts'
import { refuseUnlikeSeeds } from './alike.ts'
import type { HandlersOf } from './context.ts'
import type { Projects } from './projects.ts'

export function analysisHandlers(projects: Projects): HandlersOf<typeof analysisCommands> {
  return {
    'analysis.variance': ({ projectId, runIds, split }) => {
      const { db } = projects.get(projectId)
      const ids = [...new Set(runIds)]
      const runs = ids.map((runId) => answersOf(db, { runId, split }))
      if (runs.length > 1) refuseUnlikeSeeds(db, ids)
      const compared = onCommonImages(runs)
      const { images } = compared[0]!
      const members = runs.length > 1 ? compared.map((run) => run.images.map(({ predicted }) => predicted)) : expertsOf(images)
      if (members.length < 2) {
        throw new Failure('invalid-input', `Run ${ids[0]} has one expert: there is nothing for it to disagree with. Choose a run of two experts or more, or several runs that differ in their seed alone.`)
      }
      const trainCounts = new Map(runClasses(db, ids[0]!).map(({ classId, train }) => [classId, train]))
      const groups = images.map(({ actual }) => groupOf(trainCounts.get(actual) ?? 0))
      return {
        over: runs.length > 1 ? 'runs' : 'experts',
        members: members.length,
        spreads: spreadsOf(members, images.map(({ actual }) => actual), groups),
        answers: compared.flatMap((run) => accuraciesOf(db, run, split, trainCounts)),
      }
    },
  }
}

interface RunAnswers {
  readonly runId: number
  readonly images: readonly AnsweredImage[]
}

/** @throws Failure `not-found` where the run is missing or was not scored on the split */
function answersOf(db: Db, scored: Scored): RunAnswers {
  const { runId, split } = scored
  if (!runById(db, runId)) throw new Failure('not-found', `This project has no run ${runId}.`)
  if (!scoredSplits(db, runId).includes(split)) throw new Failure('not-found', `Run ${runId} was not scored on ${split} images. Score it first.`)
  const images = answeredImages(db, scored)
  if (images.length === 0) throw new Failure('not-found', `Run ${runId} was scored on no ${split} images: there is nothing to compare.`)
  return { runId, images }
}

/** Runs were maybe scored at different times: what all of them answered with the same true class, in the same order. */
function onCommonImages(runs: readonly RunAnswers[]): readonly RunAnswers[] {
  const asked = new Map<string, number>()
  for (const { images } of runs) for (const image of images) asked.set(keyOf(image), (asked.get(keyOf(image)) ?? 0) + 1)
  const common = runs.map(({ runId, images }) => ({ runId, images: images.filter((image) => asked.get(keyOf(image)) === runs.length) }))
  if (common[0]!.images.length === 0) throw new Failure('invalid-input', 'There is no image that all of these runs were scored on. Score them again on the same images.')
  return common
}

function keyOf({ imageId, actual }: AnsweredImage): string {
  return `${imageId} ${actual}`
}

/** Classes that each expert answered: [experts][images]. */
function expertsOf(images: readonly AnsweredImage[]): number[][] {
  return images[0]!.experts.map((_, expert) => images.map(({ experts }) => experts[expert]!))
}

/** What each expert alone, their mean, and the routers that were trained on the run get on these images. */
function accuraciesOf(db: Db, { runId, images }: RunAnswers, split: Scored['split'], trainCounts: ReadonlyMap<number, number>): Answer[] {
  const positions = new Map([...trainCounts.keys()].map((classId, position) => [classId, position]))
  const counts = [...trainCounts.values()]
  const known = (classId: number): number => positions.get(classId) ?? -1
  const answer = (of: Pick<Answer, 'kind' | 'expert' | 'runId'>, given: readonly number[]): Answer => ({
    ...of,
    ...accuracyOf(images.map(({ actual }) => known(actual)), given.map(known), counts),
  })
  const routing = evaluationOf(db, runId, split)?.routing ?? null
  const asked = new Set(images.map(keyOf))
  const routers = scoredRouters(db, { runId, split })
    .map((id) => ({ id, images: answeredImages(db, { runId: id, split }).filter((image) => asked.has(keyOf(image))) }))
    .filter((router) => router.images.length === images.length)
  return [
    ...expertsOf(images).map((given, expert) => answer({ kind: 'expert', expert, runId }, given)),
    ...(routing ? [{ kind: 'mean', expert: null, runId, ...accuracyIn(routing.allExperts) } satisfies Answer] : []),
    answer({ kind: routing ? 'router' : 'mean', expert: null, runId }, images.map(({ predicted }) => predicted)),
    ...routers.map((router) => answer({ kind: 'router', expert: null, runId: router.id }, router.images.map(({ predicted }) => predicted))),
  ]
}

function accuracyIn({ top1, many, medium, few }: Accuracy): Accuracy {
  return { top1, many, medium, few }
}
