/** What a package holds: the programs of its archive, and the folders that lie beside it as files of the system's. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * A file or folder and where it goes. Of a folder the files that `keep` takes (all, where left out), by their path in it.
 * @typedef {{ from: string, to: string, keep?: (file: string) => boolean }} Piece
 * @typedef {Readonly<Record<'app' | 'store' | 'decoder' | 'onnx' | 'tensorflow' | 'data', readonly Piece[]>>} Contents
 */

/** Packages carry their sources and types too, which nothing loads. */
const loaded = /(^|\/)(package\.json|LICEN[CS]E[^/]*|NOTICE[^/]*|versions\.json|.+\.(c?js|node|so(\.[\d.]+)?|dylib|dll))$/i

/**
 * @param {{ root: string, built: string, runtime: string, platform: NodeJS.Platform, arch: string }} from `runtime` is of TensorFlow for the CPU
 * @returns {Contents}
 */
export function contents({ root, built, runtime, platform, arch }) {
  const modules = path.join(root, 'node_modules')
  /** @param {string} name @param {(file: string) => boolean} keep @returns {Piece} */
  const module = (name, keep = (file) => loaded.test(file) && !/^(src|install|test|deps)\//.test(file)) => ({ from: path.join(modules, name), to: `node_modules/${name}`, keep })
  const sqlite = `prebuilds/${platform}-${arch}.node`
  // Of its builds the program loads one: WebAssembly for the processor, under Node.
  const onnx = new Set(['package.json', 'dist/ort.node.min.js', 'dist/ort-wasm-simd-threaded.mjs', 'dist/ort-wasm-simd-threaded.wasm'])
  const isWindows = platform === 'win32'
  return {
    app: [
      ...['main', 'preload', 'trainer'].map((name) => ({ from: path.join(built, 'main', `${name}.cjs`), to: `out/main/${name}.cjs` })),
      { from: path.join(built, 'renderer'), to: 'out/renderer', keep: (file) => !file.endsWith('.map') },
      module('better-sqlite3', (file) => loaded.test(file) && /^(lib\/|package\.json$|LICENSE$)/.test(file)),
      { from: path.join(modules, 'better-sqlite3', sqlite), to: `node_modules/better-sqlite3/${sqlite}` },
    ],
    // Packed into the archive with the rest; electron-builder puts it beside it.
    store: [{ from: path.join(modules, 'better-sqlite3', sqlite), to: `node_modules/better-sqlite3/${sqlite}` }],
    decoder: [
      { from: path.join(built, 'main', 'decoder.cjs'), to: 'decoder.cjs' },
      ...withDependencies(modules, 'sharp').map((name) => module(name)),
      // Elsewhere it runs in a thread of Electron's.
      ...(platform === 'linux' ? [{ from: path.join(modules, 'node', 'bin', 'node'), to: 'node' }] : []),
    ],
    onnx: [module('onnxruntime-web', (file) => onnx.has(file)), module('onnxruntime-common', (file) => file === 'package.json' || /^dist\/cjs\/.*(\.js|package\.json)$/.test(file))],
    tensorflow: [
      { from: path.join(runtime, 'addon', 'tfjs_binding.node'), to: 'lib/napi-v8/tfjs_binding.node' },
      { from: path.join(runtime, 'tensorflow'), to: 'deps/lib', keep: (file) => !file.startsWith('include/') && !(isWindows && file === 'tensorflow.dll') },
      // Windows knows no run path: the library must lie beside the addon.
      ...(isWindows ? [{ from: path.join(runtime, 'tensorflow', 'tensorflow.dll'), to: 'lib/napi-v8/tensorflow.dll' }] : []),
    ],
    data: [
      { from: path.join(root, 'LICENSE'), to: 'LICENSE' },
      { from: path.join(root, 'THIRD-PARTY.md'), to: 'THIRD-PARTY.md' },
      ...sample(path.join(modules, 'emoji-datasource-google')),
    ],
  }
}

/** The packages whose code is shipped as it comes. @param {string} root */
export function shippedPackages(root) {
  const modules = path.join(root, 'node_modules')
  return ['better-sqlite3', 'onnxruntime-web', 'onnxruntime-common', '@tensorflow/tfjs-node-gpu', 'emoji-datasource-google', ...withDependencies(modules, 'sharp')].map((name) => path.join(modules, name))
}

/**
 * A package and all that it needs, as far as it is installed: what is optional is for one system each.
 * @param {string} modules
 * @param {string} name
 * @param {Set<string>} found
 */
function withDependencies(modules, name, found = new Set()) {
  const manifest = path.join(modules, name, 'package.json')
  if (found.has(name) || !existsSync(manifest)) return [...found]
  found.add(name)
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) withDependencies(modules, needed, found)
  return [...found]
}

/** The drawings that the sample shows, out of a package with ten times as many. @param {string} from @returns {Piece[]} */
function sample(from) {
  /** @type {{ image: string, has_img_google: boolean }[]} */
  const emoji = JSON.parse(readFileSync(path.join(from, 'emoji.json'), 'utf8'))
  const drawn = new Set(emoji.filter((one) => one.has_img_google).map(({ image }) => image))
  return [
    { from: path.join(from, 'emoji.json'), to: 'emoji-datasource-google/emoji.json' },
    { from: path.join(from, 'img', 'google', '64'), to: 'emoji-datasource-google/img/google/64', keep: (file) => drawn.has(file) },
  ]
}
