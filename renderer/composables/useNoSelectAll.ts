import { onScopeDispose } from 'vue'
import { isTyping } from './useShortcuts.ts'

function onKey(event: KeyboardEvent): void {
  const isSelectAll = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'a'
  if (isSelectAll && !isTyping(event.target)) event.preventDefault()
}

/** Ctrl+A (Command on a Mac) belongs to what is typed, and to a grid that picks all by it: elsewhere it would select the words of the whole window. The pointer still selects any of them. */
export function useNoSelectAll(): void {
  window.addEventListener('keydown', onKey)
  onScopeDispose(() => window.removeEventListener('keydown', onKey))
}
