/** Two runs side by side: what turned right and what turned wrong, overall, by group and by class. */
import type { ClassComparison, comparisonCommands, GroupComparison } from '../../../shared/contract/comparisons.ts'
import { Failure } from '../../../shared/failure.ts'
import { pairedOf, type PairedCounts } from '../../../shared/paired.ts'
import { groupOf, groups, headFirst } from '../../../shared/tail.ts'
import { listClasses } from '../../store/classes.ts'
import { bothAnswers, classNames, type Pair } from '../../store/comparison.ts'
import type { Db } from '../../store/db.ts'
import { evaluationOf } from '../../store/evaluations.ts'
import { runById, runClasses } from '../../store/runs.ts'
import type { HandlersOf } from '../context.ts'
import type { Projects } from '../projects.ts'
import { comparedPairs, type Compared } from './compared.ts'

export function comparingHandlers(projects: Projects): HandlersOf<typeof comparisonCommands> {
  const pairs = comparedPairs(projects)
  return {
    'runs.compare': async ({ projectId, ...pair }) => {
      const scored = scoredBy(projects.get(projectId).db, pair)
      const compared = await pairs.of(projectId, pair)
      const classes = classesOf(projects.get(projectId).db, pair, compared)
      return {
        images: compared.images.length,
        onlyBefore: Math.max(0, scored.before - compared.images.length - compared.unlabelled),
        onlyAfter: Math.max(0, scored.after - compared.images.length - compared.unlabelled),
        unlabelled: compared.unlabelled,
        relabelled: compared.relabelled,
        groups: groupsOf(classes),
        classes,
        untested: untestedOf(projects.get(projectId).db, pair, classes),
      }
    },
    'runs.compareImages': async ({ projectId, turned, group, classId, offset, limit, ...pair }) => {
      scoredBy(projects.get(projectId).db, pair)
      const compared = await pairs.of(projectId, pair)
      const { db } = projects.get(projectId)
      const wanted = classesOf(db, pair, compared)
        .filter((one) => (group === undefined || one.group === group) && (classId === undefined || one.classId === classId))
        .filter((one) => (turned === 'right' ? one.turnedRight : one.turnedWrong) > 0)
      const places = turnedImages(compared, turned, wanted.map((one) => one.classId))
      const names = classNames(db)
      const answered = (id: number, probability: number) => ({ classId: id, name: names.get(id)!, probability })
      return {
        total: places.length,
        images: bothAnswers(db, pair, Array.from(places.subarray(offset, offset + limit), (n) => compared.images[n]!)).map((image) => ({
          imageId: image.imageId,
          version: image.version,
          path: image.path,
          classId: image.classId,
          className: names.get(image.classId)!,
          before: answered(image.before, image.beforeProbability),
          after: answered(image.after, image.afterProbability),
        })),
      }
    },
  }
}

/**
 * How many images each was scored on.
 * @throws Failure where they are one run, or one of them is missing or was not scored on the split
 */
function scoredBy(db: Db, { before, after, split }: Pair): { readonly before: number; readonly after: number } {
  if (before === after) throw new Failure('invalid-input', `Run ${before} cannot be compared with itself. Choose two runs.`)
  const [one, other] = [before, after].map((runId) => {
    if (!runById(db, runId)) throw new Failure('not-found', `This project has no run ${runId}.`)
    const evaluation = evaluationOf(db, runId, split)
    if (!evaluation) throw new Failure('not-found', `Run ${runId} was not scored on ${split} images. Score it first.`)
    return evaluation.images
  })
  return { before: one!, after: other! }
}

/** Classes with an image that counts, from the rarest to the most frequent. */
function classesOf(db: Db, { before, after }: Pair, compared: Compared): ClassComparison[] {
  const counts = countsByClass(compared)
  const trained = [before, after].map((runId) => new Map(runClasses(db, runId).map(({ classId, train }) => [classId, train])))
  const names = classNames(db)
  return [...counts]
    .map(([classId, counted]) => {
      const [trainBefore = null, trainAfter = null] = trained.map((of) => of.get(classId))
      return Object.assign({ classId, name: names.get(classId)!, group: groupOf(trainBefore ?? trainAfter ?? 0), trainBefore, trainAfter, images: sumOf(counted) }, counted)
    })
    .sort((one, other) => headFirst({ train: other.trainBefore ?? other.trainAfter ?? 0, name: other.name }, { train: one.trainBefore ?? one.trainAfter ?? 0, name: one.name }))
}

function untestedOf(db: Db, { before, after }: Pair, tested: readonly ClassComparison[]): string[] {
  const rest = new Map([after, before].flatMap((runId) => runClasses(db, runId)).map((one) => [one.classId, one]))
  for (const { classId } of tested) rest.delete(classId)
  const live = new Set(listClasses(db).map(({ id }) => id))
  return [...rest.values()].filter(({ classId }) => live.has(classId)).sort((one, other) => headFirst(other, one)).map(({ name }) => name)
}

type Counts = { -readonly [K in keyof PairedCounts]: PairedCounts[K] }
const none = (): Counts => ({ stayedRight: 0, turnedRight: 0, turnedWrong: 0, stayedWrong: 0 })
const sumOf = ({ stayedRight, turnedRight, turnedWrong, stayedWrong }: PairedCounts): number => stayedRight + turnedRight + turnedWrong + stayedWrong

function countsByClass({ actual, before, after }: Compared): Map<number, Counts> {
  const counts = new Map<number, Counts>()
  for (let n = 0; n < actual.length; n++) {
    let ofClass = counts.get(actual[n]!)
    if (!ofClass) counts.set(actual[n]!, (ofClass = none()))
    ofClass[whatBecame(actual[n]!, before[n]!, after[n]!)] += 1
  }
  return counts
}

function whatBecame(actual: number, before: number, after: number): keyof Counts {
  if (before === actual) return after === actual ? 'stayedRight' : 'turnedWrong'
  return after === actual ? 'turnedRight' : 'stayedWrong'
}

function groupsOf(classes: readonly ClassComparison[]): GroupComparison[] {
  return (['all', ...groups] as const).map((group) => {
    const sums = none()
    for (const one of classes) {
      if (group !== 'all' && one.group !== group) continue
      for (const key of ['stayedRight', 'turnedRight', 'turnedWrong', 'stayedWrong'] as const) sums[key] += one[key]
    }
    return Object.assign({ group }, pairedOf(sums))
  })
}

/** Places of the images of these classes that turned, in the order of the classes and then of the images' ids. */
function turnedImages({ actual, before, after }: Compared, turned: 'right' | 'wrong', classIds: readonly number[]): Uint32Array {
  const byClass = new Map(classIds.map((classId) => [classId, new Array<number>()]))
  const became = turned === 'right' ? 'turnedRight' : 'turnedWrong'
  for (let n = 0; n < actual.length; n++) {
    if (whatBecame(actual[n]!, before[n]!, after[n]!) === became) byClass.get(actual[n]!)?.push(n)
  }
  return Uint32Array.from([...byClass.values()].flat())
}
