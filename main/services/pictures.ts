/** Images as pixels that a page may show: decoded and encoded anew, small ones kept in the project's cache. */
import type { Decoders } from '../importer/decoders.ts'
import { imageFile, type ImageFile } from '../store/imageFiles.ts'
import { versionOf } from '../store/imageVersions.ts'
import type { Picture, Workbench } from './context.ts'
import type { Projects } from './projects.ts'
import { keepThumb, readThumb, thumbSide } from './thumbCache.ts'
import { isAsImported, trueFile } from './trueFile.ts'
import { turnstile } from './turnstile.ts'

const largeSide = 1600

export function openPictures(projects: Projects, decoders: Decoders): { readonly get: Workbench['picture'] } {
  // A page that scrolls asks for hundreds at a time; imports and runs wait for the same decoders.
  const taken = turnstile(decoders.count)
  const decoded = (image: ImageFile, maxSide: number, signal?: AbortSignal): Promise<Picture> =>
    taken(async () => {
      const file = await trueFile(image)
      const isKnown = await isAsImported(file, image).catch(() => false)
      return webp(await decoders.picture(file, maxSide), isKnown ? image.contentHash : null)
    }, signal)

  return {
    async get(projectId, imageId, size, signal): Promise<Picture> {
      const project = projects.get(projectId)
      const image = imageFile(project.db, imageId)
      if (size === 'large') return decoded(image, largeSide, signal)
      const kept = await readThumb(project, image.contentHash)
      if (kept) return webp(kept, image.contentHash)
      const picture = await decoded(image, thumbSide, signal)
      // A full or read-only disk costs time at the next look, not the picture.
      if (picture.version !== null) await keepThumb(project, image.contentHash, picture.bytes)
      return picture
    },
  }
}

function webp(bytes: Uint8Array, contentHash: Uint8Array | null): Picture {
  return { type: 'image/webp', bytes, version: contentHash && versionOf(contentHash) }
}
