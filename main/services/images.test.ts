import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Image, ImportReport } from '../../shared/contract/images.ts'
import type { Tail } from '../../shared/contract/classes.ts'
import { run } from '../store/db.ts'
import { closeStore, openStore } from '../store/open.ts'
import { openedWorkbench, writeImage, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'

let bench: OpenedWorkbench
let projectId: string
let pictures: string
beforeEach(async () => {
  bench = openedWorkbench()
  pictures = path.join(bench.place, 'pictures')
  projectId = (await bench.call('projects.create', { folder: path.join(bench.place, 'project') })).id
})
afterEach(() => bench.close(), 60_000)

const load = (options: { split?: 'auto' | 'train' | 'val' | 'test'; valFraction?: number; seed?: number; folder?: string } = {}): Promise<ImportReport> =>
  bench.call('images.import', { projectId, folder: pictures, ...options })
const tail = (): Promise<Tail> => bench.call('classes.tail', { projectId })
const all = async (): Promise<readonly Image[]> => (await bench.call('images.list', { projectId, limit: 1000 })).images

/** `cat: 3` is three images in the folder `cat`, all different. */
async function write(classes: Readonly<Record<string, number>>, root = pictures): Promise<void> {
  for (const [name, count] of Object.entries(classes)) {
    for (let n = 0; n < count; n++) await writeImage(path.join(root, name, `${n}.png`), Buffer.from(root + name).reduce((sum, byte) => sum + byte, 0) * 131 + n)
  }
}

describe('importing', () => {
  test('a long tail of folders, split so that every class can be measured', async () => {
    await write({ cat: 12, 'bird/owl': 5, dog: 2, yak: 1 })
    writeFileSync(path.join(pictures, 'cat', 'notes.txt'), 'not an image')
    writeFileSync(path.join(pictures, 'cat', 'empty.jpg'), '')
    writeFileSync(path.join(pictures, 'dog', 'cut.png'), readFileSync(path.join(pictures, 'dog', '0.png')).subarray(0, 60))
    const report = await load()
    expect(report).toMatchObject({ added: 20, unchanged: 0, updated: 0, vanished: 0, duplicates: 0, skippedCount: 3, classes: 4, cancelled: false })
    expect(report.skipped.map((one) => one.path).sort()).toEqual(['cat/empty.jpg', 'cat/notes.txt', 'dog/cut.png'])
    expect(await tail()).toEqual({
      classes: [
        { id: expect.any(Number), name: 'cat', train: 10, val: 2, test: 0, group: 'few' },
        { id: expect.any(Number), name: 'bird/owl', train: 4, val: 1, test: 0, group: 'few' },
        { id: expect.any(Number), name: 'dog', train: 1, val: 1, test: 0, group: 'few' },
        { id: expect.any(Number), name: 'yak', train: 1, val: 0, test: 0, group: 'few' },
      ],
      imbalanceFactor: 10,
      groups: { many: { classes: 0, train: 0 }, medium: { classes: 0, train: 0 }, few: { classes: 4, train: 16 } },
      images: 20,
      splits: { train: 16, val: 4, test: 0 },
      findings: { singletons: 1, untestable: 1, duplicates: 0, skipped: 3, missing: 0 },
    })
    const { total, skipped } = await bench.call('images.skipped', { projectId, offset: 1, limit: 1 })
    expect([total, skipped]).toEqual([3, [{ path: 'cat/notes.txt', sourceFolder: pictures, reason: expect.stringMatching(/no image/) }]])
    expect((await bench.call('projects.get', { projectId })).images).toBe(20)
  })

  test('folders of their own splits keep them; a split that was asked for is given', async () => {
    await write({ 'train/cat': 3, 'train/dog': 1, 'val/cat': 2, 'test/dog': 1 })
    await load()
    expect((await tail()).classes).toEqual([expect.objectContaining({ name: 'cat', train: 3, val: 2, test: 0 }), expect.objectContaining({ name: 'dog', train: 1, val: 0, test: 1 })])
    const more = path.join(bench.place, 'more')
    await write({ cat: 4 }, more)
    await load({ folder: more, split: 'test' })
    expect((await tail()).classes[0]).toMatchObject({ name: 'cat', train: 3, val: 2, test: 4 })
  })

  test('nothing to import is refused in words; so are a project’s own folder and a second import', async () => {
    await expect(load()).rejects.toMatchObject({ code: 'not-found' })
    mkdirSync(pictures)
    await expect(load()).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/one folder for each class/) })
    await writeImage(path.join(pictures, 'loose.png'), 1)
    await expect(load()).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/none in a class folder/) })
    await expect(load({ folder: path.join(bench.place, 'project') })).rejects.toMatchObject({ code: 'invalid-input' })
    await write({ cat: 3 })
    const first = load()
    await expect(load()).rejects.toMatchObject({ code: 'busy' })
    expect((await first).added).toBe(3)
    expect(await bench.call('images.importing', { projectId })).toBeNull()
  })

  test('the person’s folder stays exactly as it was', async () => {
    await write({ cat: 4, dog: 2 })
    writeFileSync(path.join(pictures, 'cat', 'broken.jpg'), 'x')
    const state = (): unknown =>
      (readdirSync(pictures, { recursive: true }) as string[]).sort().map((name) => {
        const file = path.join(pictures, name)
        const stats = statSync(file)
        return [name, stats.mtimeMs, stats.mode, stats.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : '']
      })
    chmodSync(path.join(pictures, 'cat'), 0o555)
    const before = state()
    await load()
    for (const image of await all()) await bench.workbench.picture(projectId, image.id, 'thumb')
    expect(state()).toEqual(before)
    chmodSync(path.join(pictures, 'cat'), 0o755)
  })

  test('a project may lie within the folder of images', async () => {
    await write({ cat: 2 })
    const inside = await bench.call('projects.create', { folder: path.join(pictures, 'project') })
    expect(await bench.call('images.import', { projectId: inside.id, folder: pictures })).toMatchObject({ added: 2, skippedCount: 0 })
  })
})

describe('importing again', () => {
  test('adds what is new, notes what changed, vanished and came back, and nothing twice', async () => {
    await write({ cat: 5, dog: 5 })
    await load()
    const before = new Map((await all()).map((image) => [image.path, image]))
    expect(await load()).toMatchObject({ added: 0, unchanged: 10, updated: 0, vanished: 0 })

    await write({ owl: 2 })
    await writeImage(path.join(pictures, 'cat/0.png'), 60_001)
    // Touched, with the bytes as they were.
    utimesSync(path.join(pictures, 'cat/1.png'), 1000, 1000)
    renameSync(path.join(pictures, 'dog/4.png'), path.join(bench.place, 'away.png'))
    expect(await load()).toMatchObject({ added: 2, unchanged: 8, updated: 1, vanished: 1, classes: 3 })
    expect((await tail()).findings.missing).toBe(1)
    const { total, images } = await bench.call('images.list', { projectId, missing: true })
    expect([total, images.map((image) => [image.path, image.missing])]).toEqual([1, [['dog/4.png', true]]])
    expect((await bench.call('images.list', { projectId, missing: true, classId: before.get('cat/0.png')!.classId! })).total).toBe(0)
    expect(await load()).toMatchObject({ added: 0, unchanged: 11, updated: 0, vanished: 0 })

    renameSync(path.join(bench.place, 'away.png'), path.join(pictures, 'dog/4.png'))
    expect(await load()).toMatchObject({ added: 0, unchanged: 12, vanished: 0 })
    expect((await tail()).findings.missing).toBe(0)
    // Ids, classes and splits of what was there are what they were.
    for (const image of await all()) {
      const known = before.get(image.path)
      if (known) expect([image.id, image.classId, image.split]).toEqual([known.id, known.classId, known.split])
    }
  })

  test('an image that cannot be read any more counts as missing until it can', async () => {
    await write({ cat: 3 })
    await load()
    const whole = readFileSync(path.join(pictures, 'cat/1.png'))
    writeFileSync(path.join(pictures, 'cat/1.png'), whole.subarray(0, 50))
    expect(await load()).toMatchObject({ unchanged: 2, vanished: 1, skippedCount: 1 })
    expect((await tail()).findings).toMatchObject({ missing: 1, skipped: 1 })
    writeFileSync(path.join(pictures, 'cat/1.png'), whole)
    expect(await load()).toMatchObject({ unchanged: 3, skippedCount: 0 })
    expect((await tail()).findings).toMatchObject({ missing: 0, skipped: 0 })
  })

  test('a class gets its validation image as soon as it has a second one', async () => {
    await write({ yak: 1 })
    await load()
    expect((await tail()).classes[0]).toMatchObject({ train: 1, val: 0 })
    await write({ yak: 2 })
    await load()
    expect((await tail()).classes[0]).toMatchObject({ train: 1, val: 1 })
  })

  test('a label and a class name that a person gave are left alone', async () => {
    await write({ cat: 3, dog: 3 })
    await load()
    const [cat, dog] = ['cat', 'dog'].map((name) => async () => (await tail()).classes.find((one) => one.name === name)!.id)
    const catId = await cat!()
    const dogId = await dog!()
    const image = (await all()).find((one) => one.path === 'cat/0.png')!
    await bench.call('labels.set', { projectId, imageIds: [image.id], classId: dogId })
    await bench.call('classes.rename', { projectId, classId: catId, name: 'kitten' })
    await writeImage(path.join(pictures, 'cat/0.png'), 60_002)
    await writeImage(path.join(pictures, 'cat/new.png'), 60_003)
    expect(await load()).toMatchObject({ added: 1, updated: 1, classes: 2 })
    expect(await bench.call('images.get', { projectId, imageId: image.id })).toMatchObject({ classId: dogId, className: 'dog' })
    expect((await all()).find((one) => one.path === 'cat/new.png')).toMatchObject({ classId: catId, className: 'kitten' })
    await expect(bench.call('classes.rename', { projectId, classId: catId, name: 'dog' })).rejects.toMatchObject({ code: 'already-exists' })
    expect(await bench.call('labels.undo', { projectId })).toEqual({ changed: 1, canUndo: false, canRedo: true })
  })
})

test('exact duplicates are noted, and stay on one side of the split', async () => {
  await write({ cat: 10 })
  for (let n = 0; n < 10; n++) copyFileSync(path.join(pictures, `cat/${n}.png`), path.join(pictures, `cat/copy-${n}.png`))
  expect(await load()).toMatchObject({ added: 20, duplicates: 10 })
  expect((await tail()).findings.duplicates).toBe(10)
  const images = new Map((await all()).map((image) => [image.id, image]))
  const { total, images: copies } = await bench.call('images.list', { projectId, duplicates: true })
  expect(total).toBe(10)
  for (const copy of copies) expect(images.get(copy.duplicateOf!)).toMatchObject({ duplicateOf: null, split: copy.split })

  // The original changes: the oldest of the others takes its place.
  const original = images.get(copies[0]!.duplicateOf!)!
  await writeImage(path.join(pictures, original.path), 60_004)
  await load()
  expect((await tail()).findings.duplicates).toBe(9)
})

test('lists by class, split and group, a page at a time', async () => {
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
  await expect(bench.call('images.get', { projectId, imageId: 999 })).rejects.toMatchObject({ code: 'not-found' })
})

test('cancelled midway, it keeps what was done; the next import does the rest and ends like one that was never cancelled', async () => {
  await write({ cat: 300, dog: 150, yak: 2 })
  const work = load()
  while (!bench.events.some(({ name, payload }) => name === 'images.progress' && (payload as { done: number }).done > 0)) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await bench.call('images.importing', { projectId })).toMatchObject({ phase: 'reading', total: 452 })
  expect(bench.workbench.activity()).toHaveLength(1)
  await bench.call('images.cancelImport', { projectId })
  const report = await work
  expect(report.cancelled).toBe(true)
  expect(report.added).toBeGreaterThan(0)
  expect(report.added).toBeLessThan(452)
  expect((await tail()).images).toBe(report.added)
  expect((await tail()).findings.missing).toBe(0)

  await bench.restart()
  projectId = (await bench.call('projects.open', { folder: path.join(bench.place, 'project') })).id
  expect(await load()).toMatchObject({ added: 452 - report.added, unchanged: report.added, cancelled: false })
  const { classes, splits } = await tail()
  expect(splits).toEqual({ train: 361, val: 91, test: 0 })
  expect(classes.map(({ train, val }) => train + val)).toEqual([300, 150, 2])
  expect(classes[2]).toMatchObject({ train: 1, val: 1 })
})

test('a program that closes stops the import first', async () => {
  await write({ cat: 200 })
  const work = load()
  while (!bench.events.some(({ name }) => name === 'images.progress')) await new Promise((resolve) => setTimeout(resolve, 1))
  await bench.restart()
  expect((await work).cancelled).toBe(true)
})

test('thumbnails are kept by content; a file that is gone is told of', async () => {
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

test('a picture never shows what lies outside the folder that was imported', async () => {
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

test('a thumbnail that a power loss tore is made again; none is left half written', async () => {
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

test('numbers that no row has are refused before SQLite sees them', async () => {
  for (const huge of [1e308, 2 ** 53, Number.POSITIVE_INFINITY]) {
    await expect(bench.call('images.list', { projectId, offset: huge })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(bench.call('images.list', { projectId, classId: huge })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(bench.call('images.get', { projectId, imageId: huge })).rejects.toMatchObject({ code: 'invalid-input' })
  }
})
