/** The Electron that a package is made of. */
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createPackageWithOptions } from '@electron/asar'
import { SetupProblem } from '../../main/runtime/problem.mjs'

/**
 * `isStandIn`: an Electron for tests that fills in for a current one. It starts with a program of its own in
 * `resources/app`, which starts the one named on the command line, and its binary is `electron.bin`.
 * @typedef {{ folder: string, version: string, isOld: boolean, isStandIn: boolean }} LocalElectron
 * @typedef {import('electron-builder').AfterPackContext} PackContext
 */

/** The major version whose syntax `build.mjs` builds for. */
const current = 40

/** The first major version that knows this fuse. */
const knowsFileProtocolFuse = 29

/** @param {string} folder as RIDE_ELECTRON_DIST names it @returns {LocalElectron} */
export function localElectron(folder) {
  const isStandIn = existsSync(path.join(folder, 'electron.bin')) && existsSync(path.join(folder, 'resources', 'app', 'package.json'))
  const binary = ['electron.bin', 'electron', 'electron.exe', 'Electron.app'].map((name) => path.join(folder, name)).find((file) => existsSync(file))
  if (binary === undefined) throw new SetupProblem(`RIDE_ELECTRON_DIST names ${folder}, and there is no Electron in it: name the folder that holds its program, or leave the variable out to have one downloaded.`)
  const file = path.join(folder, 'version')
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : versionInside(binary)
  if (version === undefined) throw new SetupProblem(`The version of the Electron in ${folder} cannot be told: write it into a file named version there.`)
  return { folder, version, isOld: Number.parseInt(version, 10) < current, isStandIn }
}

/** Every Electron says its version to the servers that it asks. @param {string} binary */
function versionInside(binary) {
  const block = Buffer.allocUnsafe(8 << 20)
  const descriptor = openSync(binary, 'r')
  try {
    let tail = ''
    for (let bytes = readSync(descriptor, block); bytes > 0; bytes = readSync(descriptor, block)) {
      const text = tail + block.toString('latin1', 0, bytes)
      const found = /Electron\/(\d+\.\d+\.\d+)/.exec(text)?.[1]
      if (found !== undefined) return found
      tail = text.slice(-64)
    }
  } finally {
    closeSync(descriptor)
  }
  return undefined
}

/** What of electron-builder.yml differs for an Electron at hand. @param {LocalElectron} electron @returns {import('electron-builder').Configuration} */
export function configFor({ folder, version, isStandIn }) {
  /** @param {PackContext} context */
  const afterPack = async (context) => {
    // electron-builder refuses to set what this Electron does not know; read anew for each package, the wishes are changed here alone.
    if (Number.parseInt(version, 10) < knowsFileProtocolFuse) Object.assign(context.packager.config.electronFuses ?? {}, { grantFileProtocolExtraPrivileges: null })
    if (isStandIn) await arrangeStandIn(context)
  }
  return { electronDist: folder, electronVersion: version, afterPack, ...(isStandIn && { disableSanityCheckAsar: true }) }
}

/**
 * Puts the stand-in's own program where the fuses let one be loaded from, and the product beside it.
 * @param {PackContext} context
 */
async function arrangeStandIn({ appOutDir, packager: { config } }) {
  const at = /** @param {string} name */ (name) => path.join(appOutDir, 'resources', name)
  renameSync(path.join(appOutDir, 'electron.bin'), path.join(appOutDir, config.linux?.executableName ?? 'electron'))
  for (const ending of ['', '.unpacked']) renameSync(at(`app.asar${ending}`), at(`product.asar${ending}`))
  await createPackageWithOptions(at('app'), at('app.asar'), { unpack: '**/*.node' })
  rmSync(at('app'), { recursive: true })
  // What is left of the package that it came from.
  for (const left of [path.join(appOutDir, '.DirIcon'), at('app-update.yml')]) rmSync(left, { force: true })
}
