import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClass, dividingClass, renameClass } from './classChanges.ts'
import { classOfFolder, classesByName, listClasses } from './classes.ts'
import { column, count, inTransaction, row, rows, type Db } from './db.ts'
import { deleteClasses, divideClass, mergeClasses, redoStep, undoStep } from './fixtures/atOnce.ts'
import { insertImage } from './importing.ts'
import { beginImportStep, pieceSize } from './journal.ts'
import { closeStore, createStore, openStore } from './open.ts'
import { addSource } from './sources.ts'

const [lynx, wildcat, otter] = [1, 2, 3]

let folder: string
let db: Db
/** Two images each of lynx, wildcat and otter, with ids from 1. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-classes-'))
  createStore(folder, (made) => {
    addSource(made, '/pictures', 0)
    for (const name of ['lynx', 'wildcat', 'otter']) classOfFolder(made, name, 0)
  })
  db = openStore(folder)
  for (const name of ['lynx', 'wildcat', 'otter']) arrive(name, 2)
})
afterEach(() => {
  closeStore(db)
  rmSync(folder, { recursive: true, force: true })
})

/** As an import brings images in. */
function arrive(folderName: string, images: number): void {
  const stepId = beginImportStep(db)
  for (let n = 0; n < images; n++) {
    const found = { path: `${folderName}/${crypto.randomUUID()}.png`, contentHash: crypto.getRandomValues(new Uint8Array(32)), bytes: 1, modifiedMs: 0, format: 'png', width: 1, height: 1, takenAt: null, camera: null, look: new Uint8Array(8), tone: new Uint8Array(3) }
    insertImage(db, stepId, { ...found, sourceId: 1, classId: classOfFolder(db, folderName, 0), split: 'train', splitFrom: 'pending' }, 0)
  }
}
const labels = (): (number | null)[] => rows<{ classId: number | null }>(db, 'SELECT class_id AS classId FROM image ORDER BY id').map(({ classId }) => classId)
const names = (): string[] => listClasses(db).map(({ name }) => name)
const nameOf = (id: number): string => row<{ name: string }>(db, 'SELECT name FROM class WHERE id = ?', id)!.name

test('several classes are merged into one, whose they are from then on, and back', () => {
  expect(mergeClasses(db, [lynx, wildcat, otter, lynx], wildcat)).toMatchObject({ changed: 4, undo: { about: { what: 'merge', className: 'lynx', more: 1, otherName: 'wildcat' }, images: 4 } })
  expect(labels()).toEqual([2, 2, 2, 2, 2, 2])
  expect(names()).toEqual(['wildcat'])
  expect(nameOf(lynx)).toBe('lynx (merged into wildcat)')
  // Folders go along the whole way.
  createClass(db, 'cats', 0)
  mergeClasses(db, [wildcat], 4)
  expect(classOfFolder(db, 'lynx', 0)).toBe(4)
  arrive('lynx', 1)
  undoStep(db)
  undoStep(db)
  expect(undoStep(db)).toMatchObject({ changed: 4, undo: null })
  expect(names()).toEqual(['lynx', 'wildcat', 'otter'])
  // What came since, to a class that is not there any more, has no label: nobody said which of them it is.
  expect(labels()).toEqual([1, 1, 2, 2, 3, 3, null])
  for (const changed of [4, 1, 6]) expect(redoStep(db).changed).toBe(changed)
  expect(labels()).toEqual([4, 4, 4, 4, 4, 4, 4])
  expect(() => mergeClasses(db, [4], 4)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
  expect(() => mergeClasses(db, [4], lynx)).toThrow(expect.objectContaining({ code: 'not-found' }))
})

test('a deleted class leaves its images without a label, and comes back by its name, its folder, or an undo', () => {
  expect(deleteClasses(db, [lynx])).toMatchObject({ changed: 2, undo: { about: { what: 'delete', className: 'lynx' } } })
  expect([labels(), names(), nameOf(lynx)]).toEqual([[null, null, 2, 2, 3, 3], ['wildcat', 'otter'], 'lynx (deleted)'])
  expect(createClass(db, ' lynx ', 0)).toMatchObject({ classId: lynx, changed: 0 })
  undoStep(db)
  undoStep(db)
  expect([labels(), nameOf(lynx)]).toEqual([[1, 1, 2, 2, 3, 3], 'lynx'])
  redoStep(db)
  arrive('lynx', 1)
  expect([labels().at(-1), nameOf(lynx)]).toEqual([lynx, 'lynx'])
  expect(undoStep(db).changed).toBe(2)
  // Brought back as it was said, it takes along what came in between.
  expect(redoStep(db).changed).toBe(3)
  expect(labels().at(-1)).toBeNull()
  expect(undoStep(db).changed).toBe(3)
  expect(labels()).toEqual([1, 1, 2, 2, 3, 3, 1])
})

test('chosen images become a class of their own', () => {
  expect(divideClass(db, lynx, [2, 2], 'caracal', 0)).toMatchObject({ changed: 1, classId: 4, undo: { about: { what: 'divide', className: 'lynx', otherName: 'caracal' } } })
  expect(classesByName(db)).toEqual([
    { id: 4, name: 'caracal' },
    { id: lynx, name: 'lynx' },
    { id: otter, name: 'otter' },
    { id: wildcat, name: 'wildcat' },
  ])
  expect(labels()).toEqual([1, 4, 2, 2, 3, 3])
  expect(() => divideClass(db, lynx, [1, 3], 'serval', 0)).toThrow(expect.objectContaining({ code: 'busy' }))
  for (const slip of ['Otter', 'OTTER']) expect(() => divideClass(db, lynx, [1], slip, 0)).toThrow(expect.objectContaining({ code: 'already-exists', detail: { classId: otter }, message: expect.stringMatching(/^A class is named otter already, which differs in capitals alone/) }))
  expect(() => divideClass(db, lynx, [1], 'otter', 0)).toThrow(expect.objectContaining({ code: 'already-exists', detail: { classId: otter } }))
  expect(names()).not.toContain('serval')
  undoStep(db)
  expect([labels(), names()]).toEqual([[1, 1, 2, 2, 3, 3], ['lynx', 'wildcat', 'otter']])
  // A class that was taken back before it held anything is the same one when it is made again.
  expect(createClass(db, 'caracal', 0).classId).toBe(4)
})

test('very many images become a class of their own in pieces, between which others can have a turn', () => {
  inTransaction(db, () => arrive('lynx', 2 * pieceSize + 1))
  const lynxes = column<number>(db, 'SELECT id FROM image WHERE class_id = ?', lynx)
  const kept = (): number => count(db, 'SELECT count(*) FROM label WHERE from_class_id = ?', lynx)
  inTransaction(db, () => {
    const pieces = dividingClass(db, lynx, [...lynxes, lynxes[0]!], 'caracal', 0)
    for (let [before, isDone] = [0, false]; !isDone; before = kept()) {
      isDone = pieces.next().done === true
      expect(kept() - before).toBeLessThanOrEqual(pieceSize)
    }
  })
  expect([kept(), labels().filter((label) => label === 4).length, labels().includes(lynx)]).toEqual([lynxes.length, lynxes.length, false])
  undoStep(db)
  // From the first and the last piece.
  expect(() => divideClass(db, lynx, [3, ...lynxes, 4, 1e6], 'serval', 0)).toThrow(expect.objectContaining({ code: 'busy', message: expect.stringMatching(/^3 of the chosen images/) }))
})

test('a folder of images goes to the class that it made or that goes by its name, and a name that was left is free', () => {
  deleteClasses(db, [lynx])
  renameClass(db, otter, 'lynx')
  expect(classOfFolder(db, 'lynx', 0)).toBe(otter)
  expect(classOfFolder(db, 'otter', 0)).toBe(otter)
  // The removed class gives way where its present name is wanted.
  expect(createClass(db, 'lynx (deleted)', 0).classId).toBe(4)
  expect(nameOf(lynx)).toBe('lynx (deleted) 2')
  undoStep(db)
  undoStep(db)
  undoStep(db)
  expect(names()).toEqual(['lynx', 'wildcat', 'otter'])
})
