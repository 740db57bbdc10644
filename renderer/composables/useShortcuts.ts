import { onScopeDispose, readonly, shallowRef } from 'vue'

export interface Shortcut {
  /** One key, `Ctrl+1` (Command on a Mac), or two keys one after the other: `g d`. */
  readonly keys: string
  readonly does: string
  readonly run: () => void
}

const sequenceMs = 1_000
const active = shallowRef<readonly Shortcut[]>([])
let first: { readonly key: string; readonly at: number } | null = null

function nameOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey
  return control ? `Ctrl+${event.key}` : event.key
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))
}

function onKey(event: KeyboardEvent): void {
  const name = nameOf(event)
  if (event.defaultPrevented || event.altKey || event.isComposing || (isTyping(event.target) && !name.startsWith('Ctrl+'))) return
  if (document.querySelector('[role="dialog"]')) return
  const sequence = first && event.timeStamp - first.at < sequenceMs ? `${first.key} ${name}` : name
  const shortcut = active.value.find((known) => known.keys === sequence) ?? active.value.find((known) => known.keys === name)
  first = shortcut ? null : { key: name, at: event.timeStamp }
  if (!shortcut) return
  event.preventDefault()
  shortcut.run()
}

window.addEventListener('keydown', onKey)

/** Adds shortcuts for as long as the component lives; they are silent while something is typed or a dialog is open. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  active.value = [...active.value, ...shortcuts]
  onScopeDispose(() => (active.value = active.value.filter((known) => !shortcuts.includes(known))))
}

/** Everything that can be pressed now, for the list of shortcuts. */
export function useActiveShortcuts() {
  return readonly(active)
}
