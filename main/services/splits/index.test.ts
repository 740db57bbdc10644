import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Image } from '../../../shared/contract/images.ts'
import type { Alike, SplitRequest } from '../../../shared/contract/splits.ts'
import { run } from '../../store/db.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { scoredProject } from '../fixtures/scoredProject.ts'
import { openedWorkbench, writeImage, type OpenedWorkbench } from '../fixtures/openedWorkbench.ts'

let bench: OpenedWorkbench
let projectId: string
let pictures: string
beforeEach(async () => {
  bench = openedWorkbench()
  pictures = path.join(bench.place, 'pictures')
  projectId = (await bench.call('projects.create', { folder: path.join(bench.place, 'project') })).id
})
afterEach(() => bench.close(), 60_000)

type Choices = Partial<Omit<SplitRequest, 'together'>> & { together?: Partial<SplitRequest['together']> }
const request = (choices: Choices = {}) => ({ projectId, valFraction: 0.2, testFraction: 0, ...choices })
const load = (folder = pictures) => bench.call('images.import', { projectId, folder })
const all = async (): Promise<readonly Image[]> => (await bench.call('images.list', { projectId, limit: 1000 })).images
const byPath = async (): Promise<Readonly<Record<string, Image>>> => Object.fromEntries((await all()).map((image) => [image.path, image]))

/** A scene that no other seed looks like; `shift` moves it by so little that it looks the same. */
async function scene(file: string, seed: number, shift = 0): Promise<void> {
  const drawn = (k: number): number => Math.abs(Math.sin(seed * 12.9898 + k * 78.233) * 43758.5453) % 1
  const circles = Array.from({ length: 8 }, (_, n) => `<circle cx="${100 * drawn(n) + shift}" cy="${100 * drawn(n + 20)}" r="${8 + 20 * drawn(n + 40)}" fill="rgb(${[60, 80, 100].map((k) => Math.floor(255 * drawn(n + k))).join()})"/>`)
  mkdirSync(path.dirname(file), { recursive: true })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="96" height="96"><rect width="100" height="100" fill="#567"/>${circles.join('')}</svg>`
  writeFileSync(file, await sharp(Buffer.from(svg)).removeAlpha().png().toBuffer())
}

async function photo(file: string, shade: number, time: string): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true })
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: shade, g: 90, b: 40 } } })
  writeFileSync(file, await picture.withExif({ IFD0: { Make: 'Reconyx', Model: 'HP2X' }, IFD2: { DateTimeOriginal: time } }).jpeg().toBuffer())
}

test('a preview says what each class gets, and applying does just that, as one step that undo takes back', async () => {
  const counts = { ant: 20, bee: 3, cow: 2, doe: 1 }
  for (const [name, count] of Object.entries(counts)) for (let n = 0; n < count; n++) await writeImage(path.join(pictures, name, `${n}.png`), name.charCodeAt(0) * 200 + n)
  await load()
  const before = await byPath()
  const asked = request({ valFraction: 0.2, testFraction: 0.1, seed: 5 })
  const preview = await bench.call('splits.preview', asked)
  const after = Object.fromEntries(preview.classes.map((one) => [one.name, [one.after, one.untestable]]))
  expect(after).toEqual({
    ant: [{ train: 14, val: 4, test: 2 }, null],
    bee: [{ train: 1, val: 1, test: 1 }, null],
    cow: [{ train: 1, val: 1, test: 0 }, null],
    doe: [{ train: 1, val: 0, test: 0 }, 'one-image'],
  })
  expect(preview.after).toEqual({ train: 17, val: 6, test: 3 })
  expect(preview.bursts).toMatchObject({ count: 0, images: 0, straddling: 0, heldApart: 0 })
  // Looking changes nothing.
  expect(await byPath()).toEqual(before)

  const step = await bench.call('splits.apply', { ...asked, token: preview.token })
  expect(step).toMatchObject({ changed: preview.moving, undo: { about: { what: 'split' } } })
  expect((await bench.call('classes.tail', { projectId })).splits).toEqual(preview.after)
  expect(bench.events.map(({ name }) => name)).toContain('labels.changed')
  expect((await bench.call('splits.preview', asked)).moving).toBe(0)
  await bench.call('labels.undo', { projectId })
  expect(await byPath()).toEqual(before)
  await bench.call('labels.redo', { projectId })
  expect((await bench.call('classes.tail', { projectId })).splits).toEqual(preview.after)
})

test('what was changed since the preview keeps it from being applied', async () => {
  for (let n = 0; n < 10; n++) await writeImage(path.join(pictures, 'ant', `${n}.png`), n)
  await load()
  const { token } = await bench.call('splits.preview', request({ valFraction: 0.5 }))
  const [first] = await all()
  await bench.call('splits.set', { projectId, imageIds: [first!.id], split: 'test' })
  await expect(bench.call('splits.apply', { ...request({ valFraction: 0.5 }), token })).rejects.toMatchObject({ code: 'busy' })
  await expect(bench.call('splits.preview', request({ valFraction: 0.6, testFraction: 0.5 }))).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(bench.call('splits.preview', request({ together: { namePattern: '(a+)+$' } }))).rejects.toMatchObject({ code: 'invalid-input' })
})

test('what else goes on in the project keeps no splits from being applied', async () => {
  const tailed = openedWorkbench()
  try {
    const { projectId: id } = await scoredProject(tailed, [{ name: 'ant', train: 9, val: 1 }], [{ answers: [1] }])
    for (let moment = 0; moment < 40; moment++) {
      const applied = tailed.call('splits.apply', { projectId: id, valFraction: 0.2, testFraction: 0, seed: moment, keepFolder: false })
      for (let turns = 0; turns < moment; turns++) await Promise.resolve()
      await tailed.call('runs.rename', { projectId: id, runId: 1, name: `Run of moment ${moment}` })
      await applied
    }
    expect((await tailed.call('classes.tail', { projectId: id })).splits).toEqual({ train: 8, val: 2, test: 0 })
  } finally {
    await tailed.close()
  }
})

test('however many images are united, the pairs that are left need not be found anew', async () => {
  await bench.call('projects.close', { projectId })
  const folder = path.join(bench.place, 'project')
  const db = openStore(folder)
  db.exec(`
    INSERT INTO source (id, folder, added_at) VALUES (1, '/gone', 0);
    INSERT INTO class (id, name, folder_name, created_at) VALUES (1, 'ant', 'ant', 0);
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 11000)
      INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, duplicate_of, added_at, look, tone)
      SELECT 1, n, unhex(printf('%064d', (n + 1) / 2)), 1, 1, 'png', 1, 1, 1, iif(n % 2, 'train', 'val'), 'folder', iif(n % 2, NULL, n - 1), 0, zeroblob(8), zeroblob(8) FROM number`)
  closeStore(db)
  projectId = (await bench.call('projects.open', { folder })).id
  const compared = (): number => bench.events.filter(({ name, payload }) => name === 'splits.progress' && (payload as { phase: string }).phase === 'comparing').length
  expect(await bench.call('splits.check', { projectId })).toMatchObject({ total: 5500, sameBytes: 5500 })
  const once = compared()
  expect(await bench.call('splits.unite', { projectId, split: 'train' })).toMatchObject({ changed: 5500 })
  expect(await bench.call('splits.check', { projectId })).toMatchObject({ total: 0 })
  expect(compared()).toBe(once)
})

test('bursts by time, by folder and by name never straddle; what is not known is counted', async () => {
  for (let burst = 0; burst < 6; burst++) for (let n = 0; n < 4; n++) await photo(path.join(pictures, 'fox', `b${burst}_${n}.jpg`), burst * 10 + n, `2026:03:04 1${burst}:00:0${n}`)
  await writeImage(path.join(pictures, 'fox', 'drawn.png'), 3)
  await load()
  const splitsOf = async (choices: Choices) => {
    const preview = await bench.call('splits.preview', request(choices))
    await bench.call('splits.apply', request(choices))
    const bursts = new Map<string, Set<string>>()
    for (const image of await all()) bursts.set(image.path.slice(0, 6), (bursts.get(image.path.slice(0, 6)) ?? new Set()).add(image.split))
    return { preview, straddling: [...bursts.values()].filter((found) => found.size > 1).length }
  }
  const byTime = await splitsOf({ valFraction: 0.3, together: { gapSeconds: 60 } })
  expect(byTime.straddling).toBe(0)
  expect(byTime.preview).toMatchObject({ bursts: { count: 6, images: 24 }, unknown: { time: 1, name: 0 } })
  expect(byTime.preview.bursts.largest[0]).toMatchObject({ images: 4, classes: 1 })
  const byName = await splitsOf({ valFraction: 0.3, seed: 3, together: { namePattern: '{group}_*' } })
  expect(byName.straddling).toBe(0)
  expect(byName.preview.unknown.name).toBe(1)
  // One folder is one burst: such a class cannot be validated, and the preview says why.
  const byFolder = await bench.call('splits.preview', request({ together: { folder: 'whole' } }))
  expect(byTime.preview.classes[0]).toMatchObject({ bursts: 6 })
  expect(byFolder.classes[0]).toMatchObject({ bursts: 1, after: { train: 25, val: 0, test: 0 }, untestable: 'one-burst' })
})

test('what folders and persons put somewhere stays unless it is let go; its burst goes with it', async () => {
  for (let n = 0; n < 8; n++) await writeImage(path.join(pictures, 'train', 'ant', `s${n}_1.png`), n)
  for (let n = 0; n < 2; n++) await writeImage(path.join(pictures, 'val', 'ant', `s${n}_2.png`), 100 + n)
  await load()
  const kept = await bench.call('splits.preview', request({ valFraction: 0.5 }))
  expect(kept.moving).toBe(0)
  const apart = await bench.call('splits.preview', request({ valFraction: 0.5, together: { namePattern: '{group}_*' } }))
  expect(apart.bursts).toMatchObject({ straddling: 2, heldApart: 2 })
  const free = await bench.call('splits.preview', request({ valFraction: 0.5, keepFolder: false, together: { namePattern: '{group}_*' } }))
  expect(free.bursts).toMatchObject({ straddling: 2, heldApart: 0 })
  expect(free.after).toEqual({ train: 5, val: 5, test: 0 })
  const images = await byPath()
  await bench.call('splits.set', { projectId, imageIds: [images['train/ant/s5_1.png']!.id], split: 'test' })
  const held = await bench.call('splits.preview', request({ keepFolder: false }))
  expect(held.after.test).toBe(1)
  expect((await bench.call('splits.preview', request({ keepFolder: false, keepPerson: false }))).after.test).toBe(0)
})

test('images that came without a label and were labelled since get their split, and everybody is told', async () => {
  for (let n = 0; n < 10; n++) await writeImage(path.join(pictures, `${n}.png`), n)
  await load()
  await bench.call('labels.setNew', { projectId, imageIds: (await all()).map(({ id }) => id), name: 'ant' })
  const before = bench.events.length
  await bench.call('splits.check', { projectId })
  expect(bench.events.slice(before).map(({ name }) => name)).toEqual(expect.arrayContaining(['images.changed', 'classes.changed']))
  expect((await bench.call('classes.tail', { projectId })).splits).toEqual({ train: 8, val: 2, test: 0 })
})

test('a person moves images by hand, and copies go along', async () => {
  await writeImage(path.join(pictures, 'ant', '0.png'), 1)
  for (let n = 1; n < 6; n++) await writeImage(path.join(pictures, 'ant', `${n}.png`), n + 10)
  copyFileSync(path.join(pictures, 'ant', '0.png'), path.join(pictures, 'ant', 'copy.png'))
  await load()
  const images = await byPath()
  expect(await bench.call('splits.set', { projectId, imageIds: [images['ant/copy.png']!.id], split: 'test' })).toMatchObject({ changed: 2, undo: { about: { what: 'split', otherName: 'test' } } })
  const moved = await byPath()
  expect([moved['ant/0.png']!.split, moved['ant/copy.png']!.split]).toEqual(['test', 'test'])
  // All of a list, without naming them.
  expect(await bench.call('splits.set', { projectId, of: { query: { search: 'ant' } }, split: 'train' })).toMatchObject({ undo: { about: { otherName: 'train' } } })
  expect(Object.values(await byPath()).map((image) => image.split)).toEqual(Array.from({ length: 7 }, () => 'train'))
  await bench.call('labels.undo', { projectId })
  expect(await byPath()).toEqual(moved)
  await expect(bench.call('splits.set', { projectId, split: 'train' })).rejects.toMatchObject({ code: 'invalid-input' })
})

const valOf = ({ image, other }: Alike): string => (image.split === 'val' ? image : other).path

test('the check tells what straddles, the same bytes first; uniting and ignoring take pairs away', async () => {
  for (let n = 0; n < 6; n++) await scene(path.join(pictures, 'train', 'ant', `${n}.png`), n)
  await scene(path.join(pictures, 'val', 'ant', 'near.png'), 0, 0.6)
  await scene(path.join(pictures, 'val', 'ant', 'near2.png'), 1, 0.6)
  await scene(path.join(pictures, 'val', 'bee', 'other.png'), 77)
  copyFileSync(path.join(pictures, 'train', 'ant', '2.png'), path.join(pictures, 'val', 'ant', 'same.png'))
  await load()
  const check = () => bench.call('splits.check', { projectId })
  const first = await check()
  expect(first).toMatchObject({ total: 3, sameBytes: 1, plain: 0, unseen: 0, isWhole: true })
  // Images have the ids in which their reading ended: which of two comes first is open.
  expect(first.pairs[0]).toMatchObject({ kind: 'same-bytes' })
  expect(valOf(first.pairs[0]!)).toBe('val/ant/same.png')
  const second = first.pairs.find((pair) => valOf(pair) === 'val/ant/near.png')
  const third = first.pairs.find((pair) => valOf(pair) === 'val/ant/near2.png')
  expect([second?.kind, third?.kind]).toEqual(['alike', 'alike'])

  await bench.call('splits.ignore', { projectId, imageId: second!.other.id, otherId: second!.image.id })
  expect((await check()).pairs.map(valOf)).toEqual(['val/ant/same.png', 'val/ant/near2.png'])
  expect(await bench.call('splits.unite', { projectId, imageId: third!.image.id, split: 'train' })).toMatchObject({ changed: 1 })
  expect((await check()).pairs.map(valOf)).toEqual(['val/ant/same.png'])
  expect(await bench.call('splits.unite', { projectId, split: 'val' })).toMatchObject({ changed: 1 })
  expect(await check()).toMatchObject({ total: 0 })
  const images = await byPath()
  expect(['train/ant/0.png', 'train/ant/2.png', 'val/ant/near2.png', 'val/ant/near.png'].map((name) => images[name]!.split)).toEqual(['train', 'val', 'train', 'val'])
  // Undone, they straddle again; the pair that was put aside stays away.
  await bench.call('labels.undo', { projectId })
  await bench.call('labels.undo', { projectId })
  await bench.restart()
  projectId = (await bench.call('projects.open', { folder: path.join(bench.place, 'project') })).id
  expect(await check()).toMatchObject({ total: 2 })

  // Near-duplicates are bursts too, where they are wanted.
  const { bursts } = await bench.call('splits.preview', request({ keepFolder: false, together: { lookDistance: 3 } }))
  expect(bursts).toMatchObject({ count: 2, images: 4, straddling: 2, heldApart: 0 })
  await expect(bench.call('splits.ignore', { projectId, imageId: 1, otherId: 9999 })).rejects.toMatchObject({ code: 'not-found' })
  await expect(bench.call('splits.unite', { projectId, imageId: 9999, split: 'val' })).rejects.toMatchObject({ code: 'not-found' })
})

test('an image without a label is in no split yet, so that it is in no pair of two', async () => {
  await scene(path.join(pictures, 'train', 'lynx', '1.png'), 3)
  await scene(path.join(pictures, 'val', 'lynx', '2.png'), 3, 0.4)
  await load()
  const loose = path.join(bench.place, 'loose')
  await scene(path.join(loose, '3.png'), 3, 0.2)
  copyFileSync(path.join(pictures, 'val', 'lynx', '2.png'), path.join(loose, '4.png'))
  await load(loose)
  const { total, pairs } = await bench.call('splits.check', { projectId })
  expect(total).toBe(1)
  expect(pairs.map(({ image, other }) => [image.path, other.path].sort())).toEqual([['train/lynx/1.png', 'val/lynx/2.png']])
})

test('images from before looks were kept are looked at when they are needed, with progress; those that are gone are counted', async () => {
  for (let n = 0; n < 5; n++) await scene(path.join(pictures, 'train', 'ant', `${n}.png`), n)
  await scene(path.join(pictures, 'val', 'ant', 'near.png'), 3, 0.6)
  await load()
  await bench.call('projects.close', { projectId })
  const folder = path.join(bench.place, 'project')
  const db = openStore(folder)
  run(db, 'UPDATE image SET look = NULL, tone = NULL')
  closeStore(db)
  rmSync(path.join(pictures, 'train', 'ant', '4.png'))
  projectId = (await bench.call('projects.open', { folder })).id
  expect(await bench.call('splits.check', { projectId })).toMatchObject({ total: 1, unseen: 1 })
  expect(bench.events).toContainEqual({ name: 'splits.progress', payload: { projectId, phase: 'looking', done: 6, total: 6 } })
})

test('when images were taken that are looked at late is told, and the list by time goes by it', async () => {
  for (const [n, hour] of [3, 9, 6].entries()) await photo(path.join(pictures, 'fox', `${n}.jpg`), n * 40, `2026:03:04 1${hour}:00:00`)
  await load()
  await bench.call('projects.close', { projectId })
  const folder = path.join(bench.place, 'project')
  const db = openStore(folder)
  run(db, 'UPDATE image SET look = NULL, tone = NULL, taken_at = NULL')
  closeStore(db)
  projectId = (await bench.call('projects.open', { folder })).id
  const byTime = async () => (await bench.call('images.list', { projectId, sort: 'taken' })).images
  expect((await byTime()).map(({ takenAt }) => takenAt)).toEqual([null, null, null])
  await bench.call('splits.check', { projectId })
  const times = (await byTime()).map(({ takenAt }) => takenAt!)
  expect(times).toEqual([...times].sort((a, b) => b - a))
  expect(new Set(times).size).toBe(3)
  expect((await byTime()).map((image) => image.path)).toEqual(['fox/1.jpg', 'fox/2.jpg', 'fox/0.jpg'])
})

test('what is asked for later ends what was asked for earlier; a project that closes ends it too', async () => {
  for (let n = 0; n < 5; n++) await writeImage(path.join(pictures, 'ant', `${n}.png`), n)
  await load()
  const asked = [0.1, 0.2, 0.3].map((valFraction) => bench.call('splits.preview', request({ valFraction })))
  const ended = await Promise.allSettled(asked)
  expect(ended.slice(0, 2).every((one) => one.status === 'rejected' && (one.reason as { code: string }).code === 'cancelled')).toBe(true)
  expect(ended[2]!.status).toBe('fulfilled')
  const last = bench.call('splits.preview', request())
  const [closed] = await Promise.allSettled([last, bench.call('projects.close', { projectId })])
  expect(closed.status === 'fulfilled' || (closed.reason as { code: string }).code === 'cancelled').toBe(true)
})
