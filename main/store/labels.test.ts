import * as fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Step } from '../../shared/contract/labels.ts'
import { createClass, renameClass } from './classChanges.ts'
import { classOfFolder, listClasses } from './classes.ts'
import { rows, type Db } from './db.ts'
import { deleteClasses, divideClass, mergeClasses, redoStep, saveEvaluation, setGuesses, setLabels, setNewLabels, undoStep } from './fixtures/atOnce.ts'
import { saveGuesses } from './guesses.ts'
import { insertImage } from './importing.ts'
import { beginImportStep } from './journal.ts'
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
      const found = { path: `cat/${n}.png`, contentHash: Buffer.alloc(32, n), bytes: 1, modifiedMs: 0, format: 'png', width: 1, height: 1, takenAt: null, camera: null, look: Buffer.alloc(8), tone: Buffer.alloc(8) }
      insertImage(made, stepId, { ...found, sourceId, classId: 1, split: 'train', splitFrom: 'pending' }, 0)
    }
  })
  return openStore(place)
}
/** Images changed, and whether there is something to undo and to redo. */
const brief = ({ changed, undo, redo }: Step): unknown[] => [changed, undo !== null, redo !== null]
const labels = (): (number | null)[] => rows<{ classId: number | null }>(db, 'SELECT class_id AS classId FROM image ORDER BY id').map((image) => image.classId)

/** The classes that a run takes an image for, the best guess first. */
const answer = (imageId: number, ...classIds: number[]) => ({ imageId, guesses: classIds.map((classId): [number, number] => [classId, 0.5]), experts: [], expertsAsked: 1 })

test('each image gets its own guess, and those of which there is none stay as they are', () => {
  db.exec("INSERT INTO run (id, name, status, config, train_images, val_images, created_at) VALUES (1, 'run', 'finished', '{}', 1, 1, 0)")
  const scored = [answer(1, 2, 3), answer(2, 3, 2), answer(3, 1, 2)].map((one) => Object.assign({ actual: 1, predicted: one.guesses[0]![0] }, one))
  saveEvaluation(db, 1, { split: 'val', images: 3, top1: 0, many: null, medium: null, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 1, routing: null, fast: null }, scored)
  saveGuesses(db, 1, [answer(4, 3), answer(1, 3)])
  // The third is of its best guess already, the fifth was never looked at.
  expect(setGuesses(db, [1, 2, 3, 4, 5], { runId: 1, nth: 1 })).toMatchObject({ changed: 3, withoutGuess: 1, undo: { about: { what: 'guess', nth: 1 }, images: 3 } })
  expect(labels()).toEqual([2, 3, 1, 3, 1, 1])
  undoStep(db)
  expect(labels()).toEqual([1, 1, 1, 1, 1, 1])
  deleteClasses(db, [2])
  expect(setGuesses(db, [1, 2, 3, 4], { runId: 1, nth: 2 })).toMatchObject({ changed: 1, withoutGuess: 3 })
  expect(labels()).toEqual([3, 1, 1, 1, 1, 1])
  expect(() => setGuesses(db, [1, 99], { runId: 1, nth: 1 })).toThrow(expect.objectContaining({ code: 'not-found' }))
})

test('a class and the labels that it is made for are one step', () => {
  expect(setNewLabels(db, [1, 2], ' lynx ', 0)).toMatchObject({ classId: 4, changed: 2, undo: { about: { what: 'relabel', className: 'lynx', isNew: true }, images: 2 } })
  expect([labels(), listClasses(db).map(({ name }) => name)]).toEqual([[4, 4, 1, 1, 1, 1], ['cat', 'dog', 'owl', 'lynx']])
  expect(() => setNewLabels(db, [3], 'lynx', 0)).toThrow(expect.objectContaining({ code: 'already-exists', detail: { classId: 4 } }))
  expect(() => setNewLabels(db, [3, 99], 'serval', 0)).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(brief(undoStep(db))).toEqual([2, false, true])
  expect([labels(), listClasses(db).map(({ name }) => name)]).toEqual([[1, 1, 1, 1, 1, 1], ['cat', 'dog', 'owl']])
  expect(brief(redoStep(db))).toEqual([2, true, false])
  expect(labels()).toEqual([4, 4, 1, 1, 1, 1])
})

test('a step is set, undone and redone as one, also after the program was closed', () => {
  expect(brief(setLabels(db, [1, 2, 3], 2))).toEqual([3, true, false])
  expect(brief(setLabels(db, [3, 4], 3))).toEqual([2, true, false])
  expect(labels()).toEqual([2, 2, 3, 3, 1, 1])
  closeStore(db)
  db = openStore(folder)
  expect(brief(undoStep(db))).toEqual([2, true, true])
  expect(labels()).toEqual([2, 2, 2, 1, 1, 1])
  closeStore(db)
  db = openStore(folder)
  expect(brief(undoStep(db))).toEqual([3, false, true])
  expect(labels()).toEqual([1, 1, 1, 1, 1, 1])
  // What an import labelled is no step of a person's.
  expect(brief(undoStep(db))).toEqual([0, false, true])
  expect(brief(redoStep(db))).toEqual([3, true, true])
  expect(labels()).toEqual([2, 2, 2, 1, 1, 1])
  expect(brief(setLabels(db, [6], 2))).toEqual([1, true, false])
  expect(redoStep(db).changed).toBe(0)
})

test('names are given back in order, and a step that is not the newest any more takes nothing back', () => {
  renameClass(db, 1, 'lynx')
  const { undo } = setLabels(db, [1], 2)
  expect(undo).toMatchObject({ about: { what: 'relabel', className: 'dog' }, images: 1 })
  renameClass(db, 2, 'wolf')
  expect(() => undoStep(db, undo!.stepId)).toThrow(expect.objectContaining({ code: 'busy' }))
  expect(undoStep(db)).toMatchObject({ changed: 0, undo })
  expect(undoStep(db, undo!.stepId)).toMatchObject({ changed: 1, redo: { stepId: undo!.stepId } })
  undoStep(db)
  expect(listClasses(db).map(({ name }) => name)).toEqual(classNames)
  redoStep(db)
  expect(listClasses(db)[0]).toEqual({ id: 1, name: 'lynx' })
})

test('a name that another class has by now is not given back', () => {
  renameClass(db, 1, 'lynx')
  // As an import makes a class: no step of a person's.
  classOfFolder(db, 'puma', 0)
  db.exec("UPDATE class SET name = 'cat' WHERE name = 'puma'")
  expect(() => undoStep(db)).toThrow(expect.objectContaining({ code: 'already-exists' }))
  expect(listClasses(db)[0]).toEqual({ id: 1, name: 'lynx' })
})

test('labels are taken away and given back', () => {
  expect(brief(setLabels(db, [1, 2], null))).toEqual([2, true, false])
  expect(labels()).toEqual([null, null, 1, 1, 1, 1])
  undoStep(db)
  expect(labels()).toEqual([1, 1, 1, 1, 1, 1])
})

test('a label that an image has already is no step', () => {
  expect(brief(setLabels(db, [1, 2], 1))).toEqual([0, false, false])
  expect(setLabels(db, [1, 1, 1], 2).changed).toBe(1)
})

test('an unknown image or class changes nothing at all', () => {
  expect(() => setLabels(db, [1, 2, 99], 2)).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(() => setLabels(db, [1], 99)).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(labels()).toEqual([1, 1, 1, 1, 1, 1])
})

const imageIds = fc.array(fc.integer({ min: 1, max: images }), { minLength: 1, maxLength: 4 })
const anyClass = fc.integer({ min: 1, max: classNames.length + 2 })
const anyName = fc.constantFrom(...classNames, 'lynx', 'cat (deleted)', 'cat (merged into dog)')
const operations = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), imageIds, classId: fc.option(anyClass) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('create' as const), name: anyName }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), classId: anyClass, name: anyName }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('merge' as const), classIds: fc.array(anyClass, { minLength: 1, maxLength: 3 }), classId: anyClass }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('divide' as const), classId: anyClass, imageIds, name: anyName }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), classId: anyClass }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  ),
  { maxLength: 30 },
)
type Operation = (typeof operations extends fc.Arbitrary<infer Sequence extends unknown[]> ? Sequence : never)[number]

type Change = Extract<Operation, { kind: 'set' | 'create' | 'rename' | 'merge' | 'divide' | 'delete' }>
const isStepping = (operation: Operation): operation is Exclude<Operation, Change> => ['reopen', 'undo', 'redo'].includes(operation.kind)

/** Class names by id, and the label of each image. */
interface Model {
  readonly classes: ReadonlyMap<number, string>
  readonly labels: readonly (number | null)[]
}

/** What the operation makes of the model, with 0 for a class that is new; undefined where it is refused. */
function after({ classes, labels: given }: Model, operation: Change): Model | undefined {
  const nameTaken = (name: string, except?: number): boolean => [...classes].some(([id, known]) => known === name && id !== except)
  const moved = (chosen: (label: number | null, n: number) => boolean, to: number | null): (number | null)[] => given.map((label, n) => (chosen(label, n) ? to : label))
  const without = (gone: readonly number[]): Map<number, string> => new Map([...classes].filter(([id]) => !gone.includes(id)))
  switch (operation.kind) {
    case 'set':
      return operation.classId !== null && !classes.has(operation.classId) ? undefined : { classes, labels: moved((_, n) => operation.imageIds.includes(n + 1), operation.classId) }
    case 'create':
      return nameTaken(operation.name) ? undefined : { classes: new Map([...classes, [0, operation.name]]), labels: given }
    case 'rename':
      return !classes.has(operation.classId) || nameTaken(operation.name, operation.classId) ? undefined : { classes: new Map([...classes, [operation.classId, operation.name]]), labels: given }
    case 'merge': {
      const merged = operation.classIds.filter((id) => id !== operation.classId)
      if (merged.length === 0 || ![...merged, operation.classId].every((id) => classes.has(id))) return undefined
      return { classes: without(merged), labels: moved((label) => label !== null && merged.includes(label), operation.classId) }
    }
    case 'divide': {
      const chosen = operation.imageIds.map((id) => id - 1)
      if (!classes.has(operation.classId) || nameTaken(operation.name) || !chosen.every((n) => given[n] === operation.classId)) return undefined
      return { classes: new Map([...classes, [0, operation.name]]), labels: moved((_, n) => chosen.includes(n), 0) }
    }
    case 'delete':
      return classes.has(operation.classId) ? { classes: without([operation.classId]), labels: moved((label) => label === operation.classId, null) } : undefined
  }
}

function take(operation: Change): Step & { readonly classId?: number } {
  switch (operation.kind) {
    case 'set':
      return setLabels(db, operation.imageIds, operation.classId)
    case 'create':
      return createClass(db, operation.name, 0)
    case 'rename':
      return renameClass(db, operation.classId, operation.name)
    case 'merge':
      return mergeClasses(db, operation.classIds, operation.classId)
    case 'divide':
      return divideClass(db, operation.classId, operation.imageIds, operation.name, 0)
    case 'delete':
      return deleteClasses(db, [operation.classId])
  }
}

const stored = (): Model => ({ classes: new Map(listClasses(db).map(({ id, name }) => [id, name])), labels: labels() })
const sorted = ({ classes, labels: given }: Model): unknown => [[...classes].sort(([a], [b]) => a - b), given]

test('any sequence of steps agrees with two stacks kept in memory', () => {
  fc.assert(
    fc.property(operations, (sequence: readonly Operation[]) => {
      const place = mkdtempSync(path.join(tmpdir(), 'ride-journal-'))
      const outer = db
      db = filled(place)
      try {
        let model = stored()
        const done: Model[] = []
        const undone: Model[] = []
        /** Every name that a class was removed with, by its id. */
        const former = new Map<number, string>()
        for (const operation of sequence) {
          const before = model
          if (isStepping(operation)) {
            if (operation.kind === 'reopen') {
              closeStore(db)
              db = openStore(place)
              expect(sorted(stored())).toEqual(sorted(model))
              continue
            }
            const [from, to] = operation.kind === 'undo' ? [done, undone] : [undone, done]
            const step = operation.kind === 'undo' ? undoStep(db) : redoStep(db)
            const previous = from.pop()
            if (previous) to.push(model)
            model = previous ?? model
            expect([step.undo !== null, step.redo !== null]).toEqual([done.length > 0, undone.length > 0])
          } else {
            const next = after(model, operation)
            if (next) {
              const step = take(operation)
              const madeId = step.classId ?? 0
              model = { classes: new Map([...next.classes].map(([id, name]) => [id || madeId, name])), labels: next.labels.map((label) => (label === 0 ? madeId : label)) }
              if (step.classId !== undefined) {
                const name = model.classes.get(madeId)
                const known = [...former].filter(([, given]) => given === name).map(([id]) => id)
                expect(known.length === 0 ? !former.has(madeId) && !before.classes.has(madeId) : known.includes(madeId), 'a class comes back with its id').toBe(true)
              }
              expect(step.changed).toBe(model.labels.filter((label, n) => label !== before.labels[n]).length)
              if (JSON.stringify(sorted(model)) !== JSON.stringify(sorted(before))) {
                done.push(before)
                undone.length = 0
              }
            } else {
              expect(() => take(operation)).toThrow(expect.objectContaining({ name: 'Failure' }))
            }
          }
          for (const [id, name] of before.classes) if (!model.classes.has(id)) former.set(id, name)
          expect(sorted(stored())).toEqual(sorted(model))
        }
      } finally {
        closeStore(db)
        db = outer
        rmSync(place, { recursive: true, force: true })
      }
    }),
    { numRuns: 60 },
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
