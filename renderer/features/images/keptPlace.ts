/**
 * Where a person was in the grid and what was picked, kept for this window until it closes: a page that is loaded anew, as
 * after it crashed, goes on there. The list itself stands in the address.
 */
import * as v from 'valibot'
import { nothing, type Selection } from './selection.ts'

export interface GridPlace {
  /** What tells the list from every other. */
  readonly list: string
  /** The image that the keys are at, and how many stand above what is in sight. */
  readonly current: number
  readonly above: number
  readonly selection: Selection
}

const key = 'ride.images.place'
const restMs = 150
/** More would fill what a page may keep; so large a selection is lost with its page. */
const mostPicked = 10_000

const IndexSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const BaseSchema = v.union([
  v.object({ kind: v.picklist(['none', 'all']) }),
  v.object({ kind: v.picklist(['range', 'others']), first: IndexSchema, last: IndexSchema, firstId: IndexSchema, lastId: IndexSchema }),
])
const PickedSchema = v.object({ base: BaseSchema, but: v.array(IndexSchema), also: v.array(IndexSchema) })
const KeptSchema = v.object({ list: v.string(), current: IndexSchema, above: v.pipe(v.number(), v.minValue(0)), picked: PickedSchema })

let isTaken = false

/** What was kept when this page was loaded, once: whoever comes back from another view begins anew. */
export function takePlace(): GridPlace | null {
  if (isTaken) return null
  isTaken = true
  try {
    const { picked: { base, but, also }, ...place } = v.parse(KeptSchema, JSON.parse(sessionStorage.getItem(key) ?? ''))
    return { ...place, selection: { base, but: new Set(but), also: new Set(also) } }
  } catch {
    // Nothing, or what another version wrote.
    return null
  }
}

let latest: GridPlace | null = null
let pending: ReturnType<typeof setTimeout> | undefined

/** Once it rests, as it moves with every step of a scroll; at the latest when its page goes. */
export function keepPlace(place: GridPlace): void {
  latest = place
  clearTimeout(pending)
  pending = setTimeout(write, restMs)
  addEventListener('pagehide', write)
}

function write(): void {
  if (!latest) return
  const { selection, ...place } = latest
  const { base, but, also } = selection.but.size + selection.also.size > mostPicked ? nothing : selection
  sessionStorage.setItem(key, JSON.stringify({ ...place, picked: { base, but: [...but], also: [...also] } }))
  latest = null
}
