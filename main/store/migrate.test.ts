import Database from 'better-sqlite3'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, migrations, versionOf } from './migrate.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-migrate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const second = 'ALTER TABLE class ADD COLUMN colour TEXT; CREATE INDEX class_colour ON class (colour);'
const opened = () => new Database(path.join(folder, 'project.sqlite'))
const backups = () => path.join(folder, 'backups')

test('the first step makes every table strict, with a key to every other it names', () => {
  const db = opened()
  migrate(db, backups())
  expect(versionOf(db)).toBe(migrations.length)
  const tables = db.pragma('table_list') as { name: string; schema: string; strict: number }[]
  expect(tables.filter((table) => table.schema === 'main' && !table.name.startsWith('sqlite_') && table.strict !== 1)).toEqual([])
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
  // There was nothing to lose, so there is nothing to keep.
  expect(readdirSync(folder)).toEqual(['project.sqlite'])
})

test('a file that holds something is copied, and the copy read back, before it changes', () => {
  const db = opened()
  migrate(db, backups())
  db.exec("INSERT INTO class (name, folder_name, created_at) VALUES ('cat', 'cat', 0)")
  migrate(db, backups(), [...migrations, second])
  expect(versionOf(db)).toBe(2)
  expect(db.prepare('SELECT name, colour FROM class').all()).toEqual([{ name: 'cat', colour: null }])
  db.close()
  expect(readdirSync(backups())).toEqual(['project-v1-1.sqlite'])
  const copy = new Database(path.join(backups(), 'project-v1-1.sqlite'), { readonly: true })
  expect(versionOf(copy)).toBe(1)
  expect(copy.prepare('SELECT name FROM class').all()).toEqual([{ name: 'cat' }])
  copy.close()
})

test('a step that fails halfway leaves the file as it was; the next try completes', () => {
  const db = opened()
  db.pragma('journal_mode = WAL')
  migrate(db, backups())
  db.pragma('wal_checkpoint(TRUNCATE)')
  const before = readFileSync(path.join(folder, 'project.sqlite'))
  expect(() => migrate(db, backups(), [...migrations, `${second} INSERT INTO nowhere VALUES (1);`])).toThrow(/nowhere/)
  expect(versionOf(db)).toBe(1)
  expect(readFileSync(path.join(folder, 'project.sqlite')).equals(before)).toBe(true)
  migrate(db, backups(), [...migrations, second])
  expect(versionOf(db)).toBe(2)
  db.close()
  expect(readdirSync(backups())).toEqual(['project-v1-1.sqlite', 'project-v1-2.sqlite'])
})

test('a newer file is refused', () => {
  const db = opened()
  migrate(db, backups(), [...migrations, second])
  expect(() => migrate(db, backups())).toThrow(expect.objectContaining({ code: 'newer-version' }))
  db.close()
})
