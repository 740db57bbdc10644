/** Desktop entry: opens services and the window in order, and closes them in reverse. */
import { app, dialog, session } from 'electron'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AskedFor } from '../shared/contract/app.ts'
import { contract, type WorkbenchContract } from '../shared/contract/index.ts'
import { Failure } from '../shared/failure.ts'
import { serve, type Emit } from '../shared/rpc.ts'
import { pageFolder } from './entries.ts'
import { requireWhole, resourcesFolder } from './packaged.ts'
import { openWorkbench } from './services/index.ts'
import { dialogs } from './shell/dialogs.ts'
import { fence } from './shell/fence.ts'
import { installMenu } from './shell/menu.ts'
import { registerScheme, serveScheme } from './shell/protocol.ts'
import { selfTest, selfTestAsked } from './shell/selfTest.ts'
import type { Desk } from './shell/selfTestSteps.ts'
import { signalWork } from './shell/signals.ts'
import { refuseSwitches } from './shell/switches.ts'
import { shellText } from './shell/text.ts'
import { utilityTrainer } from './shell/utility.ts'
import { openWindow, showAgain } from './shell/window.ts'
import { windowMemory, type WindowMemory } from './shell/windowMemory.ts'
import { serveWindow } from './shell/wire.ts'
import { userFolder } from './userFolder.ts'
import { version } from './version.ts'

/** What writing a run's checkpoint may take when the program closes; what takes longer hangs, and ends with the program. */
const closesWithinMs = 10_000

if (resourcesFolder()) refuseSwitches(app)

app.enableSandbox()
registerScheme()
const test = selfTestAsked()
app.setPath('userData', path.join(test?.folder ?? userFolder(), 'window'))

if (test) app.whenReady().then(() => selfTest(test, openDesk))
else if (app.requestSingleInstanceLock(startFolder())) {
  app.whenReady().then(start).catch((error: unknown) => {
    dialog.showErrorBox(shellText.couldNotStart, Failure.from(error).message)
    app.exit(1)
  })
} else app.quit()

/** The services, and a window on them. @param ownFolder where the program keeps what belongs to no project */
async function openDesk(ownFolder: string): Promise<Desk & { readonly memory: WindowMemory }> {
  await requireWhole('store')
  const memory = windowMemory(ownFolder)
  /** To the page that is shown; before the first there is nobody to ask. */
  let emit: Emit<WorkbenchContract> | undefined
  const ask = (asked: AskedFor): void => emit?.('app.menu', asked)
  const menu = installMenu(ownFolder, memory, { ask, keepAwakeChanged: () => adaptSignals() })

  const workbench = openWorkbench({ userFolder: ownFolder, version, host: 'desktop', spawnTrainer: utilityTrainer, desktop: { ...dialogs, setMenu: menu.setState }, ...startFolder() })
  const pages = session.defaultSession
  fence(app, pages)
  serveScheme(pageFolder(), workbench.picture)

  const window = openWindow(pages, memory, workbench.activity)
  serveWindow(window, (wire) => {
    const tell = serve(contract, wire, workbench.handlers, (error, command) => console.error(`${command}:`, error))
    emit = tell
    wire.onClose(workbench.subscribe(tell))
  })
  const adaptSignals = signalWork(window, workbench, { ask, keepsAwake: () => memory.now().keepsAwake, training: menu.setTraining })

  const listRecent = async (): Promise<void> => menu.setRecent(await workbench.handlers['projects.recent']({}))
  workbench.subscribe((event) => void (event === 'projects.recentChanged' && listRecent()))
  void listRecent()
  app.on('open-file', (event, folder) => {
    event.preventDefault()
    ask({ command: 'project.openRecent', folder })
  })
  return { workbench, window, memory }
}

async function start(): Promise<void> {
  const { workbench, window, memory } = await openDesk(userFolder())
  app.on('second-instance', (_event, _words, _folder, named) => showAgain(window, (named as ReturnType<typeof startFolder> | null)?.startFolder))

  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    memory.flush()
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
