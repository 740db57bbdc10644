/** Puts a TensorFlow runtime into the user's cache: made under a temporary name, flushed, and only then renamed. */
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buildAddon, findCompiler } from './addon.mjs'
import { runtimeName, runtimesFolder } from './cache.mjs'
import { requireSpace } from './disk.mjs'
import { isWhole, readManifest, writeManifest } from './manifest.mjs'
import { ADDON_VERSION, PREBUILT_TENSORFLOW_VERSION, TENSORFLOW_VERSION, wheelSets } from './pins.mjs'
import { fetchPrebuilt } from './prebuilt.mjs'
import { SetupProblem } from './problem.mjs'
import { inWords, say, stage } from './words.mjs'
import { findPython, unpackWheels } from './wheels.mjs'

/**
 * @typedef {import('./cache.mjs').Route} Route
 * @typedef {import('./cache.mjs').Variant} Variant
 * @typedef {{ route: Route, variant: Variant }} Choice
 */

const dayMs = 24 * 60 * 60_000

/** The prebuilt libraries' peak on disk while installing: the archive's content twice. */
const prebuiltDiskBytes = 2.5e9

/**
 * What to try on this machine, best first. Linux prefers the wheels, whose TensorFlow is newer and finds the CUDA
 * libraries that come with it; elsewhere the npm package's own libraries come first.
 * @param {Variant} wanted
 * @returns {Choice[]}
 */
export function choices(wanted) {
  const supported = ['linux-x64', 'darwin-x64', 'darwin-arm64', 'win32-x64']
  const platform = `${process.platform}-${process.arch}`
  if (!supported.includes(platform))
    throw new SetupProblem(`TensorFlow's runtime is to be had for Linux x64, macOS and Windows x64, and this is ${platform}: use a machine of one of those kinds.`, { final: true })
  /** @type {Choice} */
  const prebuilt = { route: 'prebuilt', variant: 'cpu' }
  /** @type {Choice[]} */
  const wheels = (wanted === 'cuda' ? /** @type {const} */ (['cuda', 'cpu']) : /** @type {const} */ (['cpu']))
    .filter((variant) => `${variant}-${platform}` in wheelSets)
    .map((variant) => ({ route: 'wheel', variant }))
  return process.platform === 'linux' ? [...wheels, prebuilt] : [prebuilt, ...wheels]
}

/**
 * The folder of the best runtime for this machine, installed first where it is missing or damaged. Throws a
 * SetupProblem where no route leads to one.
 * @param {{ root: string, node: string, wanted: Variant }} options
 * @returns {Promise<string>}
 */
export async function ensureRuntime({ root, node, wanted }) {
  const home = runtimesFolder()
  /** @type {SetupProblem | undefined} */
  let first
  for (const choice of choices(wanted)) {
    const target = path.join(home, runtimeName(choice.route, choice.variant))
    if (isWhole(target)) return target
    if (first) say(`TensorFlow: trying ${choice.route === 'wheel' ? `the ${choice.variant} wheels` : "the npm package's own libraries"} instead.`)
    try {
      await install(choice, { root, node, home, target })
      if (first) say(`TensorFlow: what comes first on such a machine was not possible. ${first.message}`)
      return target
    } catch (error) {
      const problem = asProblem(error, home)
      if (problem.final) throw problem
      if (problem.lacksRoom) say(`TensorFlow: ${problem.message}`)
      // A smaller one may fit: where it fails, too, its own reason is the one to mend.
      if (first === undefined || first.lacksRoom) first = problem
    }
  }
  throw first ?? new SetupProblem('No TensorFlow runtime is known for this machine.')
}

/**
 * @param {Choice} choice
 * @param {{ root: string, node: string, home: string, target: string }} where
 */
async function install({ route, variant }, { root, node, home, target }) {
  const wheels = wheelSets[`${variant}-${process.platform}-${process.arch}`]
  const version = route === 'wheel' ? TENSORFLOW_VERSION : PREBUILT_TENSORFLOW_VERSION
  // What can be missing is asked for before anything is fetched.
  const tools = route === 'wheel' ? { python: await findPython(), compiler: findCompiler() } : null
  requireSpace([{ folder: home, bytes: spaceNeeded({ route, variant }), what: 'installing TensorFlow', remedy: ' (or name another folder in RIDE_RUNTIME_DIR)' }])
  mkdirSync(home, { recursive: true })
  sweep(home)
  const folder = path.join(home, `.installing-${os.hostname()}-${process.pid}-${randomUUID()}`)
  mkdirSync(folder)
  const discard = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', discard)
  if (tools === null) say("TensorFlow: the npm package's own libraries are pinned by no hash; nothing checks what is fetched beyond the connection itself (TLS).")
  const progress = stage(`TensorFlow ${version} (${variant})`, `installing into ${home}`)
  try {
    if (tools && wheels) {
      await unpackWheels(tools.python, wheels, folder, progress.update)
      progress.update('building the addon')
      await buildAddon(tools.compiler, root, folder)
    } else await fetchPrebuilt(node, root, folder)
    progress.update('checking')
    writeManifest(folder, { tensorflow: version, addon: ADDON_VERSION, variant, route })
    moveIntoPlace(folder, target)
    const bytes = readManifest(target)?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0
    progress.done(`${inWords(bytes)} installed in ${target}`)
  } catch (error) {
    progress.broken()
    throw error
  } finally {
    discard()
    process.removeListener('exit', discard)
  }
}

/**
 * Bytes on disk while a runtime is installed.
 * @param {Choice} choice
 */
export function spaceNeeded({ route, variant }) {
  const wheels = wheelSets[`${variant}-${process.platform}-${process.arch}`]
  return route === 'wheel' && wheels ? wheels.diskBytes : prebuiltDiskBytes
}

/**
 * Renames a finished runtime to its name. Where another set-up was first and its runtime is whole, that one stays.
 * @param {string} folder
 * @param {string} target
 */
export function moveIntoPlace(folder, target) {
  for (let attempt = 0; attempt < 3 && !isWhole(target); attempt++) {
    if (statSync(target, { throwIfNoEntry: false })) {
      const damaged = path.join(path.dirname(target), `.installing-${os.hostname()}-${process.pid}-${randomUUID()}`)
      renameSync(target, damaged)
      rmSync(damaged, { recursive: true, force: true })
    }
    try {
      renameSync(folder, target)
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(codeOf(error))) throw error
    }
  }
  if (!isWhole(target)) throw new SetupProblem(`TensorFlow could not be put at ${target}, as another program keeps changing it: end other set-ups and run the command again.`, { final: true })
  if (process.platform !== 'win32') flushFolder(path.dirname(target))
}

/** @param {string} folder */
function flushFolder(folder) {
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

/**
 * Removes what set-ups left that were killed: of this machine's dead processes, and of others after a day.
 * @param {string} home
 */
export function sweep(home) {
  for (const name of readdirSync(home)) {
    const owner = /^\.installing-(.*)-(\d+)-[0-9a-f]{8}-[0-9a-f-]{27}$/.exec(name)
    if (owner === null) continue
    const folder = path.join(home, name)
    const left = owner[1] === os.hostname() ? !isAlive(Number(owner[2])) : Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > dayMs
    if (left) rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** @param {unknown} error @returns {string} the system's code, or nothing */
function codeOf(error) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/**
 * @param {unknown} error
 * @param {string} home
 */
function asProblem(error, home) {
  if (error instanceof SetupProblem) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new SetupProblem(`The disk of ${home} is full: free some space (or name another folder in RIDE_RUNTIME_DIR), and run the command again.`, { final: true })
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) return new SetupProblem(`${home} cannot be written to (${code}): make it writable or name another folder in RIDE_RUNTIME_DIR, and run the command again.`, { final: true })
  throw error
}
