/** Where this run's journeys happen: in a browser on `serve`, or in Electron. */
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { findChromium, startBrowserHost } from './browser.ts'
import { findElectron, startElectronHost } from './electron.ts'
import type { Home, Host } from './home.ts'

export const hostKind = process.env['RIDE_JOURNEY_HOST'] === 'electron' ? 'electron' : 'browser'

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
  const reason = hostKind === 'electron' ? findElectron().missing : findChromium().missing
  if (reason && process.env['CI']) throw new Error(reason)
  return reason
}

export async function startHost(home: Home): Promise<Host> {
  const host = await (hostKind === 'electron' ? startElectronHost(home) : startBrowserHost(home))
  // Half of it is usual, which an import or a scoring beside the window can take on a busy machine.
  host.page.setDefaultTimeout(60_000)
  return host
}
