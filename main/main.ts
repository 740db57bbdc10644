/** Desktop entry: opens services and the window in order, and closes them in reverse. */
import { app, dialog, session } from 'electron'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
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
import { openWindow, showAgain } from './shell/window.ts'
import { serveWindow } from './shell/wire.ts'
import { userFolder } from './userFolder.ts'
import { version } from './version.ts'

/** What writing a run's checkpoint may take when the program closes; what takes longer hangs, and ends with the program. */
const closesWithinMs = 10_000

app.enableSandbox()
registerScheme()
app.setPath('userData', path.join(userFolder(), 'window'))

if (app.requestSingleInstanceLock(startFolder())) {
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
  app.on('second-instance', (_event, _words, _folder, named) => showAgain(window, (named as ReturnType<typeof startFolder> | null)?.startFolder))

  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    const late = setTimeout(() => {
      console.error('The workbench took too long to close and was ended.')
      app.exit(1)
    }, closesWithinMs)
    workbench
      .close()
      .catch((error: unknown) => console.error('Closing:', error))
      .finally(() => {
        clearTimeout(late)
        // With nothing to close this comes while Electron is still telling of `will-quit`, when it takes no second wish to quit.
        setImmediate(() => app.quit())
      })
  })
  app.on('window-all-closed', () => app.quit())
}

/** A project folder named on the command line, where a program that is not packaged has its own folder named, too. */
function startFolder(): { readonly startFolder?: string } {
  const program = fileURLToPath(import.meta.url)
  const named = process.argv.slice(1).find((word) => !word.startsWith('-') && !program.startsWith(path.resolve(word) + path.sep))
  return named === undefined ? {} : { startFolder: path.resolve(named) }
}
