/** The system's own list of recent projects: the jump list of Windows, the Dock and the Apple menu of a Mac. */
import { app } from 'electron'
import type { RecentProject } from '../../shared/contract/projects.ts'
import { shellText } from './text.ts'

const shown = 10

/** Replaces the list; a project that was forgotten is gone from it too. */
export function tellRecent(projects: readonly RecentProject[]): void {
  const recent = projects.filter(({ exists }) => exists).slice(0, shown)
  if (process.platform === 'darwin') {
    app.clearRecentDocuments()
    for (const { folder } of [...recent].reverse()) app.addRecentDocument(folder)
  }
  if (process.platform === 'win32') app.setJumpList(recent.length > 0 ? [{ type: 'custom', name: shellText.recentProjects, items: jumpItems(recent) }] : [])
}

/** Windows leaves out a whole list that holds what its person took off it. */
function jumpItems(recent: readonly RecentProject[]): Electron.JumpListItem[] {
  const removed = new Set(app.getJumpListSettings().removedItems.map(({ args }) => args))
  const program = app.isPackaged ? '' : `"${app.getAppPath()}" `
  return recent
    .map(({ name, folder }): Electron.JumpListItem => ({ type: 'task', title: name, description: folder, program: process.execPath, args: `${program}"${folder}"` }))
    .filter(({ args }) => !removed.has(args))
}
