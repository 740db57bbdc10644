import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { openDecoders } from '../importer/decoders.ts'
import { column } from '../store/db.ts'
import { closeStore, openStore } from '../store/open.ts'
import { writeImage } from './fixtures/openedWorkbench.ts'
import { test } from './fixtures/picturedProject.ts'
import { importFolder } from './importing.ts'

describe('importing', () => {
  test('a long tail of folders, split so that every class can be measured', async ({ project: { bench, projectId, pictures, write, load, tail } }) => {
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
      findings: { singletons: 1, untestable: 1, duplicates: 0, contradictions: 0, skipped: 3, missing: 0, unlabelled: 0, empty: 0 },
    })
    const { total, skipped } = await bench.call('images.skipped', { projectId, offset: 1, limit: 1 })
    expect([total, skipped]).toEqual([3, [{ path: 'cat/notes.txt', sourceFolder: pictures, reason: expect.stringMatching(/no image/) }]])
    expect((await bench.call('projects.get', { projectId })).images).toBe(20)
  })

  test('folders of their own splits keep them; a split that was asked for is given', async ({ project: { bench, write, load, tail } }) => {
    await write({ 'train/cat': 3, 'train/dog': 1, 'val/cat': 2, 'test/dog': 1 })
    await load()
    expect((await tail()).classes).toEqual([expect.objectContaining({ name: 'cat', train: 3, val: 2, test: 0 }), expect.objectContaining({ name: 'dog', train: 1, val: 0, test: 1 })])
    const more = path.join(bench.place, 'more')
    await write({ cat: 4 }, more)
    await load({ folder: more, split: 'test' })
    expect((await tail()).classes[0]).toMatchObject({ name: 'cat', train: 3, val: 2, test: 4 })
  })

  test('a folder in a class folder is a class of its own, or part of the class', async ({ project: { bench, projectId, pictures, write, tail } }) => {
    await write({ 'lynx/camera-1': 3, 'lynx/camera-2': 2, otter: 2, 'train/x': 1 })
    const names = async (): Promise<string[]> => (await tail()).classes.map(({ name }) => name).sort()
    await bench.call('images.import', { projectId, folder: pictures, classFolders: 'outermost' })
    expect(await names()).toEqual(['lynx', 'otter', 'train'])
    const more = path.join(bench.place, 'more')
    await write({ 'lynx/camera-1': 2 }, more)
    await bench.call('images.import', { projectId, folder: more })
    expect(await names()).toEqual(['lynx', 'lynx/camera-1', 'otter', 'train'])
  })

  test('a folder in one that was imported, or around it, adds no image a second time', async ({ project: { bench, projectId, write, load, all } }) => {
    const whole = path.join(bench.place, 'whole')
    await write({ 'a/lynx': 3 }, whole)
    await load({ folder: path.join(whole, 'a') })
    expect(await load({ folder: path.join(whole, 'a', 'lynx') })).toMatchObject({ added: 0, unchanged: 3 })
    expect(await bench.call('sources.list', { projectId })).toHaveLength(1)
    await write({ 'b/otter': 2 }, whole)
    expect(await load({ folder: whole })).toMatchObject({ added: 2, unchanged: 3, duplicates: 0 })
    expect((await all()).map((image) => image.path).sort()).toEqual(['b/otter/0.png', 'b/otter/1.png', 'lynx/0.png', 'lynx/1.png', 'lynx/2.png'])
    await write({ 'a/lynx': 4 }, whole)
    expect(await load({ folder: path.join(whole, 'a') })).toMatchObject({ added: 1, unchanged: 3, vanished: 0 })
    expect(await load({ folder: whole })).toMatchObject({ added: 0, unchanged: 6, vanished: 0 })
  })

  test('nothing to import is refused in words; so are a project’s own folder and a second import', async ({ project: { bench, projectId, pictures, write, load } }) => {
    await expect(load()).rejects.toMatchObject({ code: 'not-found' })
    mkdirSync(pictures)
    await expect(load()).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/one folder for each class/) })
    mkdirSync(path.join(pictures, '.left'))
    await writeImage(path.join(pictures, '.left', '1.png'), 1)
    await expect(load()).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/none of them can be imported/) })
    await expect(load({ folder: path.join(bench.place, 'project') })).rejects.toMatchObject({ code: 'invalid-input' })
    await write({ cat: 3 })
    const first = load()
    await expect(load()).rejects.toMatchObject({ code: 'busy' })
    expect((await first).added).toBe(3)
    expect(await bench.call('images.importing', { projectId })).toBeNull()
  })

  test('the person’s folder stays exactly as it was', async ({ project: { bench, projectId, pictures, write, load, all } }) => {
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

  test('a project may lie within the folder of images', async ({ project: { bench, pictures, write } }) => {
    await write({ cat: 2 })
    const inside = await bench.call('projects.create', { folder: path.join(pictures, 'project') })
    expect(await bench.call('images.import', { projectId: inside.id, folder: pictures })).toMatchObject({ added: 2, skippedCount: 0 })
  })
})

describe('importing again', () => {
  test('adds what is new, notes what changed, vanished and came back, and nothing twice', async ({ project: { bench, projectId, pictures, write, load, tail, all } }) => {
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

  test('an image that cannot be read any more counts as missing until it can', async ({ project: { pictures, write, load, tail } }) => {
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

  test('a class gets its validation image as soon as it has a second one', async ({ project: { write, load, tail } }) => {
    await write({ yak: 1 })
    await load()
    expect((await tail()).classes[0]).toMatchObject({ train: 1, val: 0 })
    await write({ yak: 2 })
    await load()
    expect((await tail()).classes[0]).toMatchObject({ train: 1, val: 1 })
  })

  test('a label and a class name that a person gave are left alone', async ({ project: { bench, projectId, pictures, write, load, tail, all } }) => {
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
    expect((await all()).find(({ id }) => id === image.id)).toMatchObject({ classId: dogId, className: 'dog' })
    expect((await all()).find((one) => one.path === 'cat/new.png')).toMatchObject({ classId: catId, className: 'kitten' })
    await expect(bench.call('classes.rename', { projectId, classId: catId, name: 'dog' })).rejects.toMatchObject({ code: 'already-exists' })
    expect(await bench.call('labels.undo', { projectId })).toMatchObject({ changed: 0, undo: { about: { what: 'relabel', className: 'dog' } }, redo: { about: { what: 'rename', otherName: 'kitten' } } })
    expect(await bench.call('labels.undo', { projectId })).toMatchObject({ changed: 1, undo: null })
  })
})

test('exact duplicates are noted, and stay on one side of the split', async ({ project: { bench, projectId, pictures, write, load, tail, all } }) => {
  await write({ cat: 10 })
  for (let n = 0; n < 10; n++) copyFileSync(path.join(pictures, `cat/${n}.png`), path.join(pictures, `cat/copy-${n}.png`))
  expect(await load()).toMatchObject({ added: 20, duplicates: 10 })
  expect((await tail()).findings.duplicates).toBe(20)
  const images = new Map((await all()).map((image) => [image.id, image]))
  const { total, images: listed } = await bench.call('images.list', { projectId, duplicates: true })
  expect(total).toBe(20)
  // Each beside what it is a copy of.
  expect(listed.map(({ duplicateOf }, n) => duplicateOf === (n % 2 ? listed[n - 1]!.id : null))).not.toContain(false)
  const copies = listed.filter(({ duplicateOf }) => duplicateOf !== null)
  for (const copy of copies) expect(images.get(copy.duplicateOf!)).toMatchObject({ duplicateOf: null, split: copy.split })

  // One that is gone counts no more, in the list either.
  const gone = path.join(pictures, copies[1]!.path)
  renameSync(gone, path.join(bench.place, 'away.png'))
  await load()
  expect([(await tail()).findings.duplicates, (await bench.call('images.list', { projectId, duplicates: true })).total]).toEqual([18, 18])
  renameSync(path.join(bench.place, 'away.png'), gone)
  await load()

  // The original changes: the oldest of the others takes its place.
  const original = images.get(copies[0]!.duplicateOf!)!
  await writeImage(path.join(pictures, original.path), 60_004)
  await load()
  expect((await tail()).findings.duplicates).toBe(18)
})

test('cancelled midway, it keeps what was done; the next import does the rest and ends like one that was never cancelled', async ({ project: { bench, projectId, write, load, tail } }) => {
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
  await bench.call('projects.open', { folder: path.join(bench.place, 'project') })
  expect(await load()).toMatchObject({ added: 452 - report.added, unchanged: report.added, cancelled: false })
  const { classes, splits } = await tail()
  expect(splits).toEqual({ train: 361, val: 91, test: 0 })
  expect(classes.map(({ train, val }) => train + val)).toEqual([300, 150, 2])
  expect(classes[2]).toMatchObject({ train: 1, val: 1 })
})

test('a program that closes stops the import first', async ({ project: { bench, write, load } }) => {
  await write({ cat: 200 })
  const work = load()
  while (!bench.events.some(({ name }) => name === 'images.progress')) await new Promise((resolve) => setTimeout(resolve, 1))
  await bench.restart()
  expect((await work).cancelled).toBe(true)
})

test('a disk that is full says so, whatever else was read by then', async ({ project: { bench, pictures, write } }) => {
  await write({ cat: 300 })
  const folder = path.join(bench.place, 'project')
  const db = openStore(folder)
  const decoders = openDecoders()
  try {
    // Room for some images, and not for the first batch of them.
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 12}`)
    const project = { id: 'p', name: 'p', folder, cache: path.join(folder, 'cache'), createdAt: 0, db }
    const request = { folder: pictures, split: 'auto', classFolders: 'nested', valFraction: 0.2, seed: 0 } as const
    const done = importFolder({ project, request, decoders, signal: new AbortController().signal, onProgress: () => {}, onWritten: () => {} })
    await expect(done).rejects.toMatchObject({ code: 'SQLITE_FULL' })
  } finally {
    await decoders.close()
    closeStore(db)
  }
})

test('images are numbered in the order of their names, and none waits for long, whichever is read first', async ({ project: { bench, pictures, write } }) => {
  await write({ cat: 400 })
  const folder = path.join(bench.place, 'project')
  const db = openStore(folder)
  const decoders = openDecoders()
  // The first file lies on a disk that is slow: every other one that may be is read before it.
  let read = 0
  const inspect = async (file: string) => {
    const inspection = await decoders.inspect(file)
    if (file.endsWith(`${path.sep}0.png`)) await expect.poll(() => read, { timeout: 20_000 }).toBeGreaterThanOrEqual(250)
    else read += 1
    return inspection
  }
  let readBefore = 0
  try {
    const project = { id: 'p', name: 'p', folder, cache: path.join(folder, 'cache'), createdAt: 0, db }
    const request = { folder: pictures, split: 'auto', classFolders: 'nested', valFraction: 0.2, seed: 0 } as const
    const onWritten = (): void => void (readBefore ||= read)
    await importFolder({ project, request, decoders: { ...decoders, inspect }, signal: new AbortController().signal, onProgress: () => {}, onWritten })
    const paths = column<string>(db, 'SELECT path FROM image ORDER BY id')
    expect(paths).toEqual([...paths].sort())
    expect(paths).toHaveLength(400)
    expect(readBefore).toBeLessThan(256 + 4 * decoders.count)
  } finally {
    await decoders.close()
    closeStore(db)
  }
})
