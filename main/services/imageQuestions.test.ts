/** What Images asks: parts of lists, one image's story, and labels for whole lists. */
import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../store/db.ts'
import { closeStore, openStore } from '../store/open.ts'
import { openedWorkbench, writeImage, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'

let bench: OpenedWorkbench
let projectId: string
const folder = (): string => path.join(bench.place, 'project')

/** Cats 1 to 4 and dogs 5 and 6, of which dog 6 has the bytes of cat 1; run 1 looked at cat 1 and dog 5. */
beforeEach(async () => {
  bench = openedWorkbench()
  projectId = (await bench.call('projects.create', { folder: folder() })).id
  const files = [...[1, 2, 3, 4].map((shade) => [`cat/${shade}.png`, shade] as const), ['dog/5.png', 5] as const, ['dog/6.png', 1] as const]
  for (const [name, shade] of files) await writeImage(path.join(bench.place, 'pictures', name), shade)
  await bench.call('images.import', { projectId, folder: path.join(bench.place, 'pictures'), split: 'val' })
  const db = openStore(folder())
  run(db, "INSERT INTO run (id, name, status, config, train_images, val_images, created_at) VALUES (1, 'run', 'finished', '{}', 1, 1, 0)")
  const [cat, dog] = (await bench.call('classes.list', { projectId })).sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ id }) => id) as [number, number]
  const known = (await bench.call('images.list', { projectId })).images
  const idOf = (end: string): number => known.find((image) => image.path.endsWith(end))!.id
  run(db, "INSERT INTO prediction (run_id, split, image_id, actual, predicted, guesses, experts, experts_asked, confidence) VALUES (1, 'val', ?, ?, ?, ?, ?, 1, 0.8)", idOf('1.png'), cat, dog, `[[${dog},0.8],[${cat},0.2]]`, `[[${dog},0.7],[${cat},0.6]]`)
  run(db, 'INSERT INTO guess (run_id, image_id, guesses, experts, experts_asked) VALUES (1, ?, ?, ?, 2)', idOf('5.png'), `[[${dog},0.9]]`, `[[${dog},0.9]]`)
  closeStore(db)
})
afterEach(() => bench.close())

const byName = async () => (await bench.call('images.list', { projectId, sort: 'name', run: { runId: 1, split: 'val' } })).images

test('a part of a list is told by ids, and where an image stands in it', async () => {
  const ids = (await byName()).map((image) => image.id)
  expect(await bench.call('images.ids', { projectId, query: { sort: 'name' }, first: 1, last: 3 })).toEqual(ids.slice(1, 4))
  expect(await bench.call('images.ids', { projectId, query: { sort: 'name' }, first: 4, last: 99 })).toEqual(ids.slice(4))
  await expect(bench.call('images.ids', { projectId, query: { sort: 'name' }, first: 1, last: 1001 })).rejects.toMatchObject({ code: 'invalid-input' })
  expect(await bench.call('images.place', { projectId, query: { sort: 'name' }, imageId: ids[4]! })).toBe(4)
  expect(await bench.call('images.place', { projectId, query: { sort: 'name', duplicates: true }, imageId: ids[4]! })).toBeNull()
})

test('a list carries the guesses of its run, and one image what every expert says', async () => {
  const images = await byName()
  expect(images.map((image) => image.guess?.className ?? null)).toEqual(['dog', null, null, null, 'dog', null])
  expect(await bench.call('images.answers', { projectId, runId: 1, imageId: images[0]!.id })).toMatchObject({ split: 'val', actual: images[0]!.classId, expertsAsked: 1, experts: [{ className: 'dog' }, { className: 'cat', probability: 0.6 }] })
  expect(await bench.call('images.answers', { projectId, runId: 1, imageId: images[4]!.id })).toMatchObject({ split: null, actual: null, guesses: [{ className: 'dog', probability: 0.9 }] })
  expect(await bench.call('images.answers', { projectId, runId: 1, imageId: images[1]!.id })).toBeNull()
})

test('images of the same bytes know each other', async () => {
  const images = await byName()
  expect((await bench.call('images.twins', { projectId, imageId: images[0]!.id })).map(({ path: file }) => file)).toEqual(['dog/6.png'])
  expect(await bench.call('images.twins', { projectId, imageId: images[1]!.id })).toEqual([])
})

test('a picture whose copies have two labels is told, and its copies are listed until one label is mended', async () => {
  const images = await byName()
  const told = async () => (await bench.call('classes.tail', { projectId })).findings.contradictions
  const listed = async () => (await bench.call('images.list', { projectId, contradictions: true, sort: 'name' })).images.map((image) => image.path)
  expect([await told(), await listed()]).toEqual([2, ['cat/1.png', 'dog/6.png']])
  await bench.call('labels.set', { projectId, imageIds: [images[5]!.id], classId: null })
  // A copy without a label says nothing against the other.
  expect([await told(), await listed()]).toEqual([0, []])
  await bench.call('labels.undo', { projectId })
  rmSync(path.join(bench.place, 'pictures', 'dog', '6.png'))
  await bench.call('images.import', { projectId, folder: path.join(bench.place, 'pictures') })
  expect([await told(), await listed()]).toEqual([0, []])
})

test('copies of a picture with two labels stand side by side', async () => {
  await writeImage(path.join(bench.place, 'pictures', 'dog', '7.png'), 2)
  await bench.call('images.import', { projectId, folder: path.join(bench.place, 'pictures') })
  const { total, images } = await bench.call('images.list', { projectId, contradictions: true })
  const shades = images.map((image) => ({ '1': 1, '6': 1, '2': 2, '7': 2 })[/\d/.exec(image.path)![0]])
  expect([total, shades[0] === shades[1], shades[2] === shades[3]]).toEqual([4, true, true])
  expect((await bench.call('images.list', { projectId, contradictions: true, search: 'dog' })).images.map((image) => image.path).sort()).toEqual(['dog/6.png', 'dog/7.png'])
})

test('a list is labelled whole but for a few, as one step that an undo takes back after a restart', async () => {
  const images = await byName()
  const [cat, dog] = [images[0]!.classId!, images[4]!.classId!]
  const { changed, undo } = await bench.call('labels.set', { projectId, of: { query: { classId: cat }, except: [images[1]!.id] }, classId: dog })
  expect([changed, undo?.images]).toEqual([3, 3])
  expect((await byName()).map((image) => image.className)).toEqual(['dog', 'cat', 'dog', 'dog', 'dog', 'dog'])
  expect(await bench.call('labels.history', { projectId, imageId: images[0]!.id })).toMatchObject([
    { kind: 'set', from: 'cat', to: 'dog' },
    { kind: 'import', from: null, to: 'cat' },
  ])
  await bench.restart()
  projectId = (await bench.call('projects.open', { folder: folder() })).id
  expect((await bench.call('labels.undo', { projectId })).changed).toBe(3)
  expect((await byName()).map((image) => image.className)).toEqual(['cat', 'cat', 'cat', 'cat', 'dog', 'dog'])
})

test('a part of a list, named by its ends, is labelled as one step, or all but that part', async () => {
  const images = await byName()
  const [cat, dog] = [images[0]!.classId!, images[4]!.classId!]
  const names = async (): Promise<(string | null)[]> => (await byName()).map((image) => image.className)
  const part = { first: images[1]!.id, last: images[3]!.id, images: 3 }
  expect((await bench.call('labels.set', { projectId, of: { query: { sort: 'name' }, between: part, except: [images[2]!.id], also: [images[0]!.id, images[1]!.id] }, classId: dog })).changed).toBe(3)
  expect(await names()).toEqual(['dog', 'dog', 'cat', 'dog', 'dog', 'dog'])
  await bench.call('labels.undo', { projectId })
  expect((await bench.call('labels.set', { projectId, of: { query: { sort: 'name' }, between: { ...part, isLeftOut: true } }, classId: null })).changed).toBe(3)
  expect(await names()).toEqual([null, 'cat', 'cat', 'cat', null, null])
  // By now the list of the class is another one than that in which they were picked.
  for (const between of [{ first: images[0]!.id, last: images[3]!.id, images: 4 }, { ...part, images: 4 }, { first: part.last, last: part.first, images: 3 }]) {
    await expect(bench.call('labels.set', { projectId, of: { query: { classId: cat, sort: 'name' }, between }, classId: dog })).rejects.toMatchObject({ code: 'busy' })
  }
})

test('a list is given a class that is made in the same step', async () => {
  const [first] = await byName()
  const { changed, classId } = await bench.call('labels.setNew', { projectId, of: { query: { classId: first!.classId! } }, name: 'lynx' })
  expect([changed, (await byName()).map((image) => image.className)]).toEqual([4, ['lynx', 'lynx', 'lynx', 'lynx', 'dog', 'dog']])
  await bench.call('labels.undo', { projectId })
  expect((await bench.call('classes.list', { projectId })).map(({ id }) => id)).not.toContain(classId)
})

test('ids and a list at once, or neither, are refused', async () => {
  await expect(bench.call('labels.set', { projectId, classId: null })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(bench.call('labels.set', { projectId, imageIds: [1], of: { query: {} }, classId: null })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(bench.call('labels.setNew', { projectId, name: 'lynx' })).rejects.toMatchObject({ code: 'invalid-input' })
})
