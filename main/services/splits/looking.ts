/** Looks at images that were imported before looks were kept. What it found stays, however it ends. */
import { Failure } from '../../../shared/failure.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { imageFiles, type ImageFile } from '../../store/imageFiles.ts'
import { saveSeen, unseenCount, unseenImages, type Seen } from '../../store/splits.ts'
import { inLanes } from '../lanes.ts'
import type { OpenProject } from '../projects.ts'
import { trueFile } from '../trueFile.ts'

const batch = 256

export interface Looking {
  readonly decoders: Decoders
  readonly signal: AbortSignal
  onProgress(done: number, total: number): void
  /** Something is on disk that was not there. */
  onSaved(): void
}

/** Files that are gone, changed or damaged stay unseen. @throws Failure `cancelled` */
export async function lookAtUnseen({ db }: OpenProject, { decoders, signal, onProgress, onSaved }: Looking): Promise<void> {
  const total = unseenCount(db)
  let done = 0
  for (let after = 0; ; ) {
    const ids = unseenImages(db, after, batch)
    if (ids.length === 0) return
    after = ids.at(-1)!
    const seen: Seen[] = []
    await inLanes(decoders.count, imageFiles(db, ids), async (file) => {
      if (signal.aborted) return
      const found = await lookedAt(file, decoders)
      if (found) seen.push(found)
      onProgress((done += 1), total)
    })
    saveSeen(db, seen)
    if (seen.length > 0) onSaved()
    if (signal.aborted) throw new Failure('cancelled', 'It was cancelled; the images that were looked at so far need not be looked at again.')
  }
}

async function lookedAt(file: ImageFile, decoders: Decoders): Promise<Seen | undefined> {
  try {
    const { hash, takenAt, camera, look, tone } = await decoders.inspect(await trueFile(file))
    return Buffer.compare(hash, file.contentHash) === 0 ? { imageId: file.imageId, takenAt, camera, look, tone } : undefined
  } catch (error) {
    if (error instanceof Failure && (error.code === 'unreadable' || error.code === 'not-found')) return undefined
    throw error
  }
}
