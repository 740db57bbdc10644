/** What main holds of an open project's images: columns that are kept up to date, and parts of lists that are kept while they hold. */
import type { Db } from '../store/db.ts'
import { catchUp, readImageColumns, type ImageColumns } from '../store/imageColumns.ts'
import { newestStep } from '../store/journal.ts'
import { foreignVersion } from '../store/stamps.ts'
import { inTurns, refuseCancelled } from '../turns.ts'
import { keptParts, type KeptParts } from './keptParts.ts'
import { turnstile } from './turnstile.ts'

export interface HeldImages {
  /** The project's, as long as it does not close. @throws Failure `cancelled` where it does */
  readonly db: Db
  /** Says that the project closes. */
  readonly signal: AbortSignal
  readonly parts: KeptParts
  /** Up to date with the newest step, the first time after they were read. @throws Failure `cancelled` where the project closes: whoever waited asks for them anew */
  columns(): Promise<HeldColumns>
  /** Another one whenever something may have changed that no step of the journal tells of: of images, or of what the run answered. @throws Failure `cancelled` */
  stamp(runId?: number): string
  answersChanged(runId: number): void
  /** Something may have changed that no step of the journal tells of. */
  imagesChanged(): void
}

export interface HeldColumns extends ImageColumns {
  /** Which reading of them it was: steps are counted on within one. */
  readonly reading: number
}

/** Of a million images: names take some 25 to 60 MB, what a run answered 6, an order or a long list 4. */
const bytesKept = 160 * 2 ** 20
/** Images that change all the time, as while they are imported, are answered as they were read at last. */
export const mostReadings = 3

/** What the names depend on is in their stamp: images are added, and never renamed. */
export const namesKey = 'names'

export function holdImages(db: Db, signal: AbortSignal): HeldImages {
  const parts = keptParts(bytesKept)
  const answered = new Map<number, number>()
  /** Steps are taken over by one at a time. */
  const inTurn = turnstile(1)
  let reading: Promise<HeldColumns> | undefined
  /** How often images may have become others. */
  let changes = 0
  let foreign = foreignVersion(db)

  const imagesChanged = (): void => {
    reading = undefined
    changes += 1
    parts.drop([namesKey])
  }
  const noticeOthers = (): void => {
    const now = foreignVersion(openDb())
    if (now !== foreign) imagesChanged()
    foreign = now
  }
  const openDb = (): Db => {
    refuseCancelled(signal)
    return db
  }
  const read = (): Promise<HeldColumns> => {
    const ofNow = { reading: changes }
    const begun = inTurns(readImageColumns(db), signal).then((columns) => Object.assign(columns, ofNow))
    begun.catch(() => {
      if (reading === begun) reading = undefined
    })
    return begun
  }

  return {
    get db() {
      return openDb()
    },
    signal,
    parts,
    async columns() {
      for (let readings = 0; ; ) {
        noticeOthers()
        if (!reading) readings += 1
        const begun = (reading ??= read())
        const columns = await begun
        if (reading !== begun && readings < mostReadings) continue
        if (columns.step === newestStep(openDb())) return columns
        await inTurn(() => inTurns(catchUp(db, columns), signal))
      }
    },
    stamp(runId) {
      noticeOthers()
      return `${changes} ${runId === undefined ? '' : (answered.get(runId) ?? 0)}`
    },
    answersChanged(runId) {
      answered.set(runId, (answered.get(runId) ?? 0) + 1)
    },
    imagesChanged,
  }
}
