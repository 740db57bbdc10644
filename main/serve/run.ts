/** `ride serve`: the workbench in a browser, until it is told to stop. */
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { pageFolder } from '../entries.ts'
import { openWorkbench } from '../services/index.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { userFolder } from '../userFolder.ts'
import { version } from '../version.ts'
import { openBrowser } from './browser.ts'
import { startServer } from './server.ts'
import { hearStop } from './stop.ts'

/** The link that a browser is started with stands in the list of processes, where others may read it. */
const openedLinkLifeMs = 60_000

export interface ServeChoice {
  /** A project to open at once. */
  readonly folder?: string
  /** 0 for any free one. */
  readonly port: number
  /** Whether to show it in the person's browser. */
  readonly open: boolean
  /** Whether links are printed as `{ "link" }`, for a program. */
  readonly json?: boolean
}

/** Runs until it is asked to stop. Prints the link alone on stdout; everything else goes to stderr. */
export async function runServe(choice: ServeChoice): Promise<void> {
  // Heard before anything is open, so that whatever opens is closed.
  const stop = hearStop()
  try {
    await serveUntil(stop.asked, choice)
  } finally {
    stop.release()
  }
}

async function serveUntil(stopped: Promise<void>, choice: ServeChoice): Promise<void> {
  const workbench = openWorkbench({
    userFolder: userFolder(),
    version,
    host: 'browser',
    spawnTrainer: forkTrainer,
    ...(choice.folder === undefined ? {} : { startFolder: path.resolve(choice.folder) }),
  })
  try {
    // What cannot be opened is said here, not by a page that somebody has to look at first.
    if (choice.folder !== undefined) await workbench.handlers['projects.open']({ folder: choice.folder })
    const server = await startServer(workbench, {
      port: choice.port,
      pageFolder: pageFolder(),
      onCrash: (error, command) => console.error(`${command}:`, error),
    })
    const printLink = (): void => console.log(choice.json ? JSON.stringify({ link: server.link() }) : server.link())
    try {
      printLink()
      if (choice.open) openBrowser(server.link(openedLinkLifeMs), () => console.error('No browser could be opened here: open the link above.'))
      const lines = hearEnter(printLink)
      await stopped
      lines?.close()
      for (const sentence of workbench.activity()) console.error(sentence)
    } finally {
      await server.close()
    }
  } finally {
    await workbench.close()
  }
}

/** Enter asks for another link, where there is somebody at a terminal. */
function hearEnter(another: () => void): Interface | undefined {
  if (!process.stdin.isTTY) return undefined
  console.error('Press Enter for another link, Ctrl+C to stop.')
  // A terminal that is closed fails to read; the signal that comes with it says what there is to say.
  return createInterface({ input: process.stdin })
    .on('line', another)
    .on('error', () => {})
}
