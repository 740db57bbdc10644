import { onScopeDispose, readonly, shallowRef } from 'vue'
import { keyOf } from './keyOf.ts'

export interface Shortcut {
  /** One key, any digit but 0 as `1-9`, `Ctrl+1` (Command on a Mac), `Ctrl+Shift+Z`, or two keys one after the other: `g d`. */
  readonly keys: string
  readonly does: string
  /** @param key the key that was pressed last */
  readonly run: (key: string) => void
  /** Also while something is typed; for keys that write nothing. */
  readonly alsoTyping?: boolean
  /** Where it stands in the list of shortcuts, as in `text.keys`; left out, with the view that is shown. */
  readonly group?: string
}

const sequenceMs = 1_000
const isMac = navigator.platform.startsWith('Mac')
const active = shallowRef<readonly Shortcut[]>([])
let first: { readonly key: string; readonly at: number } | null = null

/** As shortcuts are written; letters with Ctrl are large. */
function nameOf(event: KeyboardEvent): string {
  if (!(isMac ? event.metaKey : event.ctrlKey)) return keyOf(event)
  return ['Ctrl', ...(event.shiftKey ? ['Shift'] : []), event.key.length === 1 ? event.key.toUpperCase() : event.key].join('+')
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing || ['Control', 'Shift', 'Meta', 'CapsLock'].includes(event.key)) return
  if (document.querySelector('[role="dialog"]')) return
  const name = nameOf(event)
  const sequence = first && event.timeStamp - first.at < sequenceMs ? `${first.key} ${name}` : name
  const shortcut = find(sequence) ?? find(name)
  if (isTyping(event.target) && !shortcut?.alsoTyping) return
  first = shortcut ? null : { key: name, at: event.timeStamp }
  if (!shortcut) return
  event.preventDefault()
  shortcut.run(event.key)
}

/** What came last wins: a view knows better than the frame around it. */
const find = (keys: string): Shortcut | undefined => active.value.find((known) => known.keys === keys || (known.keys === '1-9' && /^[1-9]$/.test(keys)))

window.addEventListener('keydown', onKey)

/** Adds shortcuts for as long as the component lives; they are silent while something is typed or a dialog is open. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  active.value = [...shortcuts, ...active.value]
  onScopeDispose(() => (active.value = active.value.filter((known) => !shortcuts.includes(known))))
}

/** Everything that can be pressed now, for the list of shortcuts. */
export function useActiveShortcuts() {
  return readonly(active)
}
