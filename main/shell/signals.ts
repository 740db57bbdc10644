/** What the system shows of the program's work: progress in the task bar, a notice of what ended, a badge; and no sleep while a run trains. */
import { Notification, app, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { AskedFor } from '../../shared/contract/app.ts'
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import type { Run } from '../../shared/contract/runs.ts'
import type { EventName, Payload } from '../../shared/rpc.ts'
import type { Workbench } from '../services/context.ts'
import { shellText } from './text.ts'
import { showAgain } from './window.ts'
import { followWork } from './work.ts'

type Told = { [K in EventName<WorkbenchContract>]: { readonly event: K; readonly payload: Payload<WorkbenchContract, K> } }[EventName<WorkbenchContract>]

export interface SignalChoices {
  ask(asked: AskedFor): void
  /** Whether sleep is to be prevented while a run trains. */
  keepsAwake(): boolean
  training(isTraining: boolean): void
}

/** @returns adapts to another choice about sleep */
export function signalWork(window: BrowserWindow, workbench: Workbench, choices: SignalChoices): () => void {
  const work = followWork()
  /** Shown until its person answers or it goes by itself; without a reference its click would be lost. */
  const notices = new Set<Notification>()
  let blocker: number | undefined
  let unseen = 0
  let wasTraining = false

  const stayAwake = (isWanted: boolean): void => {
    if (isWanted && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension')
    else if (!isWanted && blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  }
  const show = (): void => {
    if (window.isDestroyed()) return
    const { share, mode, isTraining } = work.now()
    // Anything above 1 is a bar without an end where there is no such mode.
    window.setProgressBar(share ?? 2, { mode })
    stayAwake(isTraining && choices.keepsAwake())
    if (isTraining !== wasTraining) choices.training((wasTraining = isTraining))
  }
  const notify = (run: Run): void => {
    if (window.isDestroyed() || window.isFocused()) return
    app.setBadgeCount((unseen += 1))
    const notice = new Notification({ ...shellText.runEnded(run), silent: false })
    notices.add(notice)
    notice.on('close', () => notices.delete(notice))
    notice.on('click', () => {
      notices.delete(notice)
      showAgain(window, undefined)
      choices.ask({ command: 'run.show', runId: run.id })
    })
    notice.show()
  }

  window.on('focus', () => {
    work.seen()
    if (unseen > 0) app.setBadgeCount((unseen = 0))
    show()
  })
  /** The end of an import has no event of its own. */
  const askForImport = async (projectId: string): Promise<void> => {
    const going = await Promise.resolve({ projectId }).then(workbench.handlers['images.importing']).catch(() => null)
    if (going === null) work.importEnded(projectId)
    show()
  }
  const hear = (told: Told): void => {
    if (told.event === 'runs.progress') work.progressed(told.payload)
    else if (told.event === 'images.progress') work.importing(told.payload)
    else if (told.event === 'projects.closed') work.closed(told.payload.projectId)
    else if (told.event === 'images.changed') return void askForImport(told.payload.projectId)
    else if (told.event === 'runs.changed') {
      const ended = work.changed(told.payload.projectId, told.payload.run)
      if (ended) notify(ended)
      if (window.isFocused()) work.seen()
    } else return
    show()
  }
  const stopHearing = workbench.subscribe((event, payload) => hear({ event, payload } as Told))
  window.once('closed', () => {
    stopHearing()
    stayAwake(false)
  })
  return show
}
