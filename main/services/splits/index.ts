/** Splits: drawn with the tail kept and bursts together, set by hand, and checked for what straddles them. */
import { splits } from '../../../shared/contract/common.ts'
import type { SplitCheck, splitCommands, SplitRequest } from '../../../shared/contract/splits.ts'
import type { Step } from '../../../shared/contract/labels.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { pace } from '../../pace.ts'
import { listClasses } from '../../store/classes.ts'
import type { Db } from '../../store/db.ts'
import { imagesWithIds } from '../../store/images.ts'
import { inOneTransaction } from '../../store/inSlices.ts'
import { addUnlike, movingToSplits, settingSplits } from '../../store/splits.ts'
import { inTurns } from '../../turns.ts'
import type { HandlersOf, ServiceContext } from '../context.ts'
import { refuseReadOnly, saving, savingAll } from '../disk.ts'
import type { ImageLists } from '../imageLists.ts'
import type { OpenProject, Projects } from '../projects.ts'
import { settleAndTell } from '../splitting.ts'
import { findAlike, pairKey, uniting, type AlikePair, type Likeness } from './alike.ts'
import { bindBursts, openSets } from './bursts.ts'
import { drawSplits, type Drawn } from './draw.ts'
import { lookAtUnseen } from './looking.ts'
import { origins, positionOf, readMaterial, type Material } from './material.ts'
import { stateOf, stateWithin } from './states.ts'

const progressEveryMs = 200

/** What was read last, good as long as nothing of the images changes. */
interface Kept {
  readonly material: Material
  readonly likeness?: {
    readonly distance: number
    readonly found: Likeness
    /** Whether a pair was put aside since, so that its sets bind too much. */
    readonly isLoose?: boolean
  }
}

interface Job {
  readonly cancel: AbortController
  readonly ended: Promise<unknown>
}

const notSaved = 'The splits were not saved'

export function splitHandlers(context: ServiceContext, projects: Projects, decoders: Decoders, lists: ImageLists): HandlersOf<typeof splitCommands> {
  const kept = new Map<OpenProject, Kept>()
  /** The state in which all that can be seen was looked at. */
  const seen = new Map<OpenProject, string>()
  const jobs = new Map<OpenProject, Job>()
  const stateNow = (project: OpenProject): string => stateOf(lists, project)

  const stop = async (project: OpenProject): Promise<void> => {
    const job = jobs.get(project)
    job?.cancel.abort()
    // How it ended is for the one who asked for it.
    await job?.ended.catch(() => {})
  }
  projects.beforeClose(async (project) => {
    await stop(project)
    kept.delete(project)
    seen.delete(project)
  })

  /** One at a time for a project: what was asked for last. */
  const work = async <Result>(project: OpenProject, task: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
    const cancel = new AbortController()
    const earlier = stop(project)
    const ended = earlier.then(() => {
      if (cancel.signal.aborted) throw new Failure('cancelled', 'Something else was asked for meanwhile.')
      return task(cancel.signal)
    })
    const job = { cancel, ended }
    jobs.set(project, job)
    try {
      return await ended
    } finally {
      if (jobs.get(project) === job) jobs.delete(project)
    }
  }

  const telling = (project: OpenProject, phase: 'looking' | 'comparing'): ((done: number, total: number) => void) => {
    const due = pace(progressEveryMs)
    return (done, total) => {
      if (due(done === total)) context.emit('splits.progress', { projectId: project.id, phase, done, total })
    }
  }

  const materialOf = async (project: OpenProject, signal: AbortSignal): Promise<Material> => {
    const known = kept.get(project)?.material
    if (known?.state === stateNow(project)) return known
    const material = await readMaterial(project.db, () => stateNow(project), signal)
    kept.set(project, { material })
    return material
  }

  const look = async (project: OpenProject, signal: AbortSignal): Promise<void> => {
    if (seen.get(project) === stateNow(project)) return
    let isAny = false
    const onSaved = (): void => void (isAny = true)
    try {
      await lookAtUnseen(project, { decoders, signal, onProgress: telling(project, 'looking'), onSaved })
    } finally {
      // When they were taken is told by now, which an order goes by.
      if (isAny) context.emit('images.changed', { projectId: project.id })
    }
    seen.set(project, stateNow(project))
  }

  const likenessOf = async (project: OpenProject, distance: number, signal: AbortSignal, isForMoving = true): Promise<Likeness> => {
    await look(project, signal)
    const material = await materialOf(project, signal)
    const known = kept.get(project)?.likeness
    if (known?.distance === distance && known.found.material === material && !(isForMoving && known.isLoose)) return known.found
    telling(project, 'comparing')(0, material.count)
    const found = await inTurns(findAlike(material, distance), signal)
    kept.set(project, { material, likeness: { distance, found } })
    return found
  }

  const draw = async (project: OpenProject, request: SplitRequest, signal: AbortSignal): Promise<Drawn> => {
    if (request.valFraction + request.testFraction > 0.9) throw new Failure('invalid-input', 'Validation and test together were more than 0.9 of the images. Expected a tenth at least to be left to train on.', { field: 'testFraction' })
    settleAndTell(context.emit, project)
    const { together } = request
    if (together.gapSeconds !== null) await look(project, signal)
    const likeness = together.lookDistance === null ? undefined : await likenessOf(project, together.lookDistance, signal)
    const material = likeness?.material ?? (await materialOf(project, signal))
    const sets = openSets(material.count)
    if (likeness) for (let n = 0; n < material.count; n++) sets.unite(likeness.sets.of(n), n)
    const unknown = await inTurns(bindBursts(material, together, sets), signal)
    const names = new Map(listClasses(project.db).map(({ id, name }) => [id, name]))
    return inTurns(drawSplits(material, sets, request, (id) => names.get(id) ?? '', { ...unknown, look: likeness?.unseen ?? 0 }), signal)
  }

  const changed = (project: OpenProject, step: Step): Step => {
    if (step.changed > 0) for (const event of ['labels.changed', 'classes.changed'] as const) context.emit(event, { projectId: project.id })
    return step
  }

  /** After a write that what was read is brought up to date with, so that a million images need not be read again: where nothing else was written since that state. */
  const keepWith = (project: OpenProject, known: Kept, state: string, change: Partial<Material>, isLoose: boolean, isLeft: (pair: AlikePair) => boolean): void => {
    const material = { ...known.material, ...change, state }
    const likeness = known.likeness && { distance: known.likeness.distance, isLoose: isLoose || known.likeness.isLoose === true, found: { ...known.likeness.found, material, pairs: known.likeness.found.pairs.filter(isLeft) } }
    kept.set(project, { material, ...(likeness && { likeness }) })
    seen.set(project, material.state)
  }

  return {
    'splits.preview': ({ projectId, ...request }) => {
      const project = projects.get(projectId)
      return work(project, async (signal) => (await draw(project, request, signal)).preview)
    },
    'splits.apply': ({ projectId, token, ...request }) => {
      const project = projects.get(projectId)
      refuseReadOnly(project, notSaved)
      return work(project, async (signal) => {
        const { preview, moves } = await draw(project, request, signal)
        if (token !== undefined && token !== preview.token) throw new Failure('busy', 'Images were changed since the preview, so nothing was done. Look at the new preview and apply it.')
        const moving = moves()
        const step = await saved(project, moving.reduce((sum, { imageIds }) => sum + imageIds.length, 0), function* (db) {
          if (kept.get(project)?.material.state !== stateWithin(db, lists.stamp(project))) throw new Failure('busy', 'Images were changed meanwhile, so nothing was done. Apply it again.')
          return yield* movingToSplits(db, { what: 'split' }, moving)
        })
        return changed(project, step)
      })
    },
    'splits.set': async ({ projectId, split, ...which }) => {
      const project = projects.get(projectId)
      settleAndTell(context.emit, project)
      const imageIds = await lists.chosen(project, which)
      return changed(project, await saved(project, imageIds.length, (db) => settingSplits(db, imageIds, split)))
    },
    'splits.check': ({ projectId, offset, limit, distance }): Promise<SplitCheck> => {
      const project = projects.get(projectId)
      settleAndTell(context.emit, project)
      return work(project, async (signal) => {
        const { material, pairs, plain, unseen, isWhole } = await likenessOf(project, distance, signal, false)
        const page = pairs.slice(offset, offset + limit)
        const ids = page.flatMap(({ a, b }) => [material.ids[a]!, material.ids[b]!])
        const images = new Map(imagesWithIds(project.db, ids).map((image) => [image.id, image]))
        return {
          total: pairs.length,
          sameBytes: pairs.filter((pair) => pair.distance < 0).length,
          pairs: page.flatMap(({ a, b, distance: apart }) => {
            const [image, other] = [images.get(material.ids[a]!), images.get(material.ids[b]!)]
            return image && other ? { kind: apart < 0 ? ('same-bytes' as const) : ('alike' as const), distance: Math.max(0, apart), image, other } : []
          }),
          plain,
          unseen,
          isWhole,
        }
      })
    },
    'splits.unite': ({ projectId, imageId, split, distance }) => {
      const project = projects.get(projectId)
      refuseReadOnly(project, notSaved)
      settleAndTell(context.emit, project)
      return work(project, async (signal) => {
        const likeness = await likenessOf(project, distance, signal)
        const { material } = likeness
        const position = imageId === undefined ? undefined : positionOf(material.ids, imageId)
        if (imageId !== undefined && position === undefined) throw new Failure('not-found', `There is no image ${imageId} in this project.`)
        const moved = [...uniting(likeness, position, split)]
        let after: string | undefined
        const step = await saved(project, moved.length, function* (db) {
          const images = lists.stamp(project)
          const isFresh = material.state === stateWithin(db, images)
          const done = yield* movingToSplits(db, { what: 'split' }, [{ imageIds: moved, split, origin: 'person' }])
          if (isFresh) after = stateWithin(db, images)
          return done
        })
        if (after === undefined) return changed(project, step)
        const { splits: now, origins: from } = { splits: material.splits.slice(), origins: material.origins.slice() }
        for (const id of moved) {
          const n = positionOf(material.ids, id)!
          now[n] = splits.indexOf(split)
          from[n] = origins.indexOf('person')
        }
        keepWith(project, kept.get(project)!, after, { splits: now, origins: from }, false, ({ a, b }) => now[a] !== now[b])
        return changed(project, step)
      })
    },
    'splits.ignore': ({ projectId, imageId, otherId }) => {
      const project = projects.get(projectId)
      const known = kept.get(project)
      const isFresh = known?.material.state === stateNow(project)
      const isKnown = saving('The pair was not put aside', () => addUnlike(project.db, imageId, otherId))
      if (!isKnown) throw new Failure('not-found', `There are no two images ${imageId} and ${otherId} in this project.`)
      if (known && isFresh) {
        const key = `${Math.min(imageId, otherId)}:${Math.max(imageId, otherId)}`
        keepWith(project, known, stateNow(project), { unlike: new Set(known.material.unlike).add(key) }, true, ({ a, b, distance }) => distance < 0 || pairKey(known.material, a, b) !== key)
      }
      return {}
    },
    'splits.cancel': async ({ projectId }) => {
      await stop(projects.get(projectId))
      return {}
    },
  }
}

function saved({ db }: OpenProject, images: number, step: (db: Db) => Generator<void, Step>): Promise<Step> {
  return savingAll(notSaved, () => inOneTransaction(db, images, step))
}
