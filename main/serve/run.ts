/** `ride serve`: the workbench in a browser, until it is told to stop. */
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pageFolder } from '../entries.ts'
import { openWorkbench } from '../services/index.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { userFolder } from '../userFolder.ts'
import { version } from '../version.ts'
import { openBrowser } from './browser.ts'
import { startServer } from './server.ts'

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

/** Runs until SIGINT or SIGTERM. Prints the link alone on stdout; everything else goes to stderr. */
export async function runServe(choice: ServeChoice): Promise<void> {
  const workbench = openWorkbench({
    userFolder: userFolder(),
    version,
    host: 'browser',
    spawnTrainer: forkTrainer,
    ...(choice.folder === undefined ? {} : { startFolder: path.resolve(choice.folder) }),
  })
  try {
    const server = await startServer(workbench, {
      port: choice.port,
      pageFolder: pageFolder(),
      onCrash: (error, command) => console.error(`${command}:`, error),
    })
    const printLink = (): void => console.log(choice.json ? JSON.stringify({ link: server.link() }) : server.link())
    try {
      printLink()
      if (choice.open && !(await openBrowser(server.link()))) console.error('No browser could be opened here: open the link above.')
      await untilTold(printLink)
      for (const sentence of workbench.activity()) console.error(sentence)
    } finally {
      await server.close()
    }
  } finally {
    await workbench.close()
  }
}

/** Enter asks for another link; a signal ends it. */
async function untilTold(another: () => void): Promise<void> {
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined
  lines?.on('line', another)
  if (lines) console.error('Press Enter for another link, Ctrl+C to stop.')
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    lines?.once('SIGINT', () => resolve())
  })
  lines?.close()
}
