/**
 * A folder of class folders as a sequence of files. Only names and sizes are read; nothing but ordinary files is ever
 * opened, and each of them is told once.
 */
import type { BigIntStats } from 'node:fs'
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Split } from '../../shared/contract/common.ts'
import type { ClassFolders } from '../../shared/contract/images.ts'
import { Failure } from '../../shared/failure.ts'
import { notFound } from '../notFound.ts'
import { holdsImages, isOwnHidden } from './hidden.ts'

export interface FoundFile {
  readonly kind: 'file'
  /** Relative to the scanned folder, with forward slashes. */
  readonly path: string
  /** Absolute. */
  readonly file: string
  /** The folders between the scanned folder (or its split folder) and the file, joined by slashes, or the first of them, in Unicode's composed form; null where there are none. */
  readonly className: string | null
  /** Of the split folder that it lies in; null outside of one. */
  readonly split: Split | null
  readonly bytes: number
  readonly modifiedMs: number
}

export interface SkippedFile {
  readonly kind: 'skipped'
  readonly path: string
  readonly reason: string
}

/** What systems and programs leave in folders; never worth a word. */
const droppings = /^(\..*|Thumbs\.db|ehthumbs\.db|desktop\.ini|__MACOSX|@eaDir|Icon\r)$/i

const splitNames: Readonly<Record<string, Split>> = { train: 'train', training: 'train', val: 'val', valid: 'val', validation: 'val', test: 'test', testing: 'test' }

const maxClassName = 1024
/** Files looked at side by side: enough to hide a slow disk's latency. */
const lookahead = 64

/**
 * In the order of names, so that two scans of one folder tell the same.
 * @param excluded absolute folders to leave out
 * @param classFolders whether a folder in a class folder is a class of its own, or part of that class
 * @throws Failure `not-found`, `invalid-input`, `permission`
 */
export async function* scanFolder(folder: string, excluded: readonly string[] = [], classFolders: ClassFolders = 'nested'): AsyncGenerator<FoundFile | SkippedFile> {
  const root = await rootOf(folder)
  const links: string[] = []
  const seen = new Set<string>()
  const splitFolders = await splitFoldersOf(root)

  const told = (file: string, stats: BigIntStats): FoundFile | SkippedFile => {
    const relative = relativeTo(root, file)
    const folders = relative.split('/').slice(0, -1)
    const split = splitFolders.get(folders[0] ?? '') ?? null
    const ofClass = split ? folders.slice(1) : folders
    const className = (classFolders === 'outermost' ? ofClass.slice(0, 1) : ofClass).join('/').normalize('NFC')
    if (className.length > maxClassName) return skipped(relative, `The names of its folders have more than ${maxClassName} characters.`)
    // A file with one name needs no looking up.
    const identity = `${stats.dev}:${stats.ino}`
    if (seen.has(identity)) return skipped(relative, 'This is one more name of a file that is in this folder already.')
    if (stats.nlink > 1n) seen.add(identity)
    return { kind: 'file', path: relative, file, className: className || null, split, bytes: Number(stats.size), modifiedMs: Number(stats.mtimeNs) / 1e6 }
  }

  async function* walk(place: string): AsyncGenerator<FoundFile | SkippedFile> {
    let names: string[]
    let hidden: string[]
    try {
      const all = (await readdir(place)).sort()
      names = all.filter((name) => !droppings.test(name))
      hidden = all.filter(isOwnHidden)
    } catch (error) {
      if (place === root) throw new Failure('permission', `${root} cannot be listed (${codeOf(error)}).`)
      yield skipped(relativeTo(root, place), `The folder cannot be listed (${codeOf(error)}).`)
      return
    }
    for (const name of hidden) {
      const left = path.join(place, name)
      if (!excluded.includes(left) && (await holdsImages(left))) yield skipped(relativeTo(root, left), 'Its name begins with a dot, so the folder was left out with its images. Rename it to import them.')
    }
    for (let from = 0; from < names.length; from += lookahead) {
      const files = names.slice(from, from + lookahead).map((name) => path.join(place, name))
      const looked = await Promise.all(files.map((file) => lstat(file, { bigint: true }).catch(codeOf)))
      for (const [n, stats] of looked.entries()) {
        const file = files[n]!
        if (typeof stats === 'string') yield skipped(relativeTo(root, file), unseen(file, stats))
        else if (stats.isSymbolicLink()) links.push(file)
        else if (stats.isDirectory()) {
          if (!excluded.includes(file)) yield* walk(file)
        } else if (stats.isFile()) yield told(file, stats)
        else yield skipped(relativeTo(root, file), 'This is no ordinary file.')
      }
    }
  }

  yield* walk(root)
  // Last, so that a file is told under its own name before any link to it is looked at.
  for (const link of links) yield await followed(root, link, told, seen)
}

/** Links to files within the folder hold; those that lead outside, to folders, or nowhere do not. */
async function followed(root: string, link: string, told: (file: string, stats: BigIntStats) => FoundFile | SkippedFile, seen: Set<string>): Promise<FoundFile | SkippedFile> {
  const relative = relativeTo(root, link)
  let target: string
  let stats: BigIntStats
  try {
    target = await realpath(link)
    stats = await stat(link, { bigint: true })
  } catch {
    return skipped(relative, `The link leads nowhere (${await readlink(link).catch(codeOf)}).`)
  }
  const inside = relativeTo(root, target)
  if (inside === '..' || inside.startsWith('../') || path.isAbsolute(inside)) return skipped(relative, `The link leads out of the folder (${target}).`)
  if (stats.isDirectory()) return skipped(relative, 'Links to folders are not followed.')
  if (!stats.isFile()) return skipped(relative, 'This is no ordinary file.')
  const ownName = !inside.split('/').some((part) => droppings.test(part))
  if (ownName) return skipped(relative, 'This is one more name of a file that is in this folder already.')
  const found = told(link, stats)
  // What lies hidden is told under the first link to it only.
  if (found.kind === 'file') seen.add(`${stats.dev}:${stats.ino}`)
  return found
}

async function rootOf(folder: string): Promise<string> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw notFound(folder, error)
  })
  if (!(await stat(root)).isDirectory()) throw new Failure('invalid-input', `${folder} is a file. Expected a folder that holds one folder for each class.`)
  return root
}

/**
 * The root's split folders by name: none unless there are training images and others to measure by, and class folders in
 * the former, so that a class named `train` stays a class.
 */
async function splitFoldersOf(root: string): Promise<ReadonlyMap<string, Split>> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const found = new Map(entries.filter((entry) => entry.isDirectory() && Object.hasOwn(splitNames, entry.name.toLowerCase())).map((entry) => [entry.name, splitNames[entry.name.toLowerCase()]!]))
  const train = [...found].find(([, split]) => split === 'train')
  if (!train || new Set(found.values()).size < 2) return new Map()
  const inside = await readdir(path.join(root, train[0]), { withFileTypes: true }).catch(() => [])
  return inside.some((entry) => entry.isDirectory() && !droppings.test(entry.name)) ? found : new Map()
}

function skipped(relative: string, reason: string): SkippedFile {
  return { kind: 'skipped', path: relative, reason }
}

/** U+FFFD: Node's mark for bytes of a name that are not UTF-8; such a file cannot be named, so it cannot be opened. */
function unseen(file: string, code: string): string {
  return file.includes('\uFFFD') ? 'The name is not valid UTF-8. Rename the file.' : `The file cannot be looked at (${code}).`
}

/** With forward slashes, as paths of images are kept. */
export function relativeTo(root: string, file: string): string {
  const relative = path.relative(root, file)
  return path.sep === '/' ? relative : relative.split(path.sep).join('/')
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
