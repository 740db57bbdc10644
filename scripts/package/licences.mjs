/** The licences of everything in a package, less those that lie beside Electron and TensorFlow as files of their own. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { notices } from '../notices.mjs'
import { shippedPackages } from './contents.mjs'

/** The wheels' own list of what TensorFlow contains. @param {string} runtime */
export function ofTensorflow(runtime) {
  return path.join(runtime, 'tensorflow', 'THIRD_PARTY_NOTICES.txt')
}

/** @param {string} root @param {string} built what `build.mjs` built, with the licences of what it bundled */
export function licences(root, built) {
  const packages = shippedPackages(root)
  const modules = path.join(root, 'node_modules')
  const node = path.join(modules, 'node', 'node_modules')
  return [
    readFileSync(path.join(built, 'THIRD-PARTY-NOTICES.txt'), 'utf8'),
    notices(root, packages.map((folder) => path.join(folder, 'package.json'))),
    ...packages.filter((folder) => path.basename(folder).startsWith('sharp-libvips')).map((folder) => text(`What ${path.basename(folder)} contains`, path.join(folder, 'README.md'))),
    text('GNU Lesser General Public License', ...['LGPL-3.0.txt', 'GPL-3.0.txt'].map((name) => path.join(root, 'resources', 'licences', name))),
    ...(existsSync(node) ? readdirSync(node) : []).map((name) => path.join(node, name, 'LICENSE')).filter((file) => existsSync(file)).map((file) => text('Node.js', file)),
    text('TensorFlow (Apache-2.0); what it contains is listed beside it, in tensorflow/deps/lib', path.join(modules, 'sharp', 'LICENSE')),
  ].join(`\n\n${'-'.repeat(80)}\n\n`)
}

/** @param {string} title @param {readonly string[]} files */
function text(title, ...files) {
  return [title, ...files.map((file) => readFileSync(file, 'utf8').trim())].join('\n\n')
}
