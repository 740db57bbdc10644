import * as fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { classOfFolder, listClasses, renameClass } from './classes.ts'
import { rows, type Db } from './db.ts'
import { insertImage } from './importing.ts'
import { beginImportStep, redoLabels, setLabels, undoLabels } from './labels.ts'
import { closeStore, createStore, openStore } from './open.ts'
import { addSource } from './sources.ts'

const images = 6
const classNames = ['cat', 'dog', 'owl']

let folder: string
let db: Db
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-labels-'))
  db = filled(folder)
})
afterEach(() => {
  closeStore(db)
  rmSync(folder, { recursive: true, force: true })
})

/** Six images of the first class, with ids from 1; classes with ids from 1. */
function filled(place: string): Db {
  createStore(place, (made) => {
    const sourceId = addSource(made, '/pictures', 0)
    for (const name of classNames) classOfFolder(made, name, 0)
    const stepId = beginImportStep(made)
    for (let n = 0; n < images; n++) {
      const found = { path: `cat/${n}.png`, contentHash: Buffer.alloc(32, n), bytes: 1, modifiedMs: 0, format: 'png', width: 1, height: 1 }
      insertImage(made, stepId, { ...found, sourceId, classId: 1, split: 'train', splitFrom: 'pending' }, 0)
    }
  })
  return openStore(place)
}
const labels = (): (number | null)[] => rows<{ classId: number | null }>(db, 'SELECT class_id AS classId FROM image ORDER BY id').map((image) => image.classId)

test('a step is set, undone and redone as one, also after the program was closed', () => {
  expect(setLabels(db, [1, 2, 3], 2)).toEqual({ changed: 3, canUndo: true, canRedo: false })
  expect(setLabels(db, [3, 4], 3)).toEqual({ changed: 2, canUndo: true, canRedo: false })
  expect(labels()).toEqual([2, 2, 3, 3, 1, 1])
  closeStore(db)
  db = openStore(folder)
  expect(undoLabels(db)).toEqual({ changed: 2, canUndo: true, canRedo: true })
  expect(labels()).toEqual([2, 2, 2, 1, 1, 1])
  closeStore(db)
  db = openStore(folder)
  expect(undoLabels(db)).toEqual({ changed: 3, canUndo: false, canRedo: true })
  expect(labels()).toEqual([1, 1, 1, 1, 1, 1])
  // What an import labelled is no step of a person's.
  expect(undoLabels(db)).toEqual({ changed: 0, canUndo: false, canRedo: true })
  expect(redoLabels(db)).toEqual({ changed: 3, canUndo: true, canRedo: true })
  expect(labels()).toEqual([2, 2, 2, 1, 1, 1])
  expect(setLabels(db, [6], 2)).toEqual({ changed: 1, canUndo: true, canRedo: false })
  expect(redoLabels(db).changed).toBe(0)
})

test('a label that an image has already is no step', () => {
  expect(setLabels(db, [1, 2], 1)).toEqual({ changed: 0, canUndo: false, canRedo: false })
  expect(setLabels(db, [1, 1, 1], 2).changed).toBe(1)
})

test('an unknown image or class changes nothing at all', () => {
  expect(() => setLabels(db, [1, 2, 99], 2)).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(() => setLabels(db, [1], 99)).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(labels()).toEqual([1, 1, 1, 1, 1, 1])
})

type Operation = { readonly kind: 'set'; readonly imageIds: readonly number[]; readonly classId: number } | { readonly kind: 'undo' | 'redo' | 'reopen' }
const operations = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), imageIds: fc.array(fc.integer({ min: 1, max: images }), { minLength: 1, maxLength: 4 }), classId: fc.integer({ min: 1, max: classNames.length }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  ),
  { maxLength: 25 },
)

test('any sequence of steps agrees with two stacks kept in memory', () => {
  fc.assert(
    fc.property(operations, (sequence: readonly Operation[]) => {
      const place = mkdtempSync(path.join(tmpdir(), 'ride-journal-'))
      const outer = db
      db = filled(place)
      try {
        let model = labels()
        const done: (number | null)[][] = []
        const undone: (number | null)[][] = []
        for (const operation of sequence) {
          if (operation.kind === 'reopen') {
            closeStore(db)
            db = openStore(place)
          } else if (operation.kind === 'set') {
            const next = model.map((label, n) => (operation.imageIds.includes(n + 1) ? operation.classId : label))
            const step = setLabels(db, operation.imageIds, operation.classId)
            if (step.changed > 0) {
              done.push(model)
              undone.length = 0
            }
            expect(step.changed).toBe(next.filter((label, n) => label !== model[n]).length)
            model = next
          } else {
            const [from, to] = operation.kind === 'undo' ? [done, undone] : [undone, done]
            const step = operation.kind === 'undo' ? undoLabels(db) : redoLabels(db)
            const previous = from.pop()
            if (previous) to.push(model)
            model = previous ?? model
            expect([step.canUndo, step.canRedo]).toEqual([done.length > 0, undone.length > 0])
          }
          expect(labels()).toEqual(model)
        }
      } finally {
        closeStore(db)
        db = outer
        rmSync(place, { recursive: true, force: true })
      }
    }),
    { numRuns: 30 },
  )
})

test('classes: one spelling for names that look the same, no two of one name, ids for good', () => {
  expect(classOfFolder(db, 'cafe\u0301', 0)).toBe(classOfFolder(db, 'caf\u00e9', 0))
  expect(() => renameClass(db, 1, 'dog')).toThrow(expect.objectContaining({ code: 'already-exists' }))
  expect(() => renameClass(db, 99, 'yak')).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(() => renameClass(db, 1, '  ')).toThrow(expect.objectContaining({ code: 'invalid-input' }))
  renameClass(db, 1, 'Cat')
  renameClass(db, 1, 'tmp')
  renameClass(db, 2, 'cat')
  renameClass(db, 1, 'dog')
  expect(listClasses(db).slice(0, 3)).toEqual([{ id: 1, name: 'dog' }, { id: 2, name: 'cat' }, { id: 3, name: 'owl' }])
  // Folders lead to the classes that they made, whatever those are called by now.
  expect([classOfFolder(db, 'cat', 0), classOfFolder(db, 'dog', 0)]).toEqual([1, 2])
  renameClass(db, 3, 'night bird')
  expect(classOfFolder(db, 'night bird', 0)).toBe(3)
})
