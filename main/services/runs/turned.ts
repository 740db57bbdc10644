/** What a run would answer under a setting of the dial: matrix, figures and images, from the held mean logits. */
import { cellsNow, classResults, knownClass, type CellColumns, type KnownClass, type Sums } from '../../../shared/confusions.ts'
import type { LabelTime } from '../../../shared/contract/confusions.ts'
import type { Split } from '../../../shared/contract/common.ts'
import type { DialFigures, DialPreview } from '../../../shared/contract/dial.ts'
import { adjust, balancedAccuracy, bestAdjusted, expectedAccuracy, fieldMix, logitOffsets, neutralDial, type Dial } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import { confusionsOf } from '../../../shared/metrics.ts'
import { bestClasses, probabilitiesOf } from '../../../shared/routing.ts'
import { headFirst, type Group } from '../../../shared/tail.ts'
import { imagesOf, type CellImage, type ImagePage, type OfCells } from '../../store/cellImages.ts'
import { mergesOf, type Moved } from '../../store/confusions.ts'
import { answeredByOfRun, answersThatCount } from '../../store/mergedClasses.ts'
import type { StoredGuess } from '../../store/evaluations.ts'
import type { RunClass, RunRecord } from '../../store/runs.ts'
import type { OpenProject } from '../projects.ts'
import { guessesKept } from '../scores.ts'
import { positionsOf } from './answering.ts'
import { guessesUnder, labelsOf, meansOf, type Labels, type Means } from './means.ts'

/** 0, 0.1 and so on to 2: beyond, next to nothing but the rarest classes is answered. */
const tausTried = Array.from({ length: 21 }, (_, n) => n / 10)

/** @throws Failure `invalid-input` where a share is of a class that the run does not know */
export function refuseStrangers({ id }: RunRecord, classes: readonly RunClass[], { shares }: Dial): void {
  const known = new Set(classes.map(({ classId }) => classId))
  const strange = shares.find(({ classId }) => !known.has(classId))
  if (strange) throw new Failure('invalid-input', `A share is given for class ${strange.classId}, which run ${id} does not tell apart. Give shares for the run's own classes.`)
}

export async function preview(project: OpenProject, run: RunRecord, split: Split, dial: Dial): Promise<DialPreview> {
  const { classes, images } = await meansOf(project, run, split)
  refuseStrangers(run, classes, dial)
  const own = await guessesUnder(project, run, split, logitOffsets(classes, neutralDial))
  const turned = await guessesUnder(project, run, split, logitOffsets(classes, dial))
  const labels = await labelsOf(project, run, split)
  const known = classes.map(knownClass)
  const share = new Map(fieldMix(classes, dial).map((of, c) => [classes[c]!.classId, of]))
  const merged = mergesOf(project.db, run.id)
  const matrix = matrixOf(classes, labels, turned, merged)
  const now = cellsNow(matrix.cells, matrix.moved, known)
  const ownMatrix = matrixOf(classes, labels, own, merged)
  const leftOut = now.unlabelled + now.unknown
  return {
    matrix: { ...matrix, classes: known.sort(headFirst) },
    figures: figuresOf(classResults(known, now.cells), share),
    own: figuresOf(classResults(known, cellsNow(ownMatrix.cells, ownMatrix.moved, known).cells), share),
    images: images.length - leftOut,
    leftOut,
  }
}

/** As `confusions.matrix` tells it: cells by the labels of the scoring, and what moved since. */
function matrixOf(classes: readonly RunClass[], { scored, now }: Labels, predicted: Uint32Array, merged: Moved['merged']): { readonly cells: Columns; readonly moved: Moved } {
  const idOf = (position: number): number => classes[position]!.classId
  const cells = confusionsOf(scored, predicted, classes.length)
  const moves = new Map<string, { readonly actual: number; readonly predicted: number; readonly now: number | null; count: number }>()
  for (const [n, position] of scored.entries()) {
    const actual = idOf(position)
    if (now[n] === actual) continue
    const move = { actual, predicted: idOf(predicted[n]!), now: now[n] || null, count: 0 }
    const key = `${move.actual} ${move.predicted} ${move.now}`
    const known = moves.get(key) ?? move
    known.count += 1
    moves.set(key, known)
  }
  const moved = [...moves.values()]
  return {
    cells: { actual: cells.map(({ actual }) => idOf(actual)), predicted: cells.map((cell) => idOf(cell.predicted)), count: cells.map(({ count }) => count) },
    moved: { actual: moved.map(({ actual }) => actual), predicted: moved.map((move) => move.predicted), now: moved.map((move) => move.now), count: moved.map(({ count }) => count), merged },
  }
}

function figuresOf(results: readonly (KnownClass & Sums)[], share: ReadonlyMap<number, number>): DialFigures {
  const recalls = results.map(({ recall }) => recall)
  const recallOf = (group: Group | null): number | null => {
    const within = results.filter((one) => group === null || one.group === group)
    const support = within.reduce((sum, one) => sum + one.support, 0)
    return support > 0 ? within.reduce((sum, { correct }) => sum + correct, 0) / support : null
  }
  return { top1: recallOf(null), many: recallOf('many'), medium: recallOf('medium'), few: recallOf('few'), balanced: balancedAccuracy(recalls), expected: expectedAccuracy(recalls, results.map(({ classId }) => share.get(classId)!)) }
}

/** All taus in one walk over the images, which may be long. */
export async function suggestion(project: OpenProject, run: RunRecord, split: Split): Promise<{ tau: number; balanced: number | null; own: number | null; images: number }> {
  const { classes, eachPiece } = await meansOf(project, run, split)
  const { now } = await labelsOf(project, run, split)
  const positions = positionsOf(classes)
  const by = answeredByOfRun(project.db, run.id)
  /** By the position of a class, that of the class which its answers count as. */
  const countsAs = classes.map(({ classId }, position) => positions.get(by.get(classId) ?? classId) ?? position)
  const tried = tausTried.map((tau) => ({ tau, offsets: logitOffsets(classes, { ...neutralDial, tau }), right: new Uint32Array(classes.length) }))
  const support = new Uint32Array(classes.length)
  await eachPiece((from, means) => {
    for (let n = 0; n * classes.length < means.length; n++) {
      const actual = positions.get(now[from + n]!)
      if (actual === undefined) continue
      support[actual]! += 1
      for (const { offsets, right } of tried) if (countsAs[bestAdjusted(means, n * classes.length, offsets)] === actual) right[actual]! += 1
    }
  })
  const balanced = tried.map(({ tau, right }) => ({ tau, balanced: balancedAccuracy(Array.from(right, (hits, c) => (support[c] ? hits / support[c]! : null))) }))
  // Of equal ones the gentlest.
  const best = balanced.reduce((found, one) => ((one.balanced ?? 0) > (found.balanced ?? 0) ? one : found))
  return { ...best, own: balanced[0]!.balanced, images: support.reduce((all, count) => all + count, 0) }
}

/** A page of the images that stand in cells under the setting, with the guesses that they get under it. */
export async function imagesUnder(project: OpenProject, run: RunRecord, split: Split, dial: Dial, { actual, predicted }: OfCells, labelled: LabelTime, { offset, limit }: ImagePage): Promise<{ total: number; images: CellImage[] }> {
  const means = await meansOf(project, run, split)
  const { classes, images } = means
  refuseStrangers(run, classes, dial)
  const guesses = await guessesUnder(project, run, split, logitOffsets(classes, dial))
  const { scored, now } = await labelsOf(project, run, split)
  const counted = predicted && labelled === 'now' ? answersThatCount(answeredByOfRun(project.db, run.id), predicted) : predicted
  const [wanted, taken] = [new Set(actual), counted && new Set(counted)]
  const classOf = (n: number): number => (labelled === 'now' ? now[n]! : classes[scored[n]!]!.classId)
  const found = Array.from(guesses.keys()).filter((n) => wanted.has(classOf(n)) && (!taken || taken.has(classes[guesses[n]!]!.classId)))
  return { total: found.length, images: await answersUnder(project, run, split, means, dial, found.slice(offset, offset + limit).map((n) => images[n]!)) }
}

/** These images with what they are taken for under the setting; those that were not scored are left out. */
export async function theseUnder(project: OpenProject, run: RunRecord, split: Split, dial: Dial, imageIds: readonly number[]): Promise<CellImage[]> {
  const means = await meansOf(project, run, split)
  refuseStrangers(run, means.classes, dial)
  return answersUnder(project, run, split, means, dial, imageIds)
}

async function answersUnder({ db }: OpenProject, { id: runId }: RunRecord, split: Split, { classes, images, eachPiece }: Means, dial: Dial, imageIds: readonly number[]): Promise<CellImage[]> {
  const offsets = logitOffsets(classes, dial)
  const wanted = new Set(imageIds)
  const guesses = new Map<number, StoredGuess[]>()
  await eachPiece((from, means) => {
    for (let n = 0; n * classes.length < means.length; n++) {
      if (!wanted.has(images[from + n]!)) continue
      const answer = means.slice(n * classes.length, (n + 1) * classes.length)
      adjust(answer, offsets)
      const probabilityOf = probabilitiesOf(answer)
      guesses.set(images[from + n]!, bestClasses(answer, Math.min(guessesKept, classes.length)).map((c) => [classes[c]!.classId, probabilityOf(c)]))
    }
  })
  return imagesOf(db, { runId, split }, imageIds).map((image) => {
    const own = guesses.get(image.imageId)
    return own ? Object.assign(image, { guesses: own, predicted: own[0]![0] }) : image
  })
}

type Columns = { readonly [K in keyof CellColumns]: number[] }
