/** A runtime's list of files, and whether they are still what was installed. */
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * `path` is relative to the runtime's folder, with forward slashes.
 * @typedef {{ path: string, bytes: number, modifiedMs: number, sha256: string }} ManifestFile
 * @typedef {{ tensorflow: string, addon: string, variant: string, route: string, files: ManifestFile[] }} Manifest
 */

const manifestName = 'manifest.json'

/**
 * The SHA-256 of a file, which is on disk when it returns.
 * @param {string} file
 */
function hashAndFlush(file) {
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(4 << 20)
  const descriptor = openSync(file, 'r+')
  try {
    for (let bytes = readSync(descriptor, block); bytes > 0; bytes = readSync(descriptor, block)) hash.update(block.subarray(0, bytes))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  return hash.digest('hex')
}

/** @param {string} folder @returns {string[]} files below it, relative to it */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(path.join(folder, entry.name)).map((file) => path.posix.join(entry.name, file))
      : [entry.name],
  )
}

/**
 * Lists everything in the folder in its manifest.json and flushes it all to disk.
 * @param {string} folder
 * @param {Omit<Manifest, 'files'>} facts
 */
export function writeManifest(folder, facts) {
  const files = filesBelow(folder).map((file) => {
    const full = path.join(folder, file)
    const sha256 = hashAndFlush(full)
    const { size, mtimeMs } = statSync(full)
    return { path: file, bytes: size, modifiedMs: mtimeMs, sha256 }
  })
  const file = path.join(folder, manifestName)
  writeFileSync(file, `${JSON.stringify({ ...facts, files }, null, 2)}\n`)
  hashAndFlush(file)
}

/**
 * The manifest of an installed runtime, or null where there is none that can be read.
 * @param {string} folder
 * @returns {Manifest | null}
 */
export function readManifest(folder) {
  try {
    const manifest = JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8'))
    return Array.isArray(manifest?.files) && manifest.files.length > 0 ? manifest : null
  } catch {
    return null
  }
}

/**
 * Whether every file is there as the manifest has it. Files are read again only where their time changed, so that
 * the answer takes milliseconds.
 * @param {string} folder
 */
export function isWhole(folder) {
  const manifest = readManifest(folder)
  return manifest !== null && manifest.files.every((file) => isUnchanged(path.join(folder, file.path), file))
}

/** @param {string} file @param {ManifestFile} listed */
function isUnchanged(file, listed) {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined || found.size !== listed.bytes) return false
  return found.mtimeMs === listed.modifiedMs || hashAndFlush(file) === listed.sha256
}
