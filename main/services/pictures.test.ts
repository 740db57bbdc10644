import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { run } from '../store/db.ts'
import { closeStore, openStore } from '../store/open.ts'
import { writeImage } from './fixtures/openedWorkbench.ts'
import { test } from './fixtures/picturedProject.ts'

test('thumbnails are kept by content; a file that is gone is told of', async ({ project: { bench, projectId, pictures, write, load, all } }) => {
  await write({ cat: 2 })
  await load()
  const [first, second] = await all()
  const thumb = await bench.workbench.picture(projectId, first!.id, 'thumb')
  expect(thumb.type).toBe('image/webp')
  const thumbs = path.join(bench.place, 'project', 'cache', 'thumbs')
  expect((readdirSync(thumbs, { recursive: true }) as string[]).filter((name) => name.endsWith('.webp'))).toHaveLength(1)
  rmSync(path.join(pictures, first!.path))
  rmSync(path.join(pictures, second!.path))
  expect(Buffer.from((await bench.workbench.picture(projectId, first!.id, 'thumb')).bytes).equals(thumb.bytes)).toBe(true)
  await expect(bench.workbench.picture(projectId, first!.id, 'large')).rejects.toMatchObject({ code: 'not-found' })
  await expect(bench.workbench.picture(projectId, second!.id, 'thumb')).rejects.toMatchObject({ code: 'not-found' })
  await expect(bench.workbench.picture(projectId, 999, 'thumb')).rejects.toMatchObject({ code: 'not-found' })
})

test.skipIf(process.platform === 'win32')('a pipe in the place of a kept thumbnail is not waited for, and gives way to one', async ({ project: { bench, projectId, write, load, all } }) => {
  await write({ cat: 1 })
  await load()
  const [image] = await all()
  const thumb = await bench.workbench.picture(projectId, image!.id, 'thumb')
  const thumbs = path.join(bench.place, 'project', 'cache', 'thumbs')
  const kept = path.join(thumbs, (readdirSync(thumbs, { recursive: true }) as string[]).find((name) => name.endsWith('.webp'))!)
  rmSync(kept)
  execFileSync('mkfifo', [kept])
  expect(Buffer.from((await bench.workbench.picture(projectId, image!.id, 'thumb')).bytes).equals(thumb.bytes)).toBe(true)
  expect(readFileSync(kept).equals(thumb.bytes)).toBe(true)
})

test('a file that is replaced is another version: no old picture passes for the new one, nor a new one for the old', async ({ project: { bench, projectId, pictures, write, load, all } }) => {
  await write({ cat: 1 })
  await load()
  const [before] = await all()
  const file = path.join(pictures, before!.path)
  expect((await bench.workbench.picture(projectId, before!.id, 'large')).version).toBe(before!.version)
  await writeImage(file, 60_007)
  for (const size of ['large', 'thumb'] as const) expect((await bench.workbench.picture(projectId, before!.id, size)).version).toBeNull()
  await load()
  const [after] = await all()
  expect(after!.id).toBe(before!.id)
  expect(after!.version).not.toBe(before!.version)
  // Made now, and kept from then on.
  for (let n = 0; n < 2; n++) expect((await bench.workbench.picture(projectId, after!.id, 'thumb')).version).toBe(after!.version)
})

test('a picture never shows what lies outside the folder that was imported', async ({ project: { bench, projectId, pictures, write, load, all } }) => {
  await write({ cat: 2 })
  await load()
  const canary = path.join(bench.place, 'canary.png')
  await writeImage(canary, 60_005)
  const [first, second] = await all()
  rmSync(path.join(pictures, first!.path))
  symlinkSync(canary, path.join(pictures, first!.path))
  const db = openStore(path.join(bench.place, 'project'))
  run(db, 'UPDATE image SET path = ? WHERE id = ?', '../canary.png', second!.id)
  closeStore(db)
  for (const image of [first, second]) {
    for (const size of ['thumb', 'large'] as const) {
      await expect(bench.workbench.picture(projectId, image!.id, size)).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('leads out of the folder') })
    }
  }
  // Within the folder a link is as good as a file.
  rmSync(path.join(pictures, first!.path))
  await writeImage(path.join(pictures, 'elsewhere.png'), 60_006)
  symlinkSync(path.join(pictures, 'elsewhere.png'), path.join(pictures, first!.path))
  expect((await bench.workbench.picture(projectId, first!.id, 'large')).type).toBe('image/webp')
})

test('a thumbnail that a power loss tore is made again; none is left half written', async ({ project: { bench, projectId, write, load, all } }) => {
  await write({ cat: 12 })
  await load()
  const images = await all()
  const whole = await Promise.all(images.map((image) => bench.workbench.picture(projectId, image.id, 'thumb')))
  const cache = path.join(bench.place, 'project', 'cache')
  const kept = (readdirSync(cache, { recursive: true }) as string[]).filter((name) => name.endsWith('.webp'))
  expect(kept).toHaveLength(12)
  for (const [n, name] of kept.entries()) writeFileSync(path.join(cache, name), n % 2 ? '' : Buffer.alloc(whole[0]!.bytes.length))
  for (const [n, image] of images.entries()) {
    expect(Buffer.from((await bench.workbench.picture(projectId, image.id, 'thumb')).bytes).equals(whole[n]!.bytes)).toBe(true)
  }
  expect((readdirSync(cache, { recursive: true }) as string[]).filter((name) => name.includes('.tmp-'))).toEqual([])
})
