/** The TensorFlow runtime of this clone: which one it uses, and whether that one answers. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isLinked, linkRuntime, packageFolder } from '../../main/runtime/addon.mjs'
import { runtimeName, runtimesFolder, wantedVariant } from '../../main/runtime/cache.mjs'
import { choices, ensureRuntime, spaceNeeded } from '../../main/runtime/install.mjs'
import { isWhole } from '../../main/runtime/manifest.mjs'
import { SetupProblem } from '../../main/runtime/problem.mjs'
import { execute, lastWords } from '../../main/runtime/processes.mjs'
import { say } from '../../main/runtime/words.mjs'
import { nodeProgram } from './packages.mjs'

/** What was wanted, and the name of the runtime that answered. @typedef {{ wanted: string, runtime: string }} Stamp */

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'node_modules', '.ride-tensorflow.json')
}

/** @param {string} root @returns {Stamp | null} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8'))
  } catch {
    return null
  }
}

/** @param {string} root */
export function tensorflowIsReady(root) {
  const stamp = readStamp(root)
  if (stamp === null || stamp.wanted !== wantedVariant()) return false
  const runtime = path.join(runtimesFolder(), stamp.runtime)
  return isWhole(runtime) && isLinked(root, runtime)
}

/**
 * Where the runtime goes and the room that the smallest one takes meanwhile, or null where the cache has one already.
 * Whether a larger one that is better fits too is asked when its turn comes.
 */
export function tensorflowSpace() {
  const folder = runtimesFolder()
  const possible = choices(wantedVariant())
  if (possible.some(({ route, variant }) => isWhole(path.join(folder, runtimeName(route, variant))))) return null
  return { folder, bytes: Math.min(...possible.map(spaceNeeded)), what: 'installing TensorFlow', remedy: ' (or name another folder in RIDE_RUNTIME_DIR)' }
}

/** @param {string} root */
export async function installTensorflow(root) {
  const wanted = wantedVariant()
  const runtime = await ensureRuntime({ root, node: nodeProgram(root), wanted })
  linkRuntime(root, runtime)
  const addon = path.join(root, packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node')
  const probe = await execute(nodeProgram(root), [path.join(root, 'main', 'runtime', 'probe.mjs'), addon], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    timeoutMs: 120_000,
  })
  if (probe.code !== 0) throw new SetupProblem(`TensorFlow does not load on this machine (${lastWords(probe.output)}): remove ${runtime}, and run the command again.`)
  writeFileSync(stampFile(root), JSON.stringify({ wanted, runtime: path.basename(runtime) }))
  say(`TensorFlow: ready, from ${runtime}`)
}
