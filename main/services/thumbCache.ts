/**
 * Thumbnails in the project's folder, named by content: two images of the same bytes share one, and a changed image never
 * shows an old one.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { temporaryName } from '../atomic.ts'
import { readPlainInTurns } from '../plainFile.ts'
import type { OpenProject } from './projects.ts'

type Place = Pick<OpenProject, 'folder'>

export const thumbSide = 192

const byteInHex = (byte: number): string => byte.toString(16).padStart(2, '0')
const thumbsFolder = ({ folder }: Place, firstByte: number): string => path.join(folder, 'cache', 'thumbs', byteInHex(firstByte))

export function thumbName(contentHash: Uint8Array): string {
  return `${Buffer.from(contentHash).toString('hex')}-${thumbSide}.webp`
}

/** Undefined where none is kept, or one that a power loss tore. */
export async function readThumb(place: Place, contentHash: Uint8Array): Promise<Uint8Array | undefined> {
  const kept = await readPlainInTurns(path.join(thumbsFolder(place, contentHash[0]!), thumbName(contentHash))).catch(() => undefined)
  return kept && isWhole(kept) ? kept : undefined
}

/** The names of those kept whose content hash begins so. */
export async function thumbsKept(place: Place, firstByte: number): Promise<Set<string>> {
  return new Set(await readdir(thumbsFolder(place, firstByte)).catch(() => []))
}

/**
 * Not flushed, as it can be made again: `isWhole` tells what a power loss has torn.
 * @returns whether it is kept: on a full or read-only disk it is not
 */
export async function keepThumb(place: Place, contentHash: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const name = thumbName(contentHash)
  const folder = thumbsFolder(place, contentHash[0]!)
  // Where leftovers are swept when the project opens.
  const temporary = temporaryName(path.join(place.folder, 'cache', name))
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, bytes, { flag: 'wx' })
    await rename(temporary, path.join(folder, name))
    return true
  } catch {
    await rm(temporary, { force: true }).catch(() => {})
    return false
  }
}

/** RIFF's header as WebP has it: `RIFF`, the number of bytes that follow, `WEBP`. */
function isWhole(bytes: Buffer): boolean {
  return bytes.length > 12 && bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.readUInt32LE(4) === bytes.length - 8 && bytes.toString('latin1', 8, 12) === 'WEBP'
}
