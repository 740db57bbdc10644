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
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++) void fetchPage(page)
  }

  const at = (index: number): Image | null => pages.get(Math.floor(index / pageSize))?.[index % pageSize] ?? null

  function reload(): void {
    generation += 1
    asked.clear()
    pages.clear()
    void fetchPage(0)
  }

  watch(question, (now, before) => JSON.stringify(now) !== JSON.stringify(before) && ((total.value = null), reload()))
  for (const event of ['images.changed', 'classes.changed', 'labels.changed'] as const) onScopeDispose(on(event, ({ projectId }) => projectId === question().projectId && reload()))
  void fetchPage(0)
  return { total, failure, at, want, reload }
}
