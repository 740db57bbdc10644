import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { closeStore, createStore, openStore } from '../../store/open.ts'
import { insertProject } from '../../store/projects.ts'
import { keptOf, prepareScores, type PreparedScores } from './kept.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'ride-kept-'))
createStore(folder, (db) => insertProject(db, { id: 'p', name: 'p', createdAt: 0 }))
const db = openStore(folder)
afterAll(() => {
  closeStore(db)
  rmSync(folder, { recursive: true })
})

const project = { id: 'p', name: 'p', folder, cache: path.join(folder, 'cache'), createdAt: 0, db }
const runFolder = path.join(folder, 'runs', '1')
/** Of one image, two classes and two experts, with a router. */
function prepared(first: number): Promise<PreparedScores> {
  mkdirSync(runFolder, { recursive: true })
  const file = path.join(runFolder, 'made.f32')
  writeFileSync(file, Float32Array.of(first, 1, 2, 3))
  const routing = { scores: Float32Array.of(first / 8), allExpertsClasses: new Uint32Array(1), allExpertsImagesPerSecond: 1 }
  const result = { guesses: 0, guessClasses: new Uint32Array(), guessProbabilities: new Float32Array(), expertClasses: new Uint32Array(2), expertProbabilities: new Float32Array(), expertsAsked: new Uint8Array(), imagesPerSecond: 0, routing, fast: null }
  return prepareScores(project, 1, 'val', file, result, { images: [1], classes: [1, 2] })
}

async function read(): Promise<{ readonly scoring: string | undefined; readonly logits: number[][]; readonly scores: number[] }> {
  const kept = keptOf(project, 1, 'val')
  const logits: number[][] = []
  await kept.eachImage((_n, byExpert) => logits.push(...byExpert.map((of) => [...of])))
  return { scoring: kept.scoring, logits, scores: [...kept.scores!] }
}

test('what a scoring left stays until another is saved, and goes as a whole', async () => {
  const names = ['val.logits.f32', 'val.logits.json', 'val.router.f32']
  const first = await prepared(4)
  first.keep()
  const before = { scoring: first.scoring, logits: [[4, 1], [2, 3]], scores: [0.5] }
  expect(await read()).toEqual(before)

  const second = await prepared(6)
  expect(await read()).toEqual(before)
  second.drop()
  expect(await read()).toEqual(before)
  expect(readdirSync(runFolder).sort()).toEqual(names)

  const third = await prepared(6)
  third.keep()
  third.drop()
  expect(await read()).toEqual({ scoring: third.scoring, logits: [[6, 1], [2, 3]], scores: [0.75] })
  expect(readdirSync(runFolder).sort()).toEqual(names)
})
