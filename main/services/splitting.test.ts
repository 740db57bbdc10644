import * as fc from 'fast-check'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { classOfFolder } from '../store/classes.ts'
import { inTransaction, row, rows } from '../store/db.ts'
import { insertImage, pendingImages } from '../store/importing.ts'
import { beginImportStep } from '../store/journal.ts'
import { closeStore, createStore, openStore } from '../store/open.ts'
import { addSource } from '../store/sources.ts'
import { openedWorkbench, writeImage, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'
import { markImport, settleSplits, splitPending } from './splitting.ts'

let bench: OpenedWorkbench
let folder: string
beforeEach(async () => {
  bench = openedWorkbench()
  folder = path.join(bench.place, 'project')
  const { id } = await bench.call('projects.create', { folder })
  await bench.call('projects.close', { projectId: id })
})
afterEach(() => bench.close(), 60_000)

const of = (file: string): string => JSON.stringify(path.resolve('main', file))

/** A program that begins to import ten images of one class and then goes no further. */
const importer = (end: string): string[] => {
  const program = `
    import { openStore } from ${of('store/open.ts')}
    import { classOfFolder } from ${of('store/classes.ts')}
    import { insertImage } from ${of('store/importing.ts')}
    import { beginImportStep } from ${of('store/journal.ts')}
    import { addSource } from ${of('store/sources.ts')}
    import { markImport } from ${of('services/splitting.ts')}
    const folder = ${JSON.stringify(folder)}
    const db = openStore(folder)
    markImport({ folder, db }, { valFraction: 0.5, seed: 3 })
    const sourceId = addSource(db, '/pictures', 0)
    const classId = classOfFolder(db, 'cat', 0)
    const stepId = beginImportStep(db)
    for (let n = 0; n < 10; n++) {
      const found = { path: 'cat/' + n + '.png', contentHash: Buffer.alloc(32, n), bytes: 1, modifiedMs: 0, format: 'png', width: 1, height: 1, takenAt: null, camera: null, look: Buffer.alloc(8), tone: Buffer.alloc(8) }
      insertImage(db, stepId, { ...found, sourceId, classId, split: 'train', splitFrom: 'pending' }, 0)
    }
    ${end}`
  return ['--input-type=module-typescript', '-e', program]
}

test('what a killed import left is split when the project opens, as that import would have', async () => {
  const { signal, stderr } = spawnSync(process.execPath, importer("process.kill(process.pid, 'SIGKILL')"), { encoding: 'utf8' })
  expect([signal, stderr]).toEqual(['SIGKILL', ''])
  const db = openStore(folder)
  expect(pendingImages(db)).toBe(10)
  closeStore(db)
  const { id } = await bench.call('projects.open', { folder })
  expect((await bench.call('classes.tail', { projectId: id })).splits).toEqual({ train: 5, val: 5, test: 0 })
  expect(existsSync(path.join(folder, 'importing.json'))).toBe(false)
})

test('while another program imports, its images are let be, and a second import is refused in a sentence', async () => {
  const program = spawn(process.execPath, importer("console.log('written'); setInterval(() => {}, 1000)"), { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(program.stdout, 'data')
    const { id } = await bench.call('projects.open', { folder })
    await writeImage(path.join(bench.place, 'pictures', 'dog', '0.png'), 1)
    const busy = { code: 'busy', message: expect.stringContaining(`process ${program.pid}`) }
    await expect(bench.call('images.import', { projectId: id, folder: path.join(bench.place, 'pictures') })).rejects.toMatchObject(busy)
    const db = openStore(folder)
    try {
      expect(() => settleSplits({ folder, db })).toThrow(expect.objectContaining(busy))
      expect(pendingImages(db)).toBe(10)
      program.kill('SIGKILL')
      await once(program, 'exit')
      settleSplits({ folder, db })
      expect(pendingImages(db)).toBe(0)
    } finally {
      closeStore(db)
    }
    expect(await bench.call('images.import', { projectId: id, folder: path.join(bench.place, 'pictures') })).toMatchObject({ added: 1, classes: 2 })
  } finally {
    program.kill('SIGKILL')
  }
})

test('an import of this program keeps others out until it has ended, whatever a torn mark says', () => {
  const db = openStore(folder)
  try {
    writeFileSync(path.join(folder, 'importing.json'), '{"pid": 1')
    const unmark = markImport({ folder, db }, { valFraction: 0.2, seed: 0 })
    expect(() => settleSplits({ folder, db })).toThrow(expect.objectContaining({ code: 'busy', message: expect.not.stringContaining('process') }))
    unmark()
    settleSplits({ folder, db })
  } finally {
    closeStore(db)
  }
})

test('copies of test images are for testing, also under another class; the original may have left its folder', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'ride-copies-'))
  try {
    for (const n of [1, 2, 3]) await writeImage(path.join(place, 'tests', 'cat', `${n}.png`), n)
    for (const n of [4, 5, 6, 7]) await writeImage(path.join(place, 'more', 'cat', `${n}.png`), n)
    mkdirSync(path.join(place, 'more', 'dog'))
    copyFileSync(path.join(place, 'tests', 'cat', '1.png'), path.join(place, 'more', 'cat', 'copy.png'))
    copyFileSync(path.join(place, 'tests', 'cat', '2.png'), path.join(place, 'more', 'dog', 'copy.png'))
    copyFileSync(path.join(place, 'tests', 'cat', '3.png'), path.join(place, 'more', 'dog', 'moved.png'))
    const { id } = await bench.call('projects.open', { folder })
    await bench.call('images.import', { projectId: id, folder: path.join(place, 'tests'), split: 'test' })
    rmSync(path.join(place, 'tests', 'cat', '3.png'))
    await bench.call('images.import', { projectId: id, folder: path.join(place, 'more') })
    const { images } = await bench.call('images.list', { projectId: id })
    const splits = Object.fromEntries(images.map((image) => [image.path, image.split]))
    expect([splits['cat/copy.png'], splits['dog/copy.png'], splits['dog/moved.png']]).toEqual(['test', 'test', 'test'])
    expect((await bench.call('classes.tail', { projectId: id })).classes[0]).toMatchObject({ name: 'cat', train: 3, val: 1 })
  } finally {
    rmSync(place, { recursive: true })
  }
})

test('import after import: what is tested on is never trained on, and every class can be trained and measured', () => {
  const image = fc.record({ className: fc.constantFrom('cat', 'dog'), content: fc.nat(7), forTest: fc.boolean() })
  const imports = fc.array(fc.array(image, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(imports, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (batches, valFraction) => {
      const place = mkdtempSync(path.join(tmpdir(), 'ride-splits-'))
      createStore(place, () => {})
      const db = openStore(place)
      try {
        const sourceId = addSource(db, '/pictures', 0)
        const stepId = beginImportStep(db)
        let files = 0
        for (const batch of batches) {
          const add = ({ className, content, forTest }: (typeof batch)[number]): number => {
            const found = { path: `${files++}.png`, contentHash: Buffer.alloc(32, content), bytes: 1, modifiedMs: 0, format: 'png', width: 1, height: 1, takenAt: null, camera: null, look: Buffer.alloc(8), tone: Buffer.alloc(8) }
            const split = forTest ? ({ split: 'test', splitFrom: 'person' } as const) : ({ split: 'train', splitFrom: 'pending' } as const)
            return insertImage(db, stepId, { ...found, sourceId, classId: classOfFolder(db, className, 0), ...split }, 0).id
          }
          const added = inTransaction(db, () => batch.map(add))
          expect([...splitPending(db, { valFraction, seed: 0 })].length).toBeLessThanOrEqual(2)
          expect(pendingImages(db)).toBe(0)
          const trained = `SELECT 1 FROM image JOIN image AS tested ON tested.content_hash = image.content_hash AND tested.split = 'test' WHERE image.split <> 'test' AND image.id = ?`
          expect(added.filter((id) => row(db, trained, id))).toEqual([])
          const classes = rows<{ train: number; val: number }>(db, "SELECT sum(split = 'train') AS train, sum(split = 'val') AS val FROM image GROUP BY class_id")
          for (const { train, val } of classes) {
            expect(val === 0 || train > 0).toBe(true)
            expect(train + val < 2 || val > 0).toBe(true)
          }
        }
      } finally {
        closeStore(db)
        rmSync(place, { recursive: true })
      }
    }),
    { numRuns: 25 },
  )
})
