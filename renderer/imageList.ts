/** A list of images of any length by any filter, for every view that shows some. */
import { watch } from 'vue'
import type { WorkbenchContract } from '../shared/contract/index.ts'
import type { Asked } from '../shared/rpc.ts'
import { call } from './api.ts'
import { usePages } from './composables/usePages.ts'
import { useProjectEvents } from './projectEvents.ts'

type Question = Omit<Asked<WorkbenchContract, 'images.list'>, 'offset' | 'limit'>

/** Pages are fetched as they come into sight, and again after whatever may have changed them. */
export function useImages(question: () => Question) {
  const pages = usePages(async (offset, limit) => {
    const { total, images } = await call('images.list', { ...question(), offset, limit })
    return { total, items: images }
  })
  watch(question, (now, before) => JSON.stringify(now) !== JSON.stringify(before) && pages.restart())
  const here = (): string => question().projectId
  useProjectEvents(['images.changed', 'classes.changed', 'labels.changed', 'confusions.changed'], here, pages.reload)
  useProjectEvents(['runs.guessed'], here, ({ runId }) => question().run?.runId === runId && pages.reload())
  return pages
}
