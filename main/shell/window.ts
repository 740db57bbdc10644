import { BrowserWindow, dialog, nativeTheme, type Session } from 'electron'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { origin } from './channel.ts'

/** The window, shown once its page has something to show. */
export function openWindow(session: Session, activity: () => readonly string[]): BrowserWindow {
  const window = new BrowserWindow({
    width: 1360,
    height: 880,
    minWidth: 860,
    minHeight: 560,
    show: false,
    title: 'RIDE Workbench',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#fbfbfa',
    webPreferences: {
      session,
      preload: path.join(path.dirname(fileURLToPath(import.meta.url)), 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.on('close', (event) => {
    if (!mayClose(window, activity())) event.preventDefault()
  })
  let reloads = 0
  window.webContents.on('render-process-gone', () => {
    // Once may be chance; a page that keeps dying must not be reloaded for ever.
    if (!window.isDestroyed() && (reloads += 1) <= 3) window.webContents.reload()
  })
  load(window, '/index.html')
  return window
}

let loads = 0

/** Brings the window to the front for whoever started the program again, with the project folder that they named. */
export function showAgain(window: BrowserWindow, folder: string | undefined): void {
  // Its program may be closing what was open in it.
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
  // A number of its own makes it a load: a changed hash alone would leave the page, and its project, as they are.
  if (folder !== undefined) load(window, `/index.html?${(loads += 1)}#/?folder=${encodeURIComponent(folder)}`)
}

function load(window: BrowserWindow, address: string): void {
  window.loadURL(`${origin}${address}`).catch((error: unknown) => console.error('The page was not loaded:', error))
}

/** Asks first where something goes on that ends with the window. */
function mayClose(window: BrowserWindow, goingOn: readonly string[]): boolean {
  if (goingOn.length === 0) return true
  const choice = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: goingOn.join('\n'),
    detail: 'Closing the window stops it. A run writes a checkpoint first and can be resumed; an import keeps what it has added and goes on when it is started again.',
    buttons: ['Keep going', 'Stop and close'],
    defaultId: 0,
    cancelId: 0,
  })
  return choice === 1
}
