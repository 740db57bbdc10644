/** What a full, forbidden or broken disk makes of a command. */
import { Failure } from '../../shared/failure.ts'
import type { Db } from '../store/db.ts'

/** What the file system or the database refused, as a Failure that begins with `what`; anything else unchanged. */
export function diskFailure(error: unknown, what: string): unknown {
  const { code } = error as { readonly code?: unknown }
  if (error instanceof Failure || typeof code !== 'string') return error
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return new Failure('disk', `${what}: the disk is full. Free some space and try again.`)
  // FAT ends a file at 4 GB, and an administrator may end it earlier.
  if (code === 'EFBIG') return new Failure('disk', `${what}: a file became larger than the disk's format or a limit of the system allows. Choose smaller images, or another disk.`)
  if (code === 'SQLITE_READONLY') return onlyRead(what)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || /^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code)) {
    return new Failure('permission', `${what}: writing is not allowed there (${code}). Expected a folder that you may write to: check its permissions and try again.`)
  }
  if (code === 'EIO' || code.startsWith('SQLITE_IOERR')) return new Failure('disk', `${what}: the disk reported an error (${code}). Check the disk and try again.`)
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new Failure('damaged', `${what}: the project's file is damaged (${code}). Close the project and rescue it: what can be read of it is kept.`)
  if (code.startsWith('SQLITE_BUSY')) return new Failure('busy', `${what}: another program is writing to the project. Try again in a moment.`)
  return error
}

/**
 * Before work that takes its time: what it comes to could not be kept.
 * @throws Failure `permission`
 */
export function refuseReadOnly({ db }: { readonly db: Db }, what: string): void {
  if (db.readonly) throw onlyRead(what)
}

function onlyRead(what: string): Failure {
  return new Failure('permission', `${what}: the project may only be read, as its folder or file may not be written to. Copy the folder to a place of your own, allow the copy to be written to, and open it.`)
}

/** What `work` answers; what the disk refused of it is a Failure that begins with `what`. */
export function saving<Result>(what: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw diskFailure(error, what)
  }
}

/** The same of what takes its time. */
export async function savingAll<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw diskFailure(error, what)
  }
}

/** The handlers, where whatever a disk refused rejects as a Failure, also from a handler that has no better words for it. */
export function sayingDiskFailures<All extends Readonly<Record<string, (input: never) => unknown>>>(handlers: All): All {
  const saying = Object.entries(handlers).map(([command, handle]) => [
    command,
    async (input: never): Promise<unknown> => {
      try {
        return await handle(input)
      } catch (error) {
        throw diskFailure(error, 'This was not done')
      }
    },
  ])
  return Object.fromEntries(saying) as All
}
