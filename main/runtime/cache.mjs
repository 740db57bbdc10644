/**
 * The folder of a user's runtimes, shared by all clones:
 *
 *     <cache>/ride-workbench/tensorflow-2.21.0-cpu-linux-x64-addon-4.22.0/
 *       tensorflow/     libtensorflow_cc.so.2, libtensorflow_framework.so.2
 *       nvidia/         CUDA's libraries, beside it where the wheels' run paths look for them
 *       addon/          tfjs_binding.node
 *       manifest.json   every file with its size, time and SHA-256
 */
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ADDON_VERSION, PREBUILT_TENSORFLOW_VERSION, TENSORFLOW_VERSION } from './pins.mjs'

/**
 * `wheel` takes TensorFlow from the Python wheels and builds the addon here; `prebuilt` takes both from where the npm
 * package's own install script finds them.
 * @typedef {'wheel' | 'prebuilt'} Route
 * @typedef {'cpu' | 'cuda'} Variant
 */

/** Where the program keeps what can be fetched again; made by whoever writes there. */
export function cacheFolder(environment = process.env, platform = process.platform, home = os.homedir()) {
  if (platform === 'win32') return path.join(environment['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), 'ride-workbench')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'ride-workbench')
  const xdg = environment['XDG_CACHE_HOME'] ?? ''
  return path.join(path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'ride-workbench')
}

/** The folder that holds one folder a runtime; RIDE_RUNTIME_DIR moves it. */
export function runtimesFolder(environment = process.env) {
  const moved = environment['RIDE_RUNTIME_DIR']
  return moved ? path.resolve(moved) : cacheFolder(environment)
}

/**
 * @param {Route} route
 * @param {Variant} variant
 */
export function runtimeName(route, variant) {
  const version = route === 'wheel' ? `${TENSORFLOW_VERSION}-${variant}` : `${PREBUILT_TENSORFLOW_VERSION}-prebuilt`
  return `tensorflow-${version}-${process.platform}-${process.arch}-addon-${ADDON_VERSION}`
}

/**
 * CUDA's build where an NVIDIA driver is loaded; RIDE_RUNTIME_VARIANT=cpu or cuda decides instead.
 * @returns {Variant}
 */
export function wantedVariant(environment = process.env) {
  const chosen = environment['RIDE_RUNTIME_VARIANT']
  if (chosen === 'cpu' || chosen === 'cuda') return chosen
  return process.platform === 'linux' && existsSync('/proc/driver/nvidia/version') ? 'cuda' : 'cpu'
}
