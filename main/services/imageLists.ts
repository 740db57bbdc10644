/**
 * Lists of images by any filter in any order: an order, of which sets leave some. What they are made of is read in
 * slices and held in memory, so that main answers others meanwhile, and any page of a list is there at once.
 */
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import type { ImageQuery } from '../../shared/contract/images.ts'
import type { Which } from '../../shared/contract/labels.ts'
import { Failure } from '../../shared/failure.ts'
import type { EventName, Payload } from '../../shared/rpc.ts'
import { expertsOfRelabelled, readAnswerColumns, type AnswerColumns } from '../store/answerColumns.ts'
import { listClasses } from '../store/classes.ts'
import type { Scored } from '../store/confusions.ts'
import type { Db } from '../store/db.ts'
import { contradictoryImages, duplicateImages } from '../store/duplicates.ts'
import { lastScored, scoredSplits } from '../store/evaluations.ts'
import { largestImage } from '../store/imageColumns.ts'
import { imagesByConfidence, imagesByTaken, imagesNamed, readImageNames, type ImageNames } from '../store/imageOrders.ts'
import { answeredByOfRun } from '../store/mergedClasses.ts'
import { inTurns } from '../turns.ts'
import { chosenOf } from './chosen.ts'
import { byClass, completed, countImages, everyImage, ofClass, ofGroup, ofOutcome, ofSplit, withMissingFile, withoutLabel, type ImageCounts } from './columnSets.ts'
import type { Listener } from './context.ts'
import { holdImages, mostReadings, namesKey, type HeldColumns, type HeldImages } from './heldImages.ts'
import type { KeptParts } from './keptParts.ts'
import { common, has, idSet, idsOf, type IdSet } from './idSet.ts'
import type { OpenProject, Projects } from './projects.ts'

export interface ImageLists {
  /** Ids in the order of the list. @throws Failure `not-found` where its run was not scored so, `invalid-input`; `cancelled` where the project closes */
  of(project: OpenProject, query: ImageQuery): Promise<Uint32Array>
  /** Ids of the images that are meant, each once: those that are named, or all of a list but a few. @throws Failure as `of`; `invalid-input` where both or neither are said */
  chosen(project: OpenProject, which: Which): Promise<ArrayLike<number>>
  /** Of all images, by class and split. @throws Failure `cancelled` where the project closes */
  counts(project: OpenProject): Promise<ImageCounts>
  /** Another one whenever something may have changed of images that no step of the journal tells of. @throws Failure `cancelled` where the project closes */
  stamp(project: OpenProject): string
  /** Told of every event, as some change what lists are made of. */
  readonly hear: Listener
  /** Told of every event: once a project is open, reads what lists are made of before anybody asks. */
  readonly readAhead: Listener
}

export function openImageLists(projects: Projects): ImageLists {
  // By the opened project, not by its id, which it has again once it is opened anew.
  const held = new WeakMap<OpenProject, { readonly images: HeldImages; readonly stop: AbortController }>()
  // What was held stays known as stopped, so that nobody reads on a database that is about to close.
  projects.beforeClose((project) => {
    heldOf(project).parts.drop()
    held.get(project)!.stop.abort()
  })
  const heldOf = (project: OpenProject): HeldImages => {
    const known = held.get(project)
    if (known) return known.images
    const stop = new AbortController()
    const images = holdImages(project.db, stop.signal)
    held.set(project, { images, stop })
    return images
  }
  const heardOf = (projectId: string): HeldImages | undefined => {
    const project = projects.find(projectId)
    return project && held.get(project)?.images
  }
  const of: ImageLists['of'] = (project, query) => listOf(heldOf(project), query)

  return {
    of,
    async chosen(project, { imageIds, of: all }) {
      if ((imageIds.length > 0) === (all !== undefined)) throw new Failure('invalid-input', 'Which images are meant was not said. Expected either imageIds or of.')
      if (!all) return [...new Set(imageIds)]
      return chosenOf(await of(project, all.query), all)
    },
    async counts(project) {
      const { parts, columns } = heldOf(project)
      return countsOf(parts, await columns())
    },
    stamp: (project) => heldOf(project).stamp(),
    hear(event, payload) {
      if (!('projectId' in payload)) return
      const known = heardOf(payload.projectId)
      if (event === 'images.changed') known?.imagesChanged()
      const runId = answeredAnew(event, payload)
      if (runId !== undefined) known?.answersChanged(runId)
    },
    readAhead(event, payload) {
      if (event !== 'projects.changed' || !('projectId' in payload)) return
      const project = projects.find(payload.projectId)
      // Whoever asks for a list is told why it cannot be read.
      if (project && !held.has(project)) readAll(heldOf(project)).catch(() => {})
    },
  }
}

/** The run whose answers may be others by now. */
function answeredAnew<K extends EventName<WorkbenchContract>>(event: K, payload: Payload<WorkbenchContract, K>): number | undefined {
  if ((event === 'confusions.changed' || event === 'runs.guessed') && 'runId' in payload) return payload.runId
  return event === 'runs.changed' && 'run' in payload ? payload.run.id : undefined
}

/** In the order in which a person will need it. */
async function readAll(held: HeldImages): Promise<void> {
  const { splits: images } = await held.columns()
  const scored = lastScored(held.db)
  if (scored) await answersOf(held, scored, images.length)
  await namesOf(held)
}

function answersOf({ parts, db, signal, stamp }: HeldImages, scored: Scored, size: number): Promise<AnswerColumns> {
  return parts.read(`answers ${scored.runId} ${scored.split}`, stamp(scored.runId), () => inTurns(readAnswerColumns(db, scored, size), signal))
}

function namesOf({ parts, db, signal }: HeldImages): Promise<ImageNames> {
  return parts.read(namesKey, String(largestImage(db)), () => inTurns(readImageNames(db), signal))
}

/** What a list needs besides the columns, as far as it has to be read. */
interface Read {
  /** From before the reading: what is made of it holds for no other. */
  readonly stamp: string
  readonly answers: AnswerColumns | undefined
  readonly named: Uint32Array | undefined
  readonly order: Uint32Array | undefined
}

async function listOf(held: HeldImages, query: ImageQuery): Promise<Uint32Array> {
  const run = runOf(held.db, query)
  for (let readings = 1; ; readings++) {
    const size = (await held.columns()).splits.length
    const stamp = held.stamp(run?.runId)
    const read: Read = { stamp, answers: query.outcome && run && (await answersOf(held, run, size)), named: await namedOf(held, query), order: await orderOf(held, query, run) }
    const columns = await held.columns()
    // From here on nothing is waited for, so that all of it is of the same step.
    if (held.stamp(run?.runId) === stamp || readings === mostReadings) return together(held, columns, query, run, read)
  }
}

/** The run that is needed; undefined where none is. */
function runOf(db: Db, { outcome, sort, run }: ImageQuery): Scored | undefined {
  if (!outcome && sort !== 'confidence') return undefined
  if (!run) throw new Failure('invalid-input', 'An outcome, or how sure a run is, was asked for without saying of which run. Name a run and a split.')
  if (!scoredSplits(db, run.runId).includes(run.split)) {
    throw new Failure('not-found', `Run ${run.runId} has not been evaluated on ${run.split} images. Evaluate it first, or pick another run.`)
  }
  return run
}

async function namedOf(held: HeldImages, query: ImageQuery): Promise<Uint32Array | undefined> {
  const search = query.search?.trim()
  if (!search) return undefined
  const names = await namesOf(held)
  return held.parts.read(`search ${search}`, '', () => inTurns(imagesNamed(names, search), held.signal))
}

async function orderOf(held: HeldImages, { sort }: ImageQuery, run: Scored | undefined): Promise<Uint32Array | undefined> {
  const { parts, db, signal } = held
  if (sort === 'name') return (await namesOf(held)).ids
  if (sort === 'taken') return parts.read('order taken', held.stamp(), () => inTurns(imagesByTaken(db), signal))
  if (sort === 'confidence' && run) return parts.read(`order confidence ${run.runId} ${run.split}`, held.stamp(run.runId), () => inTurns(imagesByConfidence(db, run), signal))
  return undefined
}

function together({ db, parts }: HeldImages, columns: HeldColumns, query: ImageQuery, run: Scored | undefined, { stamp, answers, named, order }: Read): Uint32Array {
  const stamps = { steps: `${columns.reading} ${columns.step}`, splits: `${columns.reading} ${columns.splitStep}`, read: stamp }
  return parts.make(`list ${JSON.stringify({ ...query, run })}`, Object.values(stamps).join(), () => {
    const { classId, split, group, unlabelled, duplicates, contradictions, missing, outcome, sort } = query
    const size = columns.splits.length
    const sets: IdSet[] = []
    if (classId !== undefined) sets.push(ofClass(columns, classId))
    if (split) sets.push(parts.make(`set ${split}`, stamps.splits, () => ofSplit(columns, split)))
    if (group) sets.push(parts.make(`set ${group}`, stamps.steps, () => ofGroup(columns, countsOf(parts, columns), group)))
    if (unlabelled) sets.push(withoutLabel(columns))
    const copies = [
      ...(duplicates ? [parts.make('order duplicates', stamp, () => Uint32Array.from(duplicateImages(db)))] : []),
      ...(contradictions ? [parts.make('order contradictions', `${stamps.steps} ${stamp}`, () => Uint32Array.from(contradictoryImages(db)))] : []),
    ]
    for (const some of copies) sets.push(idSet(some, size - 1))
    if (missing) sets.push(withMissingFile(columns))
    if (named) sets.push(idSet(named, size - 1))
    if (outcome && run && answers) sets.push(parts.make(`set ${outcome} ${run.runId} ${run.split}`, `${stamps.steps} ${stamp}`, () => ofOutcome(outcome, columns, answers, answeredByOfRun(db, run.runId), () => expertsOfRelabelled(db, run))))

    const left = sets.length > 0 ? common(sets) : null
    if (sort === 'added' && left && copies[0]) return copies[0].filter((imageId) => has(left, imageId))
    if (sort === 'added') return left ? idsOf(left) : everyImage(columns)
    const ordered = sort === 'newest' ? everyImage(columns).reverse() : sort === 'class' ? parts.make('order class', stamps.steps, () => byClass(columns, classesByName(db))) : completed(order!, columns)
    return left ? ordered.filter((imageId) => has(left, imageId)) : ordered
  })
}

function countsOf(parts: KeptParts, columns: HeldColumns): ImageCounts {
  return parts.make('counts', `${columns.reading} ${columns.step}`, () => countImages(columns))
}

/** As people read names. */
function classesByName(db: Db): number[] {
  const byName = new Intl.Collator('en', { numeric: true })
  return listClasses(db).sort((a, b) => byName.compare(a.name, b.name)).map(({ id }) => id)
}
