/** Electron's program, and whether a window can be opened with it here. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder } from '../../main/runtime/cache.mjs'
import { execute, lastWords } from '../../main/runtime/processes.mjs'
import { stage } from '../../main/runtime/words.mjs'
import { nodeProgram } from './packages.mjs'

const downloadTimeoutMs = 5 * 60_000

const platformPaths = /** @type {Readonly<Record<string, string>>} */ ({ darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' })

/** The program, whether it is there or not; ELECTRON_OVERRIDE_DIST_PATH moves it. @param {string} root */
export function electronProgram(root) {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] || path.join(root, 'node_modules', 'electron', 'dist')
  return path.resolve(folder, platformPaths[process.platform] ?? 'electron')
}

/** A download that is under way or was cut off has no version file yet. @param {string} root */
export function electronIsReady(root) {
  if (!existsSync(electronProgram(root))) return false
  return Boolean(process.env['ELECTRON_OVERRIDE_DIST_PATH']) || existsSync(path.join(root, 'node_modules', 'electron', 'path.txt'))
}

/**
 * Why no window can be opened on this machine, as a sentence, or null.
 * @param {NodeJS.ProcessEnv} environment
 */
export function noWindowBecause(environment = process.env) {
  if (process.platform !== 'linux') return null
  if (!environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return 'No display was found (DISPLAY and WAYLAND_DISPLAY are not set)'
  if (process.getuid?.() === 0) return "Electron's sandbox does not run as root (start as another user for a window)"
  return null
}

/**
 * Why Electron's sandbox would end it, as a sentence, or null: many Linux systems keep unprivileged programs from
 * making the namespaces that it is built from.
 * @param {string} root
 */
export function noSandboxBecause(root) {
  if (process.platform !== 'linux') return null
  const helper = path.join(path.dirname(electronProgram(root)), 'chrome-sandbox')
  const found = statSync(helper, { throwIfNoEntry: false })
  if (found?.uid === 0 && (found.mode & 0o4000) !== 0) return null
  const forbidden = setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' || setting('/proc/sys/kernel/unprivileged_userns_clone') === '0'
  return forbidden ? `Electron's sandbox is not allowed here (for a window: sudo chown root ${helper} && sudo chmod 4755 ${helper})` : null
}

/** @param {string} file */
function setting(file) {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

/** Of this version's failed download: no later start asks the network by itself. @param {string} root */
function failureStamp(root) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'))
  return path.join(cacheFolder(), `electron-${version}-not-reached`)
}

/** @param {string} root */
export function electronFailedBefore(root) {
  return existsSync(failureStamp(root))
}

/**
 * Fetches Electron's program. Returns whether it is there; a failure is remembered.
 * @param {string} root
 */
export async function fetchElectron(root) {
  const progress = stage('Electron', 'downloading its program (about 120 MB, at most five minutes)')
  const fetched = await execute(nodeProgram(root), [path.join(root, 'node_modules', 'electron', 'install.js')], { cwd: root, timeoutMs: downloadTimeoutMs })
  const stamp = failureStamp(root)
  if (fetched.code === 0 && electronIsReady(root)) {
    rmSync(stamp, { force: true })
    progress.done('ready')
    return true
  }
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, `${lastWords(fetched.output)}\n`)
  progress.done('its program could not be had, and is not tried again by itself: npm run setup -- --electron does')
  return false
}
