import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { classOfFolder } from '../store/classes.ts'
import { run, type Db } from '../store/db.ts'
import { inSlices } from '../store/inSlices.ts'
import { settingLabels } from '../store/labels.ts'
import { closeStore, createStore, openStore } from '../store/open.ts'
import { holdImages, type HeldImages } from './heldImages.ts'

const images = 3000
let folder: string
let db: Db
let held: HeldImages
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-held-'))
  createStore(folder, (made) => {
    for (const name of ['lynx', 'otter']) classOfFolder(made, name, 0)
    made.exec(`
      INSERT INTO source (id, folder, added_at) VALUES (1, '/one', 0);
      WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${images})
        INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
        SELECT 1, n, randomblob(32), 1, 1, 'png', 1, 1, 1, 'train', 'folder', 0 FROM number`)
  })
  db = openStore(folder)
  held = holdImages(db, new AbortController().signal)
})
afterEach(() => {
  closeStore(db)
  rmSync(folder, { recursive: true, force: true })
})

const labelling = (own: Db) => settingLabels(own, Array.from({ length: images }, (_, n) => n + 1), 2)

test('what this program writes in slices is caught up with, and nothing read anew', async () => {
  const columns = await held.columns()
  const order = held.parts.make('order', '', () => Uint32Array.of(1))
  await inSlices(db, labelling)
  expect(await held.columns()).toBe(columns)
  expect(columns.classes.every((classId, id) => classId === (id === 0 ? 0 : 2))).toBe(true)
  expect(held.parts.make('order', '', () => Uint32Array.of(2))).toBe(order)
})

test('what another program writes is read anew, also before and after slices of this one', async () => {
  const other = openStore(folder)
  try {
    const columns = await held.columns()
    run(other, 'UPDATE image SET missing = 1 WHERE id = 1')
    await inSlices(db, labelling)
    const anew = await held.columns()
    expect(anew).not.toBe(columns)
    expect([anew.missing[1], anew.classes[1]]).toEqual([1, 2])
    run(other, 'UPDATE image SET missing = 1 WHERE id = 2')
    expect((await held.columns()).missing[2]).toBe(1)
  } finally {
    closeStore(other)
  }
})
