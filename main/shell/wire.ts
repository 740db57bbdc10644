import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron'
import { Failure } from '../../shared/failure.ts'
import type { Wire } from '../../shared/rpc.ts'
import { closing } from '../wires.ts'
import { channel, origin } from './channel.ts'

/**
 * Calls `connected` with a wire for every page that the window loads. A wire ends with its page: a reload, a crash or
 * the window's close must not leave answers for the next page, which counts its calls from one again.
 */
export function serveWindow(window: BrowserWindow, connected: (wire: Wire) => void): void {
  const { webContents } = window
  let listener: ((message: unknown) => void) | undefined
  let close = closing()

  const hear = (event: IpcMainEvent, message: unknown): void => {
    const frame = event.senderFrame
    if (event.sender !== webContents || frame !== webContents.mainFrame || !frame.url.startsWith(`${origin}/`)) return
    listener?.(message)
  }
  const renew = (): void => {
    const ended = close
    close = closing()
    listener = undefined
    ended.with(new Failure('closed', 'The window went away.'))
    const own = close
    connected({
      post: (message) => {
        if (close === own && !webContents.isDestroyed()) webContents.send(channel, message)
      },
      on: (heard) => {
        listener = heard
        return () => {
          if (close === own) listener = undefined
        }
      },
      onClose: own.heard,
    })
  }

  ipcMain.on(channel, hear)
  webContents.on('did-navigate', renew)
  webContents.on('render-process-gone', () => close.with(new Failure('closed', 'The window crashed.')))
  window.once('closed', () => {
    ipcMain.off(channel, hear)
    close.with(new Failure('closed', 'The window was closed.'))
  })
}
