/** What the grid shows, as the address remembers it: every view can link to any list of images. */
import type { LocationQuery } from 'vue-router'
import { splits, type Split } from '../../../shared/contract/common.ts'
import { imageSorts, outcomes, type ImageQuery, type ImageSort, type Outcome } from '../../../shared/contract/images.ts'
import { groups, type Group } from '../../../shared/tail.ts'

/** `skipped`: files that are no images, which nothing else of a filter applies to. */
export const kinds = ['all', 'unlabelled', 'duplicates', 'contradictions', 'missing', 'skipped'] as const
type Kind = (typeof kinds)[number]

export interface ImagesFilter {
  readonly kind: Kind
  readonly classId: number | null
  readonly split: Split | null
  readonly group: Group | null
  readonly search: string
  /** Whose guesses are shown and whose outcomes are meant; null for the newest that there is. */
  readonly runId: number | null
  /** The split that the run was scored on. */
  readonly on: Split | null
  readonly outcome: Outcome | null
  readonly sort: ImageSort
}

export const noFilter: ImagesFilter = { kind: 'all', classId: null, split: null, group: null, search: '', runId: null, on: null, outcome: null, sort: 'added' }

/** What an address says; whatever it says wrong counts as unsaid. */
export function filterOf(address: LocationQuery): ImagesFilter {
  const one = (key: string): string => {
    const value = address[key]
    return (Array.isArray(value) ? value[0] : value) ?? ''
  }
  const among = <Value extends string>(known: readonly Value[], key: string): Value | null => known.find((value) => value === one(key)) ?? null
  const id = (key: string): number | null => (/^[1-9]\d{0,14}$/.test(one(key)) ? Number(one(key)) : null)
  return {
    kind: among(kinds, 'show') ?? 'all',
    classId: id('class'),
    split: among(splits, 'split'),
    group: among(groups, 'group'),
    search: one('search').slice(0, 256),
    runId: id('run'),
    on: among(splits, 'on'),
    outcome: among(outcomes, 'outcome'),
    sort: among(imageSorts, 'sort') ?? 'added',
  }
}

/** What `filterOf` reads again; what is unsaid is left out. */
export function addressOf(filter: ImagesFilter): Record<string, string> {
  const all: Readonly<Record<string, string | number | null>> = {
    show: filter.kind === 'all' ? null : filter.kind,
    class: filter.classId,
    split: filter.split,
    group: filter.group,
    search: filter.search || null,
    run: filter.runId,
    on: filter.on,
    outcome: filter.outcome,
    sort: filter.sort === 'added' ? null : filter.sort,
  }
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])))
}

/** Whether anything narrows the list down. */
export function isNarrowed({ sort: _sort, runId: _runId, on: _on, ...filter }: ImagesFilter): boolean {
  return (Object.keys(filter) as (keyof typeof filter)[]).some((key) => filter[key] !== noFilter[key])
}

/** @param run the run that is meant, and the split that it was scored on; null where there is none */
export function queryOf(filter: ImagesFilter, run: ImageQuery['run'] | null): ImageQuery {
  const sort = filter.sort === 'confidence' && !run ? 'added' : filter.sort
  return {
    sort,
    ...(filter.classId === null ? {} : { classId: filter.classId }),
    ...(filter.split ? { split: filter.split } : {}),
    ...(filter.group ? { group: filter.group } : {}),
    ...(filter.kind === 'all' || filter.kind === 'skipped' ? {} : { [filter.kind]: true }),
    ...(filter.search.trim() ? { search: filter.search.trim() } : {}),
    ...(run ? { run } : {}),
    ...(run && filter.outcome ? { outcome: filter.outcome } : {}),
  }
}
