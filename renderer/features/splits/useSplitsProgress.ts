import { shallowRef } from 'vue'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import type { Payload } from '../../../shared/rpc.ts'
import { useProjectEvents } from '../../projectEvents.ts'

/** How far the project's images were looked at, while that goes on. */
export function useSplitsProgress(projectId: string) {
  const progress = shallowRef<Payload<WorkbenchContract, 'splits.progress'> | null>(null)
  useProjectEvents(['splits.progress'], () => projectId, (told) => (progress.value = told))
  return progress
}
