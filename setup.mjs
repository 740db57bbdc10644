#!/usr/bin/env node
/**
 * From a fresh clone to ready to run: setup.mjs start|test|ride|bench|bench:memory|bench:ui|package|ready [ARGUMENTS]
 *
 * Makes ready what is missing (packages, Node 24, the TensorFlow runtime, the build, Electron) and runs the target
 * on it. It runs on Node 20 with nothing but Node; where everything is ready it takes some milliseconds. All that
 * it says goes to stderr.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireSpace } from './main/runtime/disk.mjs'
import { SetupProblem } from './main/runtime/problem.mjs'
import { say } from './main/runtime/words.mjs'
import { buildBundle, bundleIsReady } from './scripts/setup/bundle.mjs'
import { electronFailedBefore, electronIsReady, fetchElectron, noWindowBecause } from './scripts/setup/electron.mjs'
import { alone } from './scripts/setup/lock.mjs'
import { installPackages, packagesAreReady, packagesBytes } from './scripts/setup/packages.mjs'
import { bench, benchMemory, benchUi, makePackage, ride, start, test } from './scripts/setup/targets.mjs'
import { installTensorflow, tensorflowIsReady, tensorflowSpace } from './scripts/setup/tensorflow.mjs'

const root = path.dirname(fileURLToPath(import.meta.url))
const [target = 'ready', ...args] = process.argv.slice(2)
/** What a command can do is told without what it does it with. */
const needsTensorflow = !(target === 'ride' && (args[0] === 'help' || args.some((word) => ['--help', '-h', '--version', '-V'].includes(word))))
const retryElectron = target === 'ready' && args.includes('--electron')

/** @type {Readonly<Record<string, (root: string, args: readonly string[]) => Promise<number>>>} */
const targets = {
  start,
  test,
  ride,
  bench,
  'bench:memory': benchMemory,
  'bench:ui': benchUi,
  package: makePackage,
  ready: async () => {
    say('Ready: npm start opens the workbench, npm test tests it.')
    return 0
  },
}

function checkNode() {
  const version = process.versions.node
  if (Number.parseInt(version, 10) >= 20) return
  throw new SetupProblem(`Node.js 20 or newer is needed, and this is ${version}: install a newer one from nodejs.org or your system's packages, and run the command again.`)
}

/** better-sqlite3's binary sets the floor. */
const oldestGlibc = 34

function checkSystem() {
  if (process.platform !== 'linux') return
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  if (Number(header.glibcVersionRuntime?.split('.')[1] ?? 0) >= oldestGlibc) return
  throw new SetupProblem(`This system has ${header.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : 'no glibc'}, and glibc 2.${oldestGlibc} or newer is needed: use Debian 12, Ubuntu 22.04, Fedora 35 or a newer one.`)
}

const hasTensorflow = () => !needsTensorflow || tensorflowIsReady(root)

function checkSpace() {
  const packages = packagesAreReady(root) ? null : { folder: root, bytes: packagesBytes, what: 'the npm packages' }
  const tensorflow = hasTensorflow() ? null : tensorflowSpace()
  requireSpace([packages, tensorflow].filter((need) => need !== null))
}

/** Electron is fetched only for a window, and not again by itself after a failure. */
function wantsElectron() {
  if (electronIsReady(root)) return false
  return retryElectron || ((target === 'start' || target === 'ready') && noWindowBecause() === null && !electronFailedBefore(root))
}

const isReady = () => packagesAreReady(root) && hasTensorflow() && bundleIsReady(root) && !wantsElectron()

async function makeReady() {
  checkSystem()
  checkSpace()
  if (!packagesAreReady(root)) await installPackages(root)
  if (!hasTensorflow()) await installTensorflow(root)
  if (!bundleIsReady(root)) await buildBundle(root)
  if (wantsElectron()) await fetchElectron(root)
}

try {
  checkNode()
  const run = targets[target]
  if (run === undefined) throw new SetupProblem(`There is no ${target}: name one of ${Object.keys(targets).join(', ')}.`)
  if (!isReady()) await alone(root, makeReady)
  process.exitCode = await run(root, args)
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error
  say(`Set-up cannot go on. ${error.message}`)
  process.exitCode = 1
}
