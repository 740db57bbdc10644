/** Images as pixels that a page may show: decoded and encoded anew, small ones kept in the project's cache. */
import { existsSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { writeAtomically } from '../atomic.ts'
import type { Decoders } from '../importer/decoders.ts'
import { imageFile } from '../store/images.ts'
import type { Picture, Workbench } from './context.ts'
import type { Projects } from './projects.ts'

const maxSides = { thumb: 192, large: 1600 } as const

export function openPictures(projects: Projects, decoders: Decoders): { readonly get: Workbench['picture'] } {
  return {
    async get(projectId, imageId, size): Promise<Picture> {
      const project = projects.get(projectId)
      const { file, contentHash } = imageFile(project.db, imageId)
      if (size === 'large') return webp(await decoded(decoders, file, maxSides.large))
      // Named by content: two images of the same bytes share one, and a changed image never shows an old one.
      const folder = path.join(project.folder, 'cache', 'thumbs', contentHash.slice(0, 2))
      const cached = path.join(folder, `${contentHash}-${maxSides.thumb}.webp`)
      const kept = await readFile(cached).catch(() => undefined)
      if (kept) return webp(kept)
      const bytes = await decoded(decoders, file, maxSides.thumb)
      try {
        mkdirSync(folder, { recursive: true })
        writeAtomically(cached, bytes)
      } catch {
        // A full or read-only disk costs time at the next look, not the picture.
      }
      return webp(bytes)
    },
  }
}

async function decoded(decoders: Decoders, file: string, maxSide: number): Promise<Uint8Array> {
  if (!existsSync(file)) throw new Failure('not-found', `${file} is gone. Bring the file back, or import its folder again.`)
  return decoders.picture(file, maxSide)
}

function webp(bytes: Uint8Array): Picture {
  return { type: 'image/webp', bytes }
}
