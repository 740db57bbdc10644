import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { atOnce, column } from './db.ts'
import { markingMissing } from './importing.ts'
import { closeStore, createStore, openStore } from './open.ts'

const images = 2500
const folder = mkdtempSync(path.join(tmpdir(), 'ride-missing-'))
createStore(folder, (made) =>
  made.exec(`
    INSERT INTO source (id, folder, added_at) VALUES (1, '/one', 0), (2, '/two', 0);
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${images})
      INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, split, split_from, missing, added_at)
      SELECT 1 + (n % 5 = 0), n, randomblob(32), 1, 1, 'png', 1, 1, 'train', 'folder', n % 7 = 0, 0 FROM number`),
)
const db = openStore(folder)
afterAll(() => {
  closeStore(db)
  rmSync(folder, { recursive: true, force: true })
})

test('of a source of many images, those that were not seen are missing, and those of others are as they were', () => {
  const every = Array.from({ length: images }, (_, n) => n + 1)
  const seen = new Set(every.filter((id) => id % 3 === 0))
  const gone = every.filter((id) => id % 5 !== 0 && id % 7 !== 0 && !seen.has(id))
  expect(atOnce(db, markingMissing(db, 1, seen))).toBe(gone.length)
  expect(new Set(column<number>(db, 'SELECT id FROM image WHERE missing = 1'))).toEqual(new Set([...gone, ...every.filter((id) => id % 7 === 0)]))
  expect(atOnce(db, markingMissing(db, 1, seen))).toBe(0)
})
