import { shallowRef } from 'vue'
import { mostIds, type Image } from '../../../shared/contract/images.ts'
import { call } from '../../api.ts'
import { useNotices } from '../../composables/useNotices.ts'

interface Shown {
  readonly projectId: () => string
  readonly classId: () => number
  readonly at: (index: number) => Image | null
}

/** Images of a class that are chosen, each by itself or from the last one to another. As a click takes one more, so does a range: it takes none away. */
export function useChoosing({ projectId, classId, at }: Shown) {
  const { tellFailure } = useNotices()
  const chosen = shallowRef<ReadonlySet<number>>(new Set())
  /** Where a range begins. */
  let anchor = 0

  function begin(): void {
    chosen.value = new Set()
    anchor = 0
  }

  function startAt(index: number): void {
    anchor = index
  }

  function toggle(index: number): void {
    anchor = index
    const id = at(index)?.id
    if (id === undefined) return
    const next = new Set(chosen.value)
    if (!next.delete(id)) next.add(id)
    chosen.value = next
  }

  /** Images that were never in sight are among them too. */
  async function range(to: number): Promise<void> {
    const [first, last, asked] = [Math.min(anchor, to), Math.max(anchor, to), classId()]
    const parts = Array.from({ length: Math.ceil((last - first + 1) / mostIds) }, (_, n) => first + n * mostIds)
    const found = await Promise.all(parts.map((from) => call('images.ids', { projectId: projectId(), query: { classId: asked }, first: from, last: Math.min(last, from + mostIds - 1) }))).catch((error: unknown) => {
      tellFailure(error)
      return []
    })
    if (classId() === asked) chosen.value = new Set([...chosen.value, ...found.flat()])
  }

  return { chosen, begin, startAt, toggle, range }
}
