/** Lays out what electron-builder packs, and lists the hashes of what will lie outside the archive. */
import { createHash } from 'node:crypto'
import { constants, copyFileSync, createReadStream, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

/** @typedef {import('./contents.mjs').Piece} Piece */

/**
 * Makes `folder/app`, which becomes the archive, and `folder/resources`, which lies beside it.
 * @param {string} folder
 * @param {import('./contents.mjs').Contents} contents
 * @param {{ manifest: object, notices: string, slim?: (folder: string) => Promise<void> }} made the archive's package.json, the licences, and what makes TensorFlow's libraries smaller
 */
export async function stage(folder, contents, { manifest, notices, slim }) {
  rmSync(folder, { recursive: true, force: true })
  const app = path.join(folder, 'app')
  const resources = path.join(folder, 'resources')
  for (const piece of contents.app) copy(piece, app)
  for (const piece of contents.data) copy(piece, resources)
  for (const part of /** @type {const} */ (['decoder', 'onnx', 'tensorflow'])) for (const piece of contents[part]) copy(piece, path.join(resources, part))
  // Node asks the folders above a program for what kind it is: beside the package of somebody else it would hear of that.
  for (const part of ['decoder', 'onnx']) writeFileSync(path.join(resources, part, 'package.json'), '{ "type": "commonjs" }')
  await slim?.(path.join(resources, 'tensorflow'))
  const parts = {
    store: await hashes(app, contents.store.map(({ to }) => to)),
    decoder: await hashes(path.join(resources, 'decoder')),
    onnx: await hashes(path.join(resources, 'onnx')),
    tensorflow: await hashes(path.join(resources, 'tensorflow')),
  }
  writeFileSync(path.join(app, 'out', 'main', 'parts.json'), JSON.stringify(parts))
  writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest, null, 2))
  writeFileSync(path.join(resources, 'THIRD-PARTY-NOTICES.txt'), notices)
}

/** @param {Piece} piece @param {string} below */
function copy({ from, to, keep = () => true }, below) {
  if (!statSync(from).isDirectory()) return copyFile(from, path.join(below, to))
  for (const file of filesBelow(from).filter(keep)) copyFile(path.join(from, file), path.join(below, to, file))
}

/** @param {string} from @param {string} to */
function copyFile(from, to) {
  mkdirSync(path.dirname(to), { recursive: true })
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
}

/**
 * The SHA-256 of each file by its path in the folder.
 * @param {string} folder
 * @param {readonly string[]} files
 */
async function hashes(folder, files = filesBelow(folder)) {
  /** @type {Record<string, string>} */
  const found = {}
  for (const file of files) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(path.join(folder, file), { highWaterMark: 1 << 20 }), hash)
    found[file] = hash.digest('hex')
  }
  return found
}

/** Relative to the folder, with forward slashes; what links point to counts as what it is. @param {string} folder @returns {string[]} */
export function filesBelow(folder, inside = '') {
  return readdirSync(path.join(folder, inside))
    .sort()
    .flatMap((name) => {
      const file = path.posix.join(inside, name)
      return statSync(path.join(folder, file)).isDirectory() ? filesBelow(folder, file) : [file]
    })
}
