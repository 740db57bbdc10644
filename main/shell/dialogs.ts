import { BrowserWindow, dialog, shell } from 'electron'
import type { Desktop } from '../services/context.ts'

/** What needs no window of its own. */
export const dialogs: Omit<Desktop, 'setMenu'> = {
  async pickFolder(title) {
    const options = { title, properties: ['openDirectory' as const, 'createDirectory' as const] }
    const window = BrowserWindow.getFocusedWindow()
    const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
    return canceled ? null : (filePaths[0] ?? null)
  },
  reveal: (path) => shell.showItemInFolder(path),
}
