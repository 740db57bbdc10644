import { existsSync } from 'node:fs'
import path from 'node:path'
import { _electron } from 'playwright-core'
import type { Home, Host } from './home.ts'

const root = path.resolve(import.meta.dirname, '../..')
const ownElectron = path.join(root, 'node_modules/electron/dist/electron')

/** `RIDE_TEST_ELECTRON` names a program that starts the app folder given to it; else the package's own download serves. */
export function findElectron(): { readonly file?: string; readonly app?: string; readonly missing?: string } {
  const named = process.env['RIDE_TEST_ELECTRON']
  if (process.platform === 'linux' && !process.env['DISPLAY']) return { missing: 'There is no display, so the Electron journey cannot run. Run it under xvfb-run.' }
  if (named !== undefined) {
    if (!existsSync(named)) return { missing: `RIDE_TEST_ELECTRON names ${named}, which does not exist.` }
    return { file: named, app: path.join(root, 'out/electron22') }
  }
  if (existsSync(ownElectron)) return { file: ownElectron, app: root }
  return { missing: 'No Electron was found, so the Electron journey cannot run. Run "npm start" once where its download can be reached, or name one in RIDE_TEST_ELECTRON.' }
}

export async function startElectronHost(home: Home): Promise<Host> {
  const { file, app } = findElectron()
  const program = await _electron.launch({ executablePath: file!, args: ['--disable-gpu', path.join(import.meta.dirname, 'heldBack.cjs'), app!], env: { ...home.environment }, timeout: 120_000 })
  const page = await program.firstWindow({ timeout: 60_000 })
  return { page, program, close: () => program.close() }
}
