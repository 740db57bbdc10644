import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect } from 'vitest'
import { rows } from '../store/db.ts'
import { closeStore, openStore } from '../store/open.ts'
import { writeImage } from './fixtures/openedWorkbench.ts'
import { test } from './fixtures/picturedProject.ts'

test('lists by class, split and group, a page at a time', async ({ project: { bench, projectId, write, load, tail } }) => {
  await write({ cat: 25, dog: 3 })
  await load()
  const { classes } = await tail()
  const list = async (filter: object): Promise<number> => (await bench.call('images.list', { projectId, ...filter })).total
  expect(await list({})).toBe(28)
  expect(await list({ classId: classes[0]!.id })).toBe(25)
  expect(await list({ classId: classes[0]!.id, split: 'val' })).toBe(5)
  expect(await list({ split: 'train' })).toBe(22)
  expect(await list({ group: 'medium' })).toBe(25)
  expect(await list({ group: 'many' })).toBe(0)
  const pages = await Promise.all([0, 10, 20].map((offset) => bench.call('images.list', { projectId, offset, limit: 10 })))
  expect(new Set(pages.flatMap((page) => page.images.map((image) => image.id))).size).toBe(28)
  expect(pages[2]!.images).toHaveLength(8)
  await expect(bench.call('images.exif', { projectId, imageId: 999 })).rejects.toMatchObject({ code: 'not-found' })
})

test('what the camera wrote is kept with the image and read anew when it is looked at; a changed file brings its own', async ({ project: { bench, projectId, pictures, load, all } }) => {
  const place = path.join(pictures, 'fox')
  mkdirSync(place, { recursive: true })
  const picture = sharp({ create: { width: 12, height: 8, channels: 3, background: '#a53' } })
  const taken = (time: string): Promise<Buffer> => picture.withExif({ IFD0: { Make: 'Reconyx', Model: 'HP2X' }, IFD2: { DateTimeOriginal: time } }).jpeg().toBuffer()
  writeFileSync(path.join(place, '0.jpg'), await taken('2026:02:03 04:05:06'))
  await writeImage(path.join(place, '1.png'), 7)
  await load()
  const stored = () => {
    const db = openStore(path.join(bench.place, 'project'))
    try {
      return rows(db, 'SELECT taken_at AS takenAt, camera, length(look) AS look, length(tone) AS tone FROM image ORDER BY path')
    } finally {
      closeStore(db)
    }
  }
  expect(stored()).toEqual([
    { takenAt: Date.UTC(2026, 1, 3, 4, 5, 6), camera: 'Reconyx HP2X', look: 8, tone: 8 },
    { takenAt: null, camera: null, look: 8, tone: 8 },
  ])
  const [photo, drawn] = [...(await all())].sort((a, b) => (a.path < b.path ? -1 : 1))
  const { tags, ...told } = await bench.call('images.exif', { projectId, imageId: photo!.id })
  expect(told).toEqual({ takenAt: Date.UTC(2026, 1, 3, 4, 5, 6), camera: 'Reconyx HP2X' })
  expect(tags).toContainEqual({ name: 'Date time original', value: '2026-02-03 04:05:06' })
  expect(await bench.call('images.exif', { projectId, imageId: drawn!.id })).toEqual({ takenAt: null, camera: null, tags: [] })

  writeFileSync(path.join(place, '0.jpg'), await taken('2026:02:03 04:06:06'))
  await load()
  expect(stored()[0]).toMatchObject({ takenAt: Date.UTC(2026, 1, 3, 4, 6, 6) })
  rmSync(path.join(place, '0.jpg'))
  await expect(bench.call('images.exif', { projectId, imageId: photo!.id })).rejects.toMatchObject({ code: 'not-found' })
})

test('numbers that no row has are refused before SQLite sees them', async ({ project: { bench, projectId } }) => {
  for (const huge of [1e308, 2 ** 53, Number.POSITIVE_INFINITY]) {
    await expect(bench.call('images.list', { projectId, offset: huge })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(bench.call('images.list', { projectId, classId: huge })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(bench.call('images.exif', { projectId, imageId: huge })).rejects.toMatchObject({ code: 'invalid-input' })
  }
})
