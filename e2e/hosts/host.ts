/** Where a journey happens: a window of the built workbench, and the way to end and start the program again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { findChromium, startBrowserHost } from './browser.ts'
import { findElectron, startElectronHost } from './electron.ts'

export interface Host {
  readonly page: Page
  /** Ends the program as its person would. */
  close(): Promise<void>
}

export interface Home {
  readonly folder: string
  /** A home, cache and user folder of the journey's own; TensorFlow's runtime is the shared one. */
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

export const kind = process.env['RIDE_JOURNEY_HOST'] === 'electron' ? 'electron' : 'browser'

export function makeHome(): Home {
  const folder = mkdtempSync(path.join(tmpdir(), 'ride-journey-'))
  const inherited = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && !/^(VITEST|NODE_OPTIONS|NODE_ENV)/.test(pair[0]))
  return {
    folder,
    environment: { XDG_CACHE_HOME: path.join(homedir(), '.cache'), ...Object.fromEntries(inherited), HOME: folder, RIDE_USER_DIR: path.join(folder, 'user'), XDG_CONFIG_HOME: path.join(folder, 'config') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The sentence that says why the journey cannot run here; undefined where it can. In CI nothing may be missing. */
export function missing(): string | undefined {
  const reason = kind === 'electron' ? findElectron().missing : findChromium().missing
  if (reason && process.env['CI']) throw new Error(reason)
  return reason
}

export function startHost(home: Home): Promise<Host> {
  return kind === 'electron' ? startElectronHost(home) : startBrowserHost(home)
}
