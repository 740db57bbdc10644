/** Opens a project's database the one way that is safe, or leaves the file as it is and says why. */
import Database from 'better-sqlite3'
import { accessSync, closeSync, constants, existsSync, readSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { renameDurably, temporaryName } from '../atomic.ts'
import { openPlain } from '../plainFile.ts'
import { migrate, newer, newestVersion, formatOf } from './migrate.ts'
import { finishUnfinished, type Db } from './db.ts'
import { strangeEntry } from './schema.ts'

export const projectFile = 'project.sqlite'

/** 64 MiB, given in KiB: a million images and their indexes are walked through again and again, and SQLite's own 2 MiB hold a hundredth of them. */
export const cacheSize = 'cache_size = -65536'

/** "RIDE" in ASCII: tells a project's database from every other SQLite file. */
const applicationId = 0x52494445

/**
 * Makes the database of a new project, filled by `fill`; it gets its name only when whole.
 * @throws Failure `already-exists`
 */
export function createStore(folder: string, fill: (db: Db) => void): void {
  const file = path.join(folder, projectFile)
  if (existsSync(file)) throw new Failure('already-exists', `${folder} holds a project already. Open it, or pick another folder.`)
  const temporary = temporaryName(file)
  translated(file, 'made', () => {
    try {
      const db = new Database(temporary)
      try {
        db.pragma(`application_id = ${applicationId}`)
        migrate(db, path.join(folder, 'backups'))
        fill(db)
      } finally {
        db.close()
      }
      renameDurably(temporary, file)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  })
}

/**
 * Holds every index against its table too, which takes several times as long as what is checked before a project opens.
 * @throws Failure as `openStore` does
 */
export function checkThoroughly(folder: string): void {
  const file = path.join(folder, projectFile)
  const { hadLog } = check(file, 'integrity_check')
  if (!hadLog) dropEmptyLog(file)
}

/**
 * By a read-only connection, so that a file that is refused keeps its bytes. Where it had no log, an empty one lies beside it afterwards.
 * @param named the file that a person knows, in what is said to them
 */
function check(file: string, how: 'quick_check' | 'integrity_check', named = file): { readonly hadLog: boolean } {
  checkHeader(file, named)
  const hadLog = existsSync(`${file}-wal`)
  translated(named, 'opened', () => {
    for (const written of [path.dirname(file), file]) accessSync(written, constants.W_OK)
    const probe = new Database(file, { readonly: true, fileMustExist: true })
    try {
      checkContent(probe, named, how)
    } catch (error) {
      probe.close()
      if (!hadLog) dropEmptyLog(file)
      throw error
    } finally {
      probe.close()
    }
  })
  return { hadLog }
}

/**
 * Checks the file before any connection that may write, so that a file that is refused keeps its bytes.
 * @param named the file that a person knows, where this one is a copy of it
 * @throws Failure `not-found`, `not-a-project`, `newer-version`, `damaged`, `permission`
 */
export function openStore(folder: string, named = path.join(folder, projectFile)): Db {
  const file = path.join(folder, projectFile)
  check(file, 'quick_check', named)
  return configured(file, named, (db) => migrate(db, path.join(folder, 'backups')))
}

/**
 * A private copy of a project's database, brought to the newest format and from then on only read.
 * @param named the file that it is a copy of
 * @param prepare what is written into it before
 * @throws Failure as `openStore` does, about that file
 */
export function openCopy(folder: string, named: string, prepare: (db: Db) => void): Db {
  const db = openStore(folder, named)
  try {
    prepare(db)
  } finally {
    closeStore(db)
  }
  return configured(path.join(folder, projectFile), named, () => {}, { readonly: true })
}

/**
 * Looks at the first bytes alone.
 * @throws Failure `not-a-project`, `newer-version`, `permission` where it cannot be read
 */
export function checkHead(folder: string): void {
  const file = path.join(folder, projectFile)
  checkHeader(file, file)
}

/**
 * Keeps every other program, and every other connection, from the file until `release` is called; the log goes into the file then.
 * Where damage keeps even SQLite from it, nobody else can have it open.
 * @throws Failure `busy` where it is open already
 */
export function holdAlone(folder: string): { release(): void } {
  const file = path.join(folder, projectFile)
  return translated(file, 'opened', () => {
    const db = new Database(file, { fileMustExist: true, timeout: 0 })
    try {
      // Without memory that is shared with others, which a connection that is alone needs none of, the file itself is locked.
      db.pragma('locking_mode = EXCLUSIVE')
      db.prepare('SELECT count(*) FROM sqlite_schema').get()
    } catch (error) {
      if (String((error as { readonly code?: unknown }).code).startsWith('SQLITE_BUSY')) {
        db.close()
        throw error
      }
    }
    return { release: () => void db.close() }
  })
}

/** A second connection to the file of an open project, set up as the first. */
export function openBeside(db: Db): Db {
  return configured(db.name, db.name, () => {}, { readonly: db.readonly })
}

function configured(file: string, named: string, prepare: (db: Db) => void, { readonly = false } = {}): Db {
  return translated(named, 'opened', () => {
    const db = new Database(file, { fileMustExist: true, readonly })
    try {
      configure(db, named)
      prepare(db)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** Leaves one file without a log beside it; closed also where that throws, with all that was saved in the log. */
export function closeStore(db: Db): void {
  if (!db.open) return
  finishUnfinished(db)
  try {
    if (!db.readonly) db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}

/**
 * Takes away the empty log that looking at the file left beside it. Only SQLite knows whether another program uses it by
 * now, and only a connection that may write takes it away when it closes.
 */
function dropEmptyLog(file: string): void {
  try {
    const db = new Database(file, { fileMustExist: true })
    try {
      db.pragma('schema_version')
    } finally {
      db.close()
    }
  } catch {
    // What was refused cannot be read even so far: the empty log stays, and does no harm.
  }
}

function configure(db: Db, file: string): void {
  const sqlite = db.prepare('SELECT sqlite_version()').pluck().get() as string
  // Older versions can lose a committed transaction when the log is reset.
  if (isOlder(sqlite, [3, 52])) throw new Failure('runtime-missing', `SQLite ${sqlite} was found where 3.52 or newer is needed. Install the program's packages again.`)
  const mode = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') {
    throw new Failure('unsupported', `${file} lies on a disk that does not support a write-ahead log (journal mode ${String(mode)}). Move the project to a local disk.`)
  }
  for (const setting of ['synchronous = FULL', 'foreign_keys = ON', 'busy_timeout = 5000', 'trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0', cacheSize]) db.pragma(setting)
  if (process.platform === 'darwin') for (const setting of ['fullfsync = ON', 'checkpoint_fullfsync = ON']) db.pragma(setting)
}

/** The first 100 bytes, as SQLite's file format lays them out, before SQLite itself touches the file. */
function checkHeader(file: string, named: string): void {
  const header = Buffer.alloc(100)
  let opened: number | undefined
  let size = 0
  try {
    opened = openPlain(file)
    if (opened !== undefined) size = readSync(opened, header, 0, header.length, 0)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Failure('not-a-project', `${path.dirname(named)} holds no project: there is no ${projectFile} in it. Choose a project's folder, or make a new project.`)
    throw new Failure('permission', `${named} cannot be read (${code}).`)
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
  if (size < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new Failure('not-a-project', `${named} is ${opened === undefined ? 'no file' : size === 0 ? 'empty' : 'no SQLite database'}. It was not changed. Put a copy of the file back, or open another project.`)
  }
  if (header.readUInt32BE(68) !== applicationId) throw foreign(named)
  if (header.readInt32BE(60) > newestVersion) throw newer(header.readInt32BE(60))
}

function checkContent(db: Db, file: string, how: 'quick_check' | 'integrity_check'): void {
  // Both again: what counts may still lie in the write-ahead log.
  if (db.pragma('application_id', { simple: true }) !== applicationId) throw foreign(file)
  if (formatOf(db) > newestVersion) throw newer(formatOf(db))
  if (formatOf(db) < 1) throw damaged(file)
  if (db.pragma(`${how}(1)`, { simple: true }) !== 'ok') throw damaged(file)
  const strange = strangeEntry(db)
  if (strange !== undefined) throw altered(file, strange)
}

function foreign(file: string): Failure {
  return new Failure('not-a-project', `${file} is a database of another program. It was not changed.`)
}

function damaged(file: string): Failure {
  const backups = path.join(path.dirname(file), 'backups')
  const copies = hasBackup(backups) ? `, or one of those in ${backups}, which were made before the project's format changed` : ''
  return new Failure('damaged', `${file} is damaged: it does not read as the project that was written. It was not changed. Rescue what can be read of it, or put a copy of the project in its place${copies}.`, { folder: path.dirname(file) })
}

function altered(file: string, entry: string): Failure {
  return new Failure('damaged', `${file} was altered by another program: its ${entry} is not as this program makes it. It was not changed. Rescue what can be read of it, or put a copy of the project from before in its place.`, { folder: path.dirname(file) })
}

function hasBackup(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.sqlite'))
  } catch {
    return false
  }
}

/** What the disk or SQLite refuses, as a Failure about the file that could not be `made` or `opened`. */
function translated<Result>(file: string, done: 'made' | 'opened', work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (error instanceof Failure || typeof code !== 'string') throw error
    if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) throw damaged(file)
    // The log's index is the first file to grow when a project opens.
    if (/^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/.test(code)) throw new Failure('disk', `${file} cannot be ${done}: its disk is full. Free some space and try again.`)
    if (/^(SQLITE_(CANTOPEN|READONLY|PERM)|EACCES|EPERM|EROFS)/.test(code)) {
      throw new Failure('permission', `${file} cannot be ${done}, because its folder may not be written to (${code}). Allow it and try again, or ${done === 'made' ? 'choose another folder' : 'copy the project to a folder that you may write to'}.`)
    }
    if (/^(SQLITE_IOERR|EIO)/.test(code)) throw new Failure('disk', `${file} cannot be ${done}: the disk reported an error (${code}). Check the disk and try again.`)
    if (code.startsWith('SQLITE_BUSY')) throw new Failure('busy', `${file} is held by another program. Close that program and try again.`)
    throw error
  }
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number)
  return foundMajor < major || (foundMajor === major && foundMinor < minor)
}
