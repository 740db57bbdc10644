import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import type { ImageFile } from '../store/imageFiles.ts'
import { isWithin } from './within.ts'

/**
 * Where an image lies, for whoever is about to open it. A project can come from a stranger, and a file can have become a
 * link since it was imported: nothing outside the image's source folder is ever opened in its name.
 * @throws Failure `not-found` where it is gone, `unreadable`
 */
export async function trueFile({ folder, path: relative }: Pick<ImageFile, 'folder' | 'path'>): Promise<string> {
  const file = path.join(folder, ...relative.split('/'))
  const [root, place] = await Promise.all([realpath(folder), realpath(file)]).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new Failure('not-found', `${file} is gone. Bring the file back, import its folder again, or say where the folder was moved.`)
    throw new Failure('unreadable', `${file} cannot be read (${error.code}).`)
  })
  if (!isWithin(root, place)) throw new Failure('unreadable', `${file} leads out of the folder that was imported (${place}), so it was not opened. Import the folder again.`)
  return place
}

/** Whether size and time of the file are those that its import saw. Rejects as `stat` does. */
export async function isAsImported(file: string, { bytes, modifiedMs }: Pick<ImageFile, 'bytes' | 'modifiedMs'>): Promise<boolean> {
  const { size, mtimeNs } = await stat(file, { bigint: true })
  return Number(size) === bytes && Number(mtimeNs) / 1e6 === modifiedMs
}
