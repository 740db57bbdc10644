/** Runs in the window before its page, sandboxed: gives the page the wire to main and nothing else. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { channel } from './channel.ts'

contextBridge.exposeInMainWorld('ride', {
  post: (message: unknown): void => ipcRenderer.send(channel, message),
  on: (listener: (message: unknown) => void): (() => void) => {
    const heard = (_event: unknown, message: unknown): void => listener(message)
    ipcRenderer.on(channel, heard)
    return () => ipcRenderer.off(channel, heard)
  },
  /** Where a dropped file or folder lies. Electron before 32 kept it on the file itself. */
  pathOf: (file: File): string => webUtils?.getPathForFile(file) ?? (file as File & { readonly path?: string }).path ?? '',
})
