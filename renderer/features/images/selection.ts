/** Which images of a list are picked: a base, which needs no list of its own however long it is, and those that differ from it. */
export interface Selection {
  readonly base: Base
  /** Of the base, not picked. */
  readonly but: ReadonlySet<number>
  /** Picked besides. */
  readonly also: ReadonlySet<number>
}

type Base = { readonly kind: 'none' } | { readonly kind: 'all' } | ({ readonly kind: 'range' | 'others' } & Range)

/** From one place of a list to another, both included, and the ids of the images there: a place is another image's once the list changes. */
export interface Range {
  readonly first: number
  readonly last: number
  readonly firstId: number
  readonly lastId: number
}

const empty: ReadonlySet<number> = new Set()
export const nothing: Selection = { base: { kind: 'none' }, but: empty, also: empty }
export const everything: Selection = { base: { kind: 'all' }, but: empty, also: empty }
export const only = (ids: Iterable<number>): Selection => ({ ...nothing, also: new Set(ids) })
export const between = (range: Range): Selection => ({ ...nothing, base: { kind: 'range', ...range } })

function isInBase(base: Base, index: number): boolean {
  if (base.kind === 'none' || base.kind === 'all') return base.kind === 'all'
  return (index >= base.first && index <= base.last) === (base.kind === 'range')
}

/** @param index where the image stands in the list */
export function isPicked({ base, but, also }: Selection, id: number, index: number): boolean {
  return isInBase(base, index) ? !but.has(id) : also.has(id)
}

export function toggled(selection: Selection, id: number, index: number): Selection {
  const part = isInBase(selection.base, index) ? 'but' : 'also'
  const ids = new Set(selection[part])
  if (!ids.delete(id)) ids.add(id)
  return { ...selection, [part]: ids }
}

const opposite = { none: 'all', all: 'none', range: 'others', others: 'range' } as const

/** All that are not in it, of the same list. */
export function inverted({ base, but, also }: Selection): Selection {
  return { base: { ...base, kind: opposite[base.kind] } as Base, but: also, also: but }
}

/** How many images of a list of so many. */
export function sizeOf({ base, but, also }: Selection, total: number): number {
  const ranged = 'first' in base ? base.last - base.first + 1 : 0
  const ofBase = { none: 0, all: total, range: ranged, others: total - ranged }[base.kind]
  return Math.max(0, ofBase - but.size + also.size)
}
