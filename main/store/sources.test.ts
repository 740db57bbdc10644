import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { addSource, skippedCount, skippedPage, writeSkipped } from './sources.ts'

test('pages of what was skipped are all of it, each once, whatever their size', () => {
  const db = new Database(':memory:')
  migrate(db, '')
  const folders = ['/one', '/two'].map((folder) => [folder, addSource(db, folder, 0)] as const)
  for (const [, sourceId] of folders) writeSkipped(db, sourceId, Array.from({ length: 1300 }, (_, n) => ({ path: `cat/${n}.txt`, reason: 'no image' })), true)
  expect(skippedCount(db)).toBe(2600)
  for (const limit of [7, 1000]) {
    const paged: string[] = []
    for (let offset = 0; offset < 2600; offset += limit) paged.push(...skippedPage(db, offset, limit).map(({ sourceFolder, path }) => `${sourceFolder}/${path}`))
    expect([paged.length, new Set(paged).size]).toEqual([2600, 2600])
  }
  expect(skippedPage(db, 2600, 1000)).toEqual([])
  // An import that went through the whole folder replaces its notes, one that was cut short adds to them.
  writeSkipped(db, folders[0]![1], [{ path: 'cat/7.txt', reason: 'empty' }, { path: 'cat/new.txt', reason: 'empty' }], false)
  expect(skippedCount(db)).toBe(2601)
  writeSkipped(db, folders[0]![1], [{ path: 'cat/7.txt', reason: 'empty' }], true)
  expect([skippedCount(db), skippedPage(db, 0, 2)]).toEqual([1301, [{ path: 'cat/7.txt', sourceFolder: '/one', reason: 'empty' }, { path: 'cat/0.txt', sourceFolder: '/two', reason: 'no image' }]])
})
