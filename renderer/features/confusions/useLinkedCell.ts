/** A cell that a link asks for, as in `?actual=3&predicted=7&split=val`: opened once its matrix is there, and then out of the address. */
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { splits, type Split } from '../../../shared/contract/common.ts'
import type { Position } from './matrix.ts'
import type { useConfusionsStore } from './store.ts'

export function useLinkedCell(store: ReturnType<typeof useConfusionsStore>, open: (position: Position) => void): void {
  const route = useRoute()
  const router = useRouter()
  watch([() => route.fullPath, () => store.matrix], () => {
    const { matrix } = store
    const { actual, predicted, split, ...rest } = route.query
    if (route.name !== 'confusions' || !matrix || actual === undefined || predicted === undefined || store.runId !== Number(route.params['runId'])) return
    const asked = splits.find((known): known is Split => known === split) ?? store.split
    if (asked !== store.split) {
      // Its matrix is another one.
      store.split = asked
      return
    }
    const row = matrix.rows.findIndex(({ classIds }) => classIds.includes(Number(actual)))
    const column = matrix.columns.findIndex(({ classIds }) => classIds.includes(Number(predicted)))
    if (row === -1 && store.rows !== 'all') {
      store.rows = 'all'
      return
    }
    void router.replace({ query: rest })
    if (row !== -1 && column !== -1) open({ row, column })
  }, { immediate: true })
}
