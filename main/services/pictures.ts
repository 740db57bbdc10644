/** Images as pixels that a page may show: decoded and encoded anew, small ones kept in the project's cache. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { temporaryName } from '../atomic.ts'
import type { Decoders } from '../importer/decoders.ts'
import { imageFile, type ImageFile } from '../store/imageFiles.ts'
import type { Picture, Workbench } from './context.ts'
import type { OpenProject, Projects } from './projects.ts'
import { trueFile } from './trueFile.ts'
import { turnstile } from './turnstile.ts'

const maxSides = { thumb: 192, large: 1600 } as const

export function openPictures(projects: Projects, decoders: Decoders): { readonly get: Workbench['picture'] } {
  // A page that scrolls asks for hundreds at a time; imports and runs wait for the same decoders.
  const taken = turnstile(decoders.count)
  const decoded = (image: ImageFile, maxSide: number): Promise<Uint8Array> => taken(async () => decoders.picture(await trueFile(image), maxSide))

  return {
    async get(projectId, imageId, size): Promise<Picture> {
      const project = projects.get(projectId)
      const image = imageFile(project.db, imageId)
      if (size === 'large') return webp(await decoded(image, maxSides.large))
      const name = thumbName(image)
      const cached = path.join(thumbsFolder(project), name.slice(0, 2), name)
      const kept = await readFile(cached).catch(() => undefined)
      if (kept && isWhole(kept)) return webp(kept)
      const bytes = await decoded(image, maxSides.thumb)
      await keep(project, name, cached, bytes)
      return webp(bytes)
    },
  }
}

/** By content: two images of the same bytes share one, and a changed image never shows an old one. */
function thumbName({ contentHash }: ImageFile): string {
  return `${Buffer.from(contentHash).toString('hex')}-${maxSides.thumb}.webp`
}

function thumbsFolder({ folder }: OpenProject): string {
  return path.join(folder, 'cache', 'thumbs')
}

/** Not flushed, as it can be made again: `isWhole` tells what a power loss has torn. */
async function keep({ folder }: OpenProject, name: string, cached: string, bytes: Uint8Array): Promise<void> {
  // Where leftovers are swept when the project opens.
  const temporary = temporaryName(path.join(folder, 'cache', name))
  try {
    await mkdir(path.dirname(cached), { recursive: true })
    await writeFile(temporary, bytes, { flag: 'wx' })
    await rename(temporary, cached)
  } catch {
    // A full or read-only disk costs time at the next look, not the picture.
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/** RIFF's header as WebP has it: `RIFF`, the number of bytes that follow, `WEBP`. */
function isWhole(bytes: Buffer): boolean {
  return bytes.length > 12 && bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.readUInt32LE(4) === bytes.length - 8 && bytes.toString('latin1', 8, 12) === 'WEBP'
}

function webp(bytes: Uint8Array): Picture {
  return { type: 'image/webp', bytes }
}
