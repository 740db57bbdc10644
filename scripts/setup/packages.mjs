/** The npm packages of the lock file, and Node 24 among them. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SetupProblem } from '../../main/runtime/problem.mjs'
import { execute, findProgram, lastWords } from '../../main/runtime/processes.mjs'
import { stage } from '../../main/runtime/words.mjs'

/** What node_modules takes on disk, with Node 24 in it. */
export const packagesBytes = 1e9

/** The packages whose own scripts are needed: Node fetches its program, esbuild checks its own. */
const withScripts = ['node', 'esbuild']

/** The Node that everything but set-up itself runs on. @param {string} root */
export function nodeProgram(root) {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'node_modules', '.ride-packages')
}

/** What node_modules must have been made from. @param {string} root */
function wantedStamp(root) {
  const lock = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex')
  return `${lock} ${process.platform}-${process.arch}\n`
}

/** @param {string} root */
export function packagesAreReady(root) {
  if (!existsSync(nodeProgram(root)) || !existsSync(stampFile(root))) return false
  return readFileSync(stampFile(root), 'utf8') === wantedStamp(root)
}

/** @param {string} root */
export async function installPackages(root) {
  const count = Object.keys(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages).length - 1
  const progress = stage('Packages', `installing from the lock file, which lists ${count} for all systems`)
  rmSync(stampFile(root), { force: true })
  try {
    await npm(root, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'])
    progress.update('fetching Node 24')
    await npm(root, ['rebuild', '--ignore-scripts=false', '--loglevel=error', ...withScripts])
    if (!existsSync(nodeProgram(root))) throw new SetupProblem('Node 24 could not be fetched as an npm package: check the network and npm config get registry, and run the command again.')
  } catch (error) {
    progress.broken()
    throw error
  }
  mkdirSync(path.dirname(stampFile(root)), { recursive: true })
  writeFileSync(stampFile(root), wantedStamp(root))
  progress.done('ready')
}

/**
 * @param {string} root
 * @param {string[]} args
 */
async function npm(root, args) {
  const [command, ...before] = npmCommand(root)
  const done = await execute(command, [...before, ...args], { cwd: root })
  if (done.code === 0) return
  throw explain(done.output)
}

/**
 * npm as it was called, on a Node outside node_modules, which npm is about to replace.
 * @param {string} root
 * @returns {[string, ...string[]]}
 */
function npmCommand(root) {
  const inside = path.join(root, 'node_modules')
  const outer = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !path.resolve(folder).startsWith(inside)).join(path.delimiter)
  const node = [process.env['npm_node_execpath'], process.execPath].find((file) => file && !file.startsWith(inside)) ?? findProgram(['node'], outer)
  const script = process.env['npm_execpath']
  if (node && script?.endsWith('.js') && existsSync(script)) return [node, script]
  const program = findProgram(['npm'], outer)
  if (program === null) throw new SetupProblem('npm was not found on the PATH: install Node.js 20 or newer with npm, and run the command again.')
  return [program]
}

/** npm's many words as one sentence with its remedy. @param {string} output */
function explain(output) {
  if (/ENOSPC/.test(output)) return new SetupProblem('The packages could not be installed: the disk is full; free some space and run the command again.')
  if (/ENOTCACHED|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(output))
    return new SetupProblem('The packages could not be fetched: npm reached no registry; connect to the network (or name one that can be reached: npm config set registry URL), and run the command again.')
  if (/EACCES|EPERM|EROFS/.test(output)) return new SetupProblem('The packages could not be written: the clone or the cache of npm belongs to another user or is read-only; make them writable and run the command again.')
  if (/in sync/.test(output)) return new SetupProblem('package.json and package-lock.json do not agree: run npm install --ignore-scripts, and run the command again.')
  if (/EINTEGRITY/.test(output)) return new SetupProblem('A package that npm fetched is not the one in the lock file (its hash differs): run npm cache clean --force, check npm config get registry, and run the command again.')
  return new SetupProblem(`npm could not install the packages: ${lastWords(output)}`)
}
