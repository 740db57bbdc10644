import { onScopeDispose, ref, shallowReactive, watch } from 'vue'
import type { Image } from '../../../shared/contract/images.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Asked } from '../../../shared/rpc.ts'
import { call, on } from '../../api.ts'

type Question = Omit<Asked<WorkbenchContract, 'images.list'>, 'offset' | 'limit'>

const pageSize = 200

/** A list of images of any length, of which pages are fetched as they come into sight. */
export function useImages(question: () => Question) {
  const total = ref<number | null>(null)
  const failure = ref<Failure | null>(null)
  const pages = shallowReactive(new Map<number, readonly Image[]>())
  const asked = new Set<number>()
  let generation = 0
  /** Cells that were in sight last. */
  let inSight: readonly [first: number, last: number] = [0, 0]

  async function fetchPage(page: number): Promise<void> {
    if (asked.has(page)) return
    asked.add(page)
    const mine = generation
    try {
      const answer = await call('images.list', { ...question(), offset: page * pageSize, limit: pageSize })
      if (mine !== generation) return
      pages.set(page, answer.images)
      total.value = answer.total
      failure.value = null
    } catch (error) {
      if (mine !== generation) return
      asked.delete(page)
      failure.value = Failure.from(error)
    }
  }

  /** Asks for what cells from `first` to `last` need. */
  function want(first: number, last: number): void {
    inSight = [first, last]
    for (const page of pagesInSight()) void fetchPage(page)
  }

  function pagesInSight(): number[] {
    const [first, last] = inSight.map((index) => Math.floor(index / pageSize)) as [number, number]
    return Array.from({ length: last - first + 1 }, (_, n) => first + n)
  }

  const at = (index: number): Image | null => pages.get(Math.floor(index / pageSize))?.[index % pageSize] ?? null

  /** Asks again for what is in sight, which stays in sight meanwhile: the grid does not scroll, so it asks for nothing itself. */
  function reload(): void {
    generation += 1
    asked.clear()
    const kept = pagesInSight()
    for (const page of pages.keys()) if (!kept.includes(page)) pages.delete(page)
    // The first page tells the total too, where what is in sight lies beyond the end by now.
    for (const page of new Set([0, ...kept])) void fetchPage(page)
  }

  watch(question, (now, before) => {
    if (JSON.stringify(now) === JSON.stringify(before)) return
    total.value = null
    pages.clear()
    inSight = [0, 0]
    reload()
  })
  for (const event of ['images.changed', 'classes.changed', 'labels.changed'] as const) onScopeDispose(on(event, ({ projectId }) => projectId === question().projectId && reload()))
  void fetchPage(0)
  return { total, failure, at, want, reload }
}
