import { ref, shallowReactive, shallowRef } from 'vue'
import { Failure } from '../../shared/failure.ts'

interface Page<Item> {
  /** Items in all. */
  readonly total: number
  readonly items: readonly Item[]
}

const pageSize = 200
/** More than that wait, and are not asked for once they are out of sight. */
const askedAtOnce = 2

/** A list of any length, of which pages are fetched as they come into sight. */
export function usePages<Item>(fetchPage: (offset: number, limit: number) => Promise<Page<Item>>) {
  const total = ref<number | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const pages = shallowReactive(new Map<number, readonly Item[]>())
  const asked = new Set<number>()
  let generation = 0
  let going = 0
  /** Items that were in sight last. */
  let inSight: readonly [first: number, last: number] = [0, 0]

  async function ask(page: number): Promise<void> {
    asked.add(page)
    const mine = generation
    going += 1
    try {
      const answer = await fetchPage(page * pageSize, pageSize)
      if (mine !== generation) return
      pages.set(page, answer.items)
      total.value = answer.total
      failure.value = null
    } catch (error) {
      if (mine !== generation) return
      failure.value = Failure.from(error)
    } finally {
      if (mine === generation) {
        going -= 1
        askMore()
      }
    }
  }

  /** What failed is not asked for again before something is wanted anew. */
  function askMore(): void {
    for (const page of pagesInSight()) if (going < askedAtOnce && !asked.has(page)) void ask(page)
  }

  /** Asks for what items from `first` to `last` need. */
  function want(first: number, last: number): void {
    inSight = [first, last]
    if (failure.value) for (const page of asked) if (!pages.has(page)) asked.delete(page)
    askMore()
  }

  function pagesInSight(): number[] {
    const [first, last] = inSight.map((index) => Math.floor(index / pageSize)) as [number, number]
    return Array.from({ length: last - first + 1 }, (_, n) => first + n)
  }

  const at = (index: number): Item | null => pages.get(Math.floor(index / pageSize))?.[index % pageSize] ?? null

  /** Asks again for what is in sight, which stays in sight meanwhile: the list does not scroll, so it asks for nothing itself. */
  function reload(): void {
    generation += 1
    going = 0
    asked.clear()
    const kept = pagesInSight()
    for (const page of pages.keys()) if (!kept.includes(page)) pages.delete(page)
    // The first page tells the total too, where what is in sight lies beyond the end by now.
    for (const page of new Set([0, ...kept])) void ask(page)
  }

  /** Begins at the first item of another list. */
  function restart(): void {
    total.value = null
    pages.clear()
    inSight = [0, 0]
    reload()
  }

  void ask(0)
  return { total, failure, at, want, reload, restart }
}
