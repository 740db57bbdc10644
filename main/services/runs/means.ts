/**
 * The mean logits of a scored split, of the experts that were asked: what every turn of the dial begins with. Those of the
 * split that was asked about last are held in memory, one for each open project, as long as they are no more than
 * `mostHeldBytes`; of a larger split they are computed anew from the run's folder each time, piece by piece.
 */
import { setImmediate } from 'node:timers/promises'
import type { Split } from '../../../shared/contract/common.ts'
import { bestAdjusted } from '../../../shared/dial.ts'
import { meanOfFirst } from '../../../shared/routing.ts'
import { labelsThenAndNow, scoringOf } from '../../store/evaluations.ts'
import { newestStep } from '../../store/journal.ts'
import type { RunClass, RunRecord } from '../../store/runs.ts'
import type { OpenProject } from '../projects.ts'
import { askedAt, positionsOf, scoredSplit } from './answering.ts'
import type { Kept } from './kept.ts'

/** A million images of a hundred classes. */
const mostHeldBytes = 400e6
/** Numbers looked at before others have their turn: some milliseconds. */
const numbersAtOnce = 2 ** 21
const imagesAtOnce = 256
const labelsAtOnce = 20_000

export interface Means {
  readonly classes: readonly RunClass[]
  /** Their ids, in the order of the means. */
  readonly images: readonly number[]
  /** How many experts were asked for each. */
  readonly asked: Uint8Array
  /** @param visit is given [image][class] of some images in a row, from the first on; they hold until it returns */
  eachPiece(visit: (from: number, means: Float32Array) => void): Promise<void>
}

interface Held {
  /** Of which scoring of which run and split, and at which threshold. */
  readonly of: string
  readonly means: Promise<Means>
  /** The newest first. */
  guesses: readonly { readonly offsets: Float32Array; readonly found: Promise<Uint32Array> }[]
  labels: { readonly step: number; readonly found: Promise<Labels> } | undefined
}

export interface Labels {
  /** Class index of each image as it was scored. */
  readonly scored: Uint32Array
  /** Class id of each image; 0 without a label. */
  readonly now: Uint32Array
}

/** Those of the run's own answers, which everything is compared with, and of one setting. */
const guessesHeld = 2

const held = new WeakMap<OpenProject, Held>()

/** @throws Failure `not-found` where the run was not scored on the split, or what was kept is gone */
export async function meansOf(project: OpenProject, run: RunRecord, split: Split): Promise<Means> {
  return heldOf(project, run, split).means
}

/** Class index of each image's adjusted answer. */
export async function guessesUnder(project: OpenProject, run: RunRecord, split: Split, offsets: Float32Array): Promise<Uint32Array> {
  const own = heldOf(project, run, split)
  const known = own.guesses.find((guesses) => sameNumbers(guesses.offsets, offsets))
  const guesses = known ?? { offsets, found: own.means.then((means) => bestUnder(means, offsets)) }
  own.guesses = [guesses, ...own.guesses.filter((other) => other !== known)].slice(0, guessesHeld)
  return guesses.found
}

export async function labelsOf(project: OpenProject, run: RunRecord, split: Split): Promise<Labels> {
  const own = heldOf(project, run, split)
  const step = newestStep(project.db)
  if (own.labels?.step !== step) own.labels = { step, found: own.means.then((means) => labelsRead(project, run, split, means)) }
  return own.labels.found
}

function heldOf(project: OpenProject, run: RunRecord, split: Split): Held {
  const of = JSON.stringify([run.id, split, scoringOf(project.db, run.id, split), run.threshold])
  const known = held.get(project)
  if (known?.of === of) return known
  const { kept, classes } = scoredSplit(project, run, split)
  const found: Held = { of, means: meansIn(kept, classes, askedAt(kept, run.threshold)), guesses: [], labels: undefined }
  held.set(project, found)
  found.means.catch(() => held.get(project) === found && held.delete(project))
  return found
}

/** Held where they come to no more than so many bytes, else read from the run's folder at each walk. */
export async function meansIn(kept: Kept, classes: readonly RunClass[], asked: Uint8Array, mostHeld = mostHeldBytes): Promise<Means> {
  const { images } = kept
  const count = classes.length
  const of = { classes, images, asked }
  if (images.length * count * Float32Array.BYTES_PER_ELEMENT > mostHeld) return { ...of, eachPiece: (visit) => streamed(kept, asked, visit) }
  const all = new Float32Array(images.length * count)
  await streamed(kept, asked, (from, means) => all.set(means, from * count))
  const atOnce = Math.max(1, Math.floor(numbersAtOnce / count))
  return {
    ...of,
    async eachPiece(visit) {
      for (let from = 0; from < images.length; from += atOnce) {
        if (from > 0) await setImmediate()
        visit(from, all.subarray(from * count, Math.min(from + atOnce, images.length) * count))
      }
    },
  }
}

/** From the run's folder; reading leaves the others their turn. */
async function streamed(kept: Kept, asked: Uint8Array, visit: (from: number, means: Float32Array) => void): Promise<void> {
  const { classes } = kept
  const piece = new Float32Array(imagesAtOnce * classes)
  let from = 0
  await kept.eachImage((n, logits) => {
    piece.set(meanOfFirst(logits, asked[n]!), (n - from) * classes)
    if (n - from + 1 < imagesAtOnce && n + 1 < kept.images.length) return
    visit(from, piece.subarray(0, (n - from + 1) * classes))
    from = n + 1
  })
}

async function bestUnder({ images, classes, eachPiece }: Means, offsets: Float32Array): Promise<Uint32Array> {
  const found = new Uint32Array(images.length)
  await eachPiece((from, means) => {
    for (let n = 0; n * classes.length < means.length; n++) found[from + n] = bestAdjusted(means, n * classes.length, offsets)
  })
  return found
}

async function labelsRead({ db }: OpenProject, { id }: RunRecord, split: Split, { images, classes }: Means): Promise<Labels> {
  const positions = positionsOf(classes)
  const labels = { scored: new Uint32Array(images.length), now: new Uint32Array(images.length) }
  for (let from = 0; from < images.length; from += labelsAtOnce) {
    if (from > 0) await setImmediate()
    for (const [n, { actual, classId }] of labelsThenAndNow(db, id, split, images.slice(from, from + labelsAtOnce)).entries()) {
      labels.scored[from + n] = positions.get(actual)!
      labels.now[from + n] = classId ?? 0
    }
  }
  return labels
}

function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n])
}
