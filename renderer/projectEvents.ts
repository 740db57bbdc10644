/** Hearing what happens to one project. */
import { onScopeDispose, watch } from 'vue'
import type { WorkbenchContract } from '../shared/contract/index.ts'
import type { EventName, Payload } from '../shared/rpc.ts'
import { connectionState, on } from './api.ts'

type ProjectEvent = { [K in EventName<WorkbenchContract>]: Payload<WorkbenchContract, K> extends { readonly projectId: string } ? K : never }[EventName<WorkbenchContract>]

/** Calls back at each of these events that is about the project, for as long as the component or the store lives. */
export function useProjectEvents<K extends ProjectEvent>(events: readonly K[], projectId: () => string | null, hear: (told: Payload<WorkbenchContract, K>) => void): void {
  for (const event of events) onScopeDispose(on(event, (told) => told.projectId === projectId() && hear(told)))
}

/** Calls back when a connection that was lost stands again: what happened meanwhile was not heard. */
export function useReconnection(again: () => void): void {
  watch(connectionState, (now, before) => now === 'open' && before === 'lost' && again())
}
