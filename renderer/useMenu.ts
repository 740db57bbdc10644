/** The menu and its keys: the system's own menu on the desktop is kept up to date and heard; keys are the page's in both hosts. */
import { onScopeDispose, watch } from 'vue'
import { keysOfBrowsers, menuKeys, menuWords, type MenuCommand } from '../shared/menu.ts'
import { call, isDesktop, on } from './api.ts'
import { perform, possibleCommands } from './composables/useCommands.ts'
import { useShortcuts } from './composables/useShortcuts.ts'
import { useTheme } from './composables/useTheme.ts'
import { text } from './text/index.ts'

export function useMenu(): void {
  const { theme } = useTheme()
  if (isDesktop) {
    watch(
      [possibleCommands, theme],
      ([possible, chosen]) => {
        // A menu that is not up to date is no reason to interrupt anybody.
        call('app.setMenu', { possible, theme: chosen }).catch(() => {})
      },
      { immediate: true },
    )
  }
  onScopeDispose(on('app.menu', perform))
  useShortcuts(Object.entries(menuKeys).flatMap(([command, keys]) => shortcutOf(command as MenuCommand & keyof typeof menuWords, keys)))
}

function shortcutOf(command: MenuCommand & keyof typeof menuWords, keys: string) {
  if (!isDesktop && keysOfBrowsers.includes(keys)) return []
  const words = menuWords[command].replace('…', '')
  const does = command.startsWith('view.') ? text.app.goTo(words) : words
  const shortcut = { does, run: () => perform({ command }), group: 'everywhere', alsoTyping: command !== 'labels.undo' && command !== 'labels.redo' }
  return command === 'labels.redo' ? [{ ...shortcut, keys }, { ...shortcut, keys: 'Ctrl+Y' }] : [{ ...shortcut, keys }]
}
