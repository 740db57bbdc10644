/** The npm package's addon, built against the wheels' TensorFlow, and where the package looks for both. */
import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { SetupProblem } from './problem.mjs'
import { execute, findProgram, lastWords } from './processes.mjs'

/** The program's npm package that binds TensorFlow, and the file in it that Node loads. */
export const packageFolder = path.join('node_modules', '@tensorflow', 'tfjs-node-gpu')
const addonFolder = path.join('lib', 'napi-v8')
const addonName = 'tfjs_binding.node'

/** A C++ compiler (CXX names another), or a SetupProblem that says what to install. */
export function findCompiler(environment = process.env) {
  const compiler = findProgram([environment['CXX'] ?? '', 'g++', 'clang++', 'c++'].filter((name) => name !== ''), environment['PATH'])
  if (compiler !== null) return compiler
  const remedy = process.platform === 'darwin' ? 'run xcode-select --install' : 'install g++ (on Debian and Ubuntu: apt-get install g++; on Fedora: dnf install gcc-c++)'
  throw new SetupProblem(`No C++ compiler was found, and TensorFlow's addon is built with one: ${remedy}, and run the command again.`)
}

/**
 * Builds `folder/addon/tfjs_binding.node` against `folder/tensorflow`, whose headers are not needed afterwards.
 * @param {string} compiler
 * @param {string} root
 * @param {string} folder
 */
export async function buildAddon(compiler, root, folder) {
  const tensorflow = path.join(folder, 'tensorflow')
  const sources = path.join(root, packageFolder, 'binding')
  const mac = process.platform === 'darwin'
  const libraries = ['libtensorflow_cc', 'libtensorflow_framework'].map((name) => path.join(tensorflow, mac ? `${name}.2.dylib` : `${name}.so.2`))
  mkdirSync(path.join(folder, 'addon'))
  const flags = mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']
  const includes = [path.join(tensorflow, 'include'), path.join(root, 'node_modules', 'node-api-headers', 'include')]
  const built = await execute(compiler, [
    '-O2',
    '-std=c++17',
    '-fPIC',
    '-DNAPI_VERSION=8',
    ...flags,
    ...includes.map((include) => `-I${include}`),
    path.join(sources, 'tfjs_backend.cc'),
    path.join(sources, 'tfjs_binding.cc'),
    '-o',
    path.join(folder, 'addon', addonName),
    ...libraries,
    `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../../deps/lib`,
  ])
  if (built.code !== 0)
    throw new SetupProblem(`${compiler} could not build TensorFlow's addon (${lastWords(built.output)}): install a g++ or clang++ that knows C++17 with its standard library, and run the command again.`)
  rmSync(path.join(tensorflow, 'include'), { recursive: true })
}

/**
 * Makes the npm package of a clone use an installed runtime; nothing is written where it does already.
 * @param {string} root
 * @param {string} runtime
 */
export function linkRuntime(root, runtime) {
  if (isLinked(root, runtime)) return
  const home = path.join(root, packageFolder)
  mkdirSync(path.join(home, 'deps'), { recursive: true })
  mkdirSync(path.join(home, addonFolder), { recursive: true })
  const link = path.join(home, 'deps', 'lib')
  rmSync(link, { recursive: true, force: true })
  symlinkSync(path.join(runtime, 'tensorflow'), link, 'junction')
  place(path.join(runtime, 'addon', addonName), path.join(home, addonFolder, addonName))
  // Windows knows no run path: the library must lie beside the addon.
  const library = path.join(runtime, 'tensorflow', 'tensorflow.dll')
  if (process.platform === 'win32' && existsSync(library)) place(library, path.join(home, addonFolder, 'tensorflow.dll'))
}

/** @param {string} from @param {string} to */
function place(from, to) {
  const temporary = `${to}.tmp-${process.pid}`
  copyFileSync(from, temporary)
  renameSync(temporary, to)
}

/**
 * Whether the npm package of a clone uses this runtime.
 * @param {string} root
 * @param {string} runtime
 */
export function isLinked(root, runtime) {
  const home = path.join(root, packageFolder)
  const link = path.join(home, 'deps', 'lib')
  const addon = path.join(home, addonFolder, addonName)
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true || !existsSync(addon)) return false
  return path.resolve(readlinkSync(link)) === path.join(runtime, 'tensorflow') && readFileSync(addon).equals(readFileSync(path.join(runtime, 'addon', addonName)))
}
