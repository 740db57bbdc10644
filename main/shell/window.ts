import { BrowserWindow, dialog, nativeTheme, screen, type Session } from 'electron'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { origin } from './channel.ts'
import { shellText } from './text.ts'
import { placeOn, smallest, type WindowMemory } from './windowMemory.ts'

/** The window, shown where and as it was last, once its page has something to show. */
export function openWindow(session: Session, memory: WindowMemory, activity: () => readonly string[]): BrowserWindow {
  const last = memory.now()
  const { id: primary } = screen.getPrimaryDisplay()
  const displays = screen.getAllDisplays().sort((a, b) => Number(b.id === primary) - Number(a.id === primary))
  const window = new BrowserWindow({
    ...placeOn(displays.map(({ workArea }) => workArea), last.bounds),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    fullscreen: last.isFullScreen,
    title: shellText.product,
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
  window.once('ready-to-show', () => {
    if (last.isMaximized) window.maximize()
    window.show()
  })
  window.webContents.on('did-finish-load', () => window.webContents.setZoomLevel(memory.now().zoomLevel))
  remember(window, memory)
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

function remember(window: BrowserWindow, memory: WindowMemory): void {
  const keep = (): void => {
    const isPlain = !window.isMaximized() && !window.isFullScreen() && !window.isMinimized()
    memory.keep({ ...(isPlain && { bounds: window.getBounds() }), isMaximized: window.isMaximized(), isFullScreen: window.isFullScreen() })
  }
  const keepZoom = (): void => memory.keep({ zoomLevel: window.webContents.getZoomLevel() })
  window.on('resize', keep).on('move', keep).on('maximize', keep).on('unmaximize', keep).on('enter-full-screen', keep).on('leave-full-screen', keep)
  window.on('close', () => {
    keep()
    // Zooming by the menu's roles tells of nothing.
    keepZoom()
  })
  window.on('blur', keepZoom)
  window.webContents.on('zoom-changed', keepZoom)
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
    detail: shellText.closing.detail,
    buttons: [shellText.closing.keep, shellText.closing.close],
    defaultId: 0,
    cancelId: 0,
  })
  return choice === 1
}
