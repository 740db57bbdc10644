/**
 * What the menu can ask for, wherever that menu is, and what its keys do: whoever can do something says so for as long as
 * it lives. The last one to say so does it, as a view knows better than the frame around it.
 */
import { computed, onScopeDispose, shallowRef } from 'vue'
import type { AskedFor } from '../../shared/contract/app.ts'
import type { MenuCommand } from '../../shared/menu.ts'
import { isDialogOpen } from './useDialogs.ts'

interface Doable {
  readonly run: (asked: AskedFor) => void
  /** Tracked: what it reads tells when it changes. Always, if left out. */
  readonly isPossible?: () => boolean
  /** Whether it also makes sense while a dialog waits for an answer. */
  readonly inDialogs?: boolean
}

type Doables = Partial<Record<MenuCommand, Doable>>
const offers = shallowRef<readonly Doables[]>([])

export function useCommands(doables: Doables): void {
  offers.value = [...offers.value, doables]
  onScopeDispose(() => (offers.value = offers.value.filter((other) => other !== doables)))
}

const doables = computed(() => Object.assign({}, ...offers.value) as Doables)
const canDo = (doable: Doable | undefined): boolean => doable !== undefined && (!isDialogOpen.value || doable.inDialogs === true) && (doable.isPossible?.() ?? true)

/** What can be asked for now. */
export const possibleCommands = computed(() => (Object.keys(doables.value) as MenuCommand[]).filter((command) => canDo(doables.value[command])))

/** Does what was asked, if it is possible now. */
export function perform(asked: AskedFor): void {
  const doable = doables.value[asked.command]
  if (canDo(doable)) doable?.run(asked)
}
