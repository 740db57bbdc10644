/** Whether runs differ in nothing but their seed, as a comparison over seeds needs. */
import { isDeepStrictEqual } from 'node:util'
import { Failure } from '../../shared/failure.ts'
import { RunRequestSchema, type RunConfig } from '../../shared/recipe.ts'
import { trainDifference } from '../store/analysis.ts'
import type { Db } from '../store/db.ts'
import { runById, runClasses, type RunRecord } from '../store/runs.ts'

/** The name of a preset says nothing beyond the numbers that it gave, and where a run ran is no part of its recipe. */
const ignored: ReadonlySet<string> = new Set(['seed', 'preset', 'device', 'baseRun'] satisfies (keyof RunConfig)[])

/** @throws Failure that says in one sentence what else sets the runs apart */
export function refuseUnlikeSeeds(db: Db, runIds: readonly number[]): void {
  const [first, ...others] = runIds
  const seeds = new Map([[seedsOf(db, first!), first!]])
  for (const runId of others) {
    const unlike = [...differences(db, first!, runId), ...adjustmentDifference(db, first!, runId)]
    if (unlike.length > 0) {
      throw new Failure('invalid-input', `Runs ${first} and ${runId} differ in ${unlike.join(', ')}: variance over runs is that of the seed alone. Choose runs that are alike in everything else.`)
    }
    const seed = seedsOf(db, runId)
    const same = seeds.get(seed)
    if (same !== undefined) throw new Failure('invalid-input', `Runs ${same} and ${runId} have the same seed, ${seed}: nothing sets them apart. Choose runs of different seeds.`)
    seeds.set(seed, runId)
  }
}

/** What is added to the answers of a run that others stand on goes into none of theirs, so only their own is compared. */
function adjustmentDifference(db: Db, runId: number, otherId: number): string[] {
  return isDeepStrictEqual(recordOf(db, runId).dial, recordOf(db, otherId).dial) ? [] : ['how their answers are adjusted']
}

/** What two runs differ in besides their seeds, in words; second stages also by the runs that they stand on. */
function differences(db: Db, runId: number, otherId: number): string[] {
  const [{ config: mine, ...run }, { config: other, ...otherRun }] = [recordOf(db, runId), recordOf(db, otherId)]
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(other)])].filter((key) => !ignored.has(key)) as (keyof RunConfig)[]
  if (mine.stage !== other.stage) return [wordsOf('stage')]
  const recipe = causesOf(keys.filter((key) => JSON.stringify(mine[key]) !== JSON.stringify(other[key]))).map(wordsOf)
  // What a recipe asked for is not yet what happened: a run may have been stopped, a router's threshold moved.
  if (mine.epochs === other.epochs && (run.epochsDone !== otherRun.epochsDone || (run.status === 'finished') !== (otherRun.status === 'finished'))) recipe.push('how far they were trained')
  if (run.threshold !== otherRun.threshold) recipe.push('threshold')
  const bases = mine.baseRun !== other.baseRun && mine.baseRun !== null && other.baseRun !== null ? differences(db, mine.baseRun, other.baseRun).map((what) => `${what} of the run they stand on`) : []
  const classes = (id: number): string => runClasses(db, id).map(({ classId }) => classId).join()
  if (classes(runId) !== classes(otherId)) return [...recipe, ...bases, 'their classes']
  const images = trainDifference(db, runId, otherId) + trainDifference(db, otherId, runId) > 0 ? ['their training images'] : []
  return [...new Set([...recipe, ...bases, ...images])]
}

/** The seeds of a run and of those that it stands on. */
function seedsOf(db: Db, runId: number): string {
  const { seed, baseRun } = recordOf(db, runId).config
  return baseRun === null ? String(seed) : `${seed} on ${seedsOf(db, baseRun)}`
}

/** @throws Failure `not-found` where a run that another stands on is gone */
function recordOf(db: Db, runId: number): RunRecord {
  const run = runById(db, runId)
  if (!run) throw new Failure('not-found', `This project has no run ${runId}.`)
  return run
}

/** What a person seldom chooses, and what it usually follows from. */
const causes: Partial<Record<keyof RunConfig, readonly (keyof RunConfig)[]>> = {
  imageSize: ['backbone'],
  fit: ['backbone'],
  batchSize: ['backbone'],
  learningRate: ['batchSize', 'backbone'],
  reweight: ['loss'],
  mixup: ['loss'],
}

/** Without what follows from another difference: numbers that nobody chooses, where a choice differs, and usual consequences. */
function causesOf(differing: readonly (keyof RunConfig)[]): readonly (keyof RunConfig)[] {
  const chosen = differing.filter((key) => key in RunRequestSchema.entries)
  if (chosen.length === 0) return differing
  return chosen.filter((key) => !causes[key]?.some((cause) => chosen.includes(cause)))
}

const words: Readonly<Record<string, string>> = {
  stage: 'what they train',
  head: 'classifier',
  sharedLayer3: 'whether layer3 is shared',
  reweight: 're-weighting',
  resample: 're-sampling',
  teacherRun: 'teacher',
  trunkFile: 'weights to start from',
  accumulate: 'parts of a step',
  augment: 'augmentation',
  tauNorm: 'tau',
}

/** `learningRate` as `learning rate`. */
function wordsOf(key: string): string {
  return words[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
