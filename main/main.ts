/** Desktop entry: opens services and the window in order, and closes them in reverse. */
import { app, dialog, session } from 'electron'
import path from 'node:path'
import { contract } from '../shared/contract/index.ts'
import { Failure } from '../shared/failure.ts'
import { serve } from '../shared/rpc.ts'
import { pageFolder } from './entries.ts'
import { openWorkbench } from './services/index.ts'
import { desktop } from './shell/dialogs.ts'
import { fence } from './shell/fence.ts'
import { installMenu } from './shell/menu.ts'
import { registerScheme, serveScheme } from './shell/protocol.ts'
import { utilityTrainer } from './shell/utility.ts'
import { openWindow } from './shell/window.ts'
import { serveWindow } from './shell/wire.ts'
import { userFolder } from './userFolder.ts'
import { version } from './version.ts'

app.enableSandbox()
registerScheme()
app.setPath('userData', path.join(userFolder(), 'window'))

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch((error: unknown) => {
    dialog.showErrorBox('RIDE Workbench could not start', Failure.from(error).message)
    app.exit(1)
  })
} else app.quit()

function start(): void {
  const workbench = openWorkbench({ userFolder: userFolder(), version, host: 'desktop', spawnTrainer: utilityTrainer, desktop, ...startFolder() })
  const pages = session.defaultSession
  fence(app, pages)
  serveScheme(pageFolder(), workbench.picture)
  installMenu()

  const window = openWindow(pages, workbench.activity)
  serveWindow(window, (wire) => {
    const emit = serve(contract, wire, workbench.handlers, (error, command) => console.error(`${command}:`, error))
    wire.onClose(workbench.subscribe(emit))
  })
  app.on('second-instance', () => window.focus())

  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    void workbench.close().finally(() => app.quit())
  })
  app.on('window-all-closed', () => app.quit())
}

/** A project folder named on the command line, after the program's own folder where it is not packaged. */
function startFolder(): { readonly startFolder?: string } {
  const named = process.argv.slice(1).filter((argument) => !argument.startsWith('-'))[app.isPackaged ? 0 : 1]
  return named === undefined ? {} : { startFolder: path.resolve(named) }
}
