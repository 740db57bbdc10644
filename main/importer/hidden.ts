/** Folders whose names begin with a dot: never imported, and told of where images would be missed. */
import { lstat, opendir } from 'node:fs/promises'
import path from 'node:path'

/** What systems and tools keep beside people's files, images among it that nobody wants to import. */
const ownKeeping = /^\.(git|svn|hg|bzr|dvc|Trash.*|Spotlight-V100|fseventsd|TemporaryItems|DocumentRevisions-V100|AppleDouble|thumbnails|cache|ipynb_checkpoints|venv|idea|vscode)$/i
const imageNames = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|heic|heif|jxl)$/i

/** Entries looked at before a folder counts as one without images. */
const looksAt = 2000

/** Whether it is the name of a hidden folder, or file, that is no system's or tool's. `._` begins what macOS keeps about each file. */
export function isOwnHidden(name: string): boolean {
  return name.startsWith('.') && !name.startsWith('._') && !ownKeeping.test(name)
}

/** Whether leaving the folder out may surprise its person: something in it is named as an image. Links are not followed. */
export async function holdsImages(folder: string): Promise<boolean> {
  const waiting = (await isFolder(folder)) ? [folder] : []
  let left = looksAt
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    try {
      for await (const entry of await opendir(place)) {
        if (left-- === 0) return false
        if (entry.isDirectory()) waiting.push(path.join(place, entry.name))
        else if (imageNames.test(entry.name)) return true
      }
    } catch {
      // What cannot be listed is not missed.
      continue
    }
  }
  return false
}

async function isFolder(place: string): Promise<boolean> {
  return lstat(place).then((stats) => stats.isDirectory(), () => false)
}
