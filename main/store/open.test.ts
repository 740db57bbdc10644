import Database from 'better-sqlite3'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Failure } from '../../shared/failure.ts'
import { newestVersion } from './migrate.ts'
import { closeStore, createStore, openStore } from './open.ts'
import { insertProject, readProject } from './projects.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-store-'))
  file = path.join(folder, 'project.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const project = { id: '7d1f8c1e-8a55-4d0e-9d58-0d2a54b3a9c1', name: 'Birds', createdAt: 1 }
const made = (): void => createStore(folder, (db) => insertProject(db, project))

/** The failure that opening gives, with the file and all around it as they were. */
function refused(): Failure {
  const before = readFileSync(file)
  const names = readdirSync(folder)
  let thrown: unknown
  try {
    closeStore(openStore(folder))
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(Failure)
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(readdirSync(folder)).toEqual(names)
  return thrown as Failure
}

test('a new project is one file, and opens with every safety on', () => {
  made()
  expect(readdirSync(folder)).toEqual(['project.sqlite'])
  const db = openStore(folder)
  try {
    expect(readProject(db)).toEqual(project)
    const setting = (name: string): unknown => db.pragma(name, { simple: true })
    expect([setting('journal_mode'), setting('synchronous'), setting('foreign_keys'), setting('trusted_schema'), setting('cell_size_check'), setting('busy_timeout')]).toEqual(['wal', 2, 1, 0, 1, 5000])
    expect(setting('user_version')).toBe(newestVersion)
  } finally {
    closeStore(db)
  }
  expect(readdirSync(folder)).toEqual(['project.sqlite'])
})

test('a project is never made over another', () => {
  made()
  const before = readFileSync(file)
  expect(() => createStore(folder, () => {})).toThrow(Failure)
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a project that could not be filled leaves nothing behind', () => {
  expect(() =>
    createStore(folder, () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(readdirSync(folder)).toEqual([])
})

describe('refused, with the bytes as they were', () => {
  test('nothing there', () => {
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: 'not-a-project' }))
    expect(readdirSync(folder)).toEqual([])
  })

  test('an empty file, a text, another program’s database', () => {
    writeFileSync(file, '')
    expect(refused()).toMatchObject({ code: 'not-a-project', message: expect.stringMatching(/empty/) })
    writeFileSync(file, 'SQLite format? No, a text that is longer than a header is, and then some more of it to pass a hundred bytes.')
    expect(refused()).toMatchObject({ code: 'not-a-project', message: expect.stringMatching(/no SQLite/) })
    rmSync(file)
    const other = new Database(file)
    other.exec('CREATE TABLE bookmark (url TEXT)')
    other.close()
    expect(refused()).toMatchObject({ code: 'not-a-project', message: expect.stringMatching(/another program/) })
  })

  test.skipIf(process.platform === 'win32')('a pipe and a folder in its place, which nobody waits for', () => {
    execFileSync('mkfifo', [file])
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: 'not-a-project', message: expect.stringMatching(/is no file/) }))
    rmSync(file)
    mkdirSync(file)
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: 'not-a-project', message: expect.stringMatching(/is no file/) }))
    expect(readdirSync(folder)).toEqual(['project.sqlite'])
  })

  test('a newer format, named', () => {
    made()
    const db = new Database(file)
    db.pragma('user_version = 99')
    db.close()
    expect(refused()).toMatchObject({ code: 'newer-version', message: expect.stringMatching(/format 99/), detail: { version: 99, known: newestVersion } })
  })

  test.each([0, -1])('format %d, which no program wrote', (version) => {
    made()
    const db = new Database(file)
    db.pragma(`user_version = ${version}`)
    db.close()
    expect(refused()).toMatchObject({ code: 'damaged', message: expect.not.stringMatching(/backups/) })
    mkdirSync(path.join(folder, 'backups'))
    expect(refused()).toMatchObject({ message: expect.not.stringMatching(/backups/) })
    writeFileSync(path.join(folder, 'backups', 'project-v1-1.sqlite'), '')
    expect(refused()).toMatchObject({ code: 'damaged', message: expect.stringMatching(/backups/) })
  })

  test.each([
    ['a trigger', 'CREATE TRIGGER quiet AFTER INSERT ON image BEGIN DELETE FROM label; END', /trigger "quiet"/],
    ['a view', 'CREATE VIEW seen AS SELECT * FROM image', /view "seen"/],
    ['a table', 'CREATE TABLE notes (text)', /table "notes"/],
    ['a column', 'ALTER TABLE class ADD COLUMN note TEXT', /table "class"/],
    ['a view in a table’s place', 'DROP TABLE confusion; CREATE VIEW confusion AS SELECT 1 AS run_id', /"confusion"/],
    ['an index that is missing', 'DROP INDEX image_missing', /index "image_missing"/],
  ])('%s that is not the program’s', (_what, sql, words) => {
    made()
    const db = new Database(file)
    db.exec(sql)
    db.close()
    expect(refused()).toMatchObject({ code: 'damaged', message: expect.stringMatching(words) })
  })

  test('a newer format that only the log of a killed program tells of', () => {
    made()
    const copies = mkdtempSync(path.join(tmpdir(), 'ride-log-'))
    const db = openStore(folder)
    db.pragma('user_version = 99')
    for (const name of readdirSync(folder)) copyFileSync(path.join(folder, name), path.join(copies, name))
    closeStore(db)
    rmSync(folder, { recursive: true })
    folder = copies
    file = path.join(folder, 'project.sqlite')
    expect(readFileSync(file).readUInt32BE(60)).toBe(newestVersion)
    expect(refused().code).toBe('newer-version')
  })

  test('a file cut short, or with a page overwritten', () => {
    made()
    const whole = readFileSync(file)
    truncateSync(file, Math.floor(whole.length / 2 / 4096) * 4096)
    expect(refused().code).toBe('damaged')
    for (const page of [1, 3, 7]) {
      const broken = Buffer.from(whole)
      broken.fill(0xa5, page * 4096, (page + 1) * 4096)
      writeFileSync(file, broken)
      expect(refused().code).toBe('damaged')
    }
  })
})

test('what fills the disk while a project is made says so, and nothing stays', () => {
  expect(() => createStore(folder, (db) => {
    db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`)
    for (let n = 0; n < 1000; n++) insertProject(db, { ...project, id: `${n}` })
  })).toThrow(expect.objectContaining({ code: 'disk', message: expect.stringMatching(/cannot be made: its disk is full/) }))
  expect(readdirSync(folder)).toEqual([])
})

test('a log that cannot be emptied keeps no database open, and loses nothing', () => {
  made()
  const db = openStore(folder)
  db.exec("INSERT INTO class (name, folder_name, created_at) VALUES ('cat', 'cat', 0)")
  // SQLite refuses to empty the log within a transaction, much as it does on a full disk.
  db.exec("BEGIN; INSERT INTO class (name, folder_name, created_at) VALUES ('dog', 'dog', 0)")
  expect(() => closeStore(db)).toThrow(/locked/)
  expect(db.open).toBe(false)
  const again = openStore(folder)
  expect(again.prepare('SELECT name FROM class').pluck().all()).toEqual(['cat'])
  closeStore(again)
})

test('what was acknowledged survives a program that is killed', () => {
  made()
  const program = `
    import { openStore } from '${path.resolve('main/store/open.ts')}'
    import { run } from '${path.resolve('main/store/db.ts')}'
    const db = openStore(${JSON.stringify(folder)})
    for (let n = 1; ; n++) {
      run(db, 'INSERT INTO class (name, folder_name, created_at) VALUES (?, ?, 0)', 'class ' + n, 'class ' + n)
      process.stdout.write(n + '\\n')
      if (n === 40) process.kill(process.pid, 'SIGKILL')
    }`
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], { encoding: 'utf8' })
  expect(signal).toBe('SIGKILL')
  const acknowledged = Number(stdout.trim().split('\n').at(-1))
  const db = openStore(folder)
  try {
    expect(db.prepare('SELECT count(*) FROM class').pluck().get()).toBe(acknowledged)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  } finally {
    closeStore(db)
  }
})
