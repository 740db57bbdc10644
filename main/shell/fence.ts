/** What a page may never do, whatever runs in it. */
import type { App, Session, WebContents } from 'electron'
import { origin } from './channel.ts'

export function fence(app: App, session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  // The page needs its own scheme and nothing of any network.
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !/^(ride|devtools|blob|data):/.test(details.url) }))
  app.on('web-contents-created', (_event, contents) => fenceContents(contents))
}

function fenceContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-navigate', (event, url) => {
    if (!url.startsWith(`${origin}/`)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
}
