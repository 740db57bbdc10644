/** What closing the open project would end. */
import { computed } from 'vue'
import type { WorkbenchContract } from '../shared/contract/index.ts'
import type { CommandName } from '../shared/rpc.ts'
import { unanswered } from './api.ts'
import { useDataset } from './features/dataset/store.ts'
import type { Ending } from './features/projects/endings.ts'
import { useRunsStore } from './features/runs/store.ts'

/** Commands that take minutes and are answered at their end. */
const long: Partial<Record<CommandName<WorkbenchContract>, Ending>> = { 'runs.import': 'weights', 'runs.evaluate': 'scoring', 'runs.export': 'export' }

/** What took longest so far, as a rule, is named first; null where nothing would be lost. */
export function useGoingOn() {
  const runs = useRunsStore()
  const dataset = useDataset()
  return computed((): Ending | null => {
    if (runs.active) return 'run'
    if (dataset.progress) return 'import'
    return [...unanswered].flatMap(({ command }) => long[command] ?? [])[0] ?? null
  })
}
