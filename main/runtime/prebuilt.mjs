/** TensorFlow and the addon from where the npm package's own install script finds them. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { packageFolder } from './addon.mjs'
import { SetupProblem } from './problem.mjs'
import { execute, lastWords } from './processes.mjs'

/** A download of some 400 MB over a slow line; past it, the route counts as failed. */
const timeoutMs = 20 * 60_000

/**
 * Runs the npm package's install script and copies what it brings into `folder/tensorflow` and `folder/addon`.
 * @param {string} node a Node for the script
 * @param {string} root
 * @param {string} folder
 */
export async function fetchPrebuilt(node, root, folder) {
  const home = path.join(root, packageFolder)
  const bin = path.join(root, 'node_modules', '.bin')
  const script = await execute(node, [path.join('scripts', 'install.js'), 'gpu', 'download'], {
    cwd: home,
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
    timeoutMs,
  })
  const libraries = path.join(home, 'deps', 'lib')
  const addon = ['napi-v8', 'napi-v9', 'napi-v10'].map((name) => path.join(home, 'lib', name, 'tfjs_binding.node')).find((file) => existsSync(file))
  const fetched = script.code === 0 && addon !== undefined && existsSync(libraries) && readdirSync(libraries).some((name) => /tensorflow/.test(name))
  if (!fetched) {
    rmSync(path.join(home, 'deps'), { recursive: true, force: true })
    const unreachable = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH/.test(script.output) || script.code === null
    throw new SetupProblem(
      unreachable
        ? 'TensorFlow could not be fetched: the host of its prebuilt libraries was not reached; connect to the network and run the command again.'
        : `TensorFlow's prebuilt libraries could not be installed: ${lastWords(script.output)}.`,
    )
  }
  cpSync(libraries, path.join(folder, 'tensorflow'), { recursive: true, verbatimSymlinks: true })
  mkdirSync(path.join(folder, 'addon'))
  cpSync(addon, path.join(folder, 'addon', 'tfjs_binding.node'))
}
