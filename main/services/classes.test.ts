import { renameSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openedWorkbench, writeImage, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'

let bench: OpenedWorkbench
let projectId: string
let pictures: string
beforeEach(async () => {
  bench = openedWorkbench()
  projectId = (await bench.call('projects.create', { folder: path.join(bench.place, 'project') })).id
  pictures = path.join(bench.place, 'pictures')
})
afterEach(() => bench.close())

let shade = 0
const write = async (...files: string[]): Promise<void> => {
  for (const file of files) await writeImage(path.join(pictures, file), shade++)
}
const load = (folder = pictures) => bench.call('images.import', { projectId, folder })
const tail = () => bench.call('classes.tail', { projectId })
const classIdOf = async (name: string): Promise<number> => (await bench.call('classes.list', { projectId })).find((one) => one.name === name)!.id
const told = (name: string): number => bench.events.filter((event) => event.name === name).length

test('classes are merged, divided, deleted and made, told to every window, and taken back after a restart', async () => {
  await write('lynx/1.png', 'lynx/2.png', 'wildcat/1.png', 'otter/1.png')
  await load()
  const [lynx, wildcat, otter] = [await classIdOf('lynx'), await classIdOf('wildcat'), await classIdOf('otter')]
  const [before, labels] = [told('classes.changed'), told('labels.changed')]
  expect(await bench.call('classes.merge', { projectId, classIds: [lynx], intoId: wildcat })).toMatchObject({ changed: 2 })
  await expect(bench.call('classes.rename', { projectId, classId: wildcat, name: 'otter' })).rejects.toMatchObject({ code: 'already-exists', detail: { classId: otter } })
  const { images } = await bench.call('images.list', { projectId, classId: wildcat })
  const divided = await bench.call('classes.divide', { projectId, classId: wildcat, imageIds: [images[0]!.id], name: 'felid' })
  await bench.call('classes.delete', { projectId, classIds: [otter] })
  const { classId } = await bench.call('classes.create', { projectId, name: 'marten' })
  expect([told('classes.changed') - before, told('labels.changed') - labels]).toEqual([4, 3])
  expect(await bench.call('classes.list', { projectId })).toEqual([
    { id: divided.classId, name: 'felid', images: 1 },
    { id: classId, name: 'marten', images: 0 },
    { id: wildcat, name: 'wildcat', images: 2 },
  ])
  expect((await tail()).findings).toMatchObject({ unlabelled: 1, empty: 1 })
  expect(await tail()).toMatchObject({ images: 4, groups: { few: { classes: 2 } } })

  await bench.restart()
  projectId = (await bench.call('projects.open', { folder: path.join(bench.place, 'project') })).id
  for (const what of ['create', 'delete', 'divide', 'merge']) {
    expect((await bench.call('labels.state', { projectId })).undo?.about?.what).toBe(what)
    await bench.call('labels.undo', { projectId })
  }
  expect((await bench.call('classes.list', { projectId })).map(({ name, images: count }) => [name, count])).toEqual([
    ['lynx', 2],
    ['otter', 1],
    ['wildcat', 1],
  ])
})

test('images in no class folder come in without a label, and get their split once they have one', async () => {
  await write('cat/1.png', 'cat/2.png', 'cat/3.png', '1.png', '2.png', '3.png', '4.png')
  expect(await load()).toMatchObject({ added: 7, unlabelled: 4, skippedCount: 0, classes: 1 })
  expect(await tail()).toMatchObject({ images: 7, splits: { train: 2, val: 1, test: 0 }, findings: { unlabelled: 4, untestable: 0 } })
  const loose = await bench.call('images.list', { projectId, unlabelled: true })
  expect(loose).toMatchObject({ total: 4, images: Array.from({ length: 4 }, () => ({ path: expect.stringMatching(/^\d.png$/), classId: null, className: null })) })

  // What is gone is not among those to be labelled.
  const gone = path.join(pictures, '4.png')
  renameSync(gone, path.join(bench.place, '4.png'))
  await load()
  expect([(await tail()).findings.unlabelled, (await bench.call('images.list', { projectId, unlabelled: true })).total]).toEqual([3, 3])
  renameSync(path.join(bench.place, '4.png'), gone)
  await load()

  const { classId } = await bench.call('classes.create', { projectId, name: 'dog' })
  await bench.call('labels.set', { projectId, imageIds: loose.images.map(({ id }) => id), classId })
  const changed = told('images.changed')
  expect((await tail()).classes.find(({ name }) => name === 'dog')).toMatchObject({ train: 3, val: 1 })
  expect([(await tail()).splits, told('images.changed') - changed]).toEqual([{ train: 5, val: 2, test: 0 }, 1])
  expect(await load()).toMatchObject({ added: 0, unchanged: 7 })
  expect((await tail()).findings.unlabelled).toBe(0)
})

test('a folder of nothing but images, and split folders with images of no class', async () => {
  await write('shots/1.png', 'shots/2.jpg')
  expect(await load(path.join(pictures, 'shots'))).toMatchObject({ added: 2, classes: 0 })
  await write('sorted/train/cat/1.png', 'sorted/train/loose.png', 'sorted/val/cat/2.png')
  await load(path.join(pictures, 'sorted'))
  expect((await bench.call('images.list', { projectId, unlabelled: true })).images.map((image) => image.path).sort()).toEqual(['1.png', '2.jpg', 'train/loose.png'])
})

test('a folder of a class that was merged goes with it; one of a deleted class brings it back', async () => {
  await write('lynx/1.png', 'wildcat/1.png', 'otter/1.png')
  await load()
  const [lynx, wildcat, otter] = [await classIdOf('lynx'), await classIdOf('wildcat'), await classIdOf('otter')]
  await bench.call('classes.merge', { projectId, classIds: [lynx], intoId: wildcat })
  await bench.call('classes.delete', { projectId, classIds: [otter] })
  await write('lynx/2.png', 'otter/2.png')
  await load()
  expect(await bench.call('classes.list', { projectId })).toEqual([
    { id: otter, name: 'otter', images: 1 },
    { id: wildcat, name: 'wildcat', images: 3 },
  ])
  expect((await tail()).findings.unlabelled).toBe(1)
})

test('a name with a NUL character is none: the journal gives such names to classes on their way to another', async () => {
  await write('lynx/1.png', 'otter/1.png')
  await load()
  const lynx = await classIdOf('lynx')
  await expect(bench.call('classes.create', { projectId, name: `\0${lynx}` })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/NUL/) })
  await expect(bench.call('classes.rename', { projectId, classId: await classIdOf('otter'), name: `\0${lynx}` })).rejects.toMatchObject({ code: 'invalid-input' })
  await bench.call('classes.rename', { projectId, classId: lynx, name: 'wildcat' })
})
