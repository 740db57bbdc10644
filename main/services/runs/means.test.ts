import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { meanOfFirst } from '../../../shared/routing.ts'
import { closeStore, createStore, openStore } from '../../store/open.ts'
import { insertProject } from '../../store/projects.ts'
import { keptOf, prepareScores } from './kept.ts'
import { meansIn } from './means.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'ride-means-'))
createStore(folder, (db) => insertProject(db, { id: 'p', name: 'p', createdAt: 0 }))
const db = openStore(folder)
afterAll(() => {
  closeStore(db)
  rmSync(folder, { recursive: true })
})

const [experts, images, count] = [3, 600, 5]
const logitOf = (e: number, n: number, c: number): number => Math.fround(Math.sin(e * 7 + n * 3 + c) * 10)
const project = { id: 'p', name: 'p', folder, cache: path.join(folder, 'cache'), createdAt: 0, db }
const classes = Array.from({ length: count }, (_, c) => ({ classId: c + 1, name: String(c), folderName: String(c), train: c }))

test('means come in pieces, of the experts that were asked, the same from memory as from disk', async () => {
  mkdirSync(path.join(folder, 'runs', '1'), { recursive: true })
  const file = path.join(folder, 'runs', '1', 'made.f32')
  writeFileSync(file, Float32Array.from({ length: experts * images * count }, (_, i) => logitOf(Math.floor(i / images / count), Math.floor(i / count) % images, i % count)))
  const result = { guesses: 0, guessClasses: new Uint32Array(), guessProbabilities: new Float32Array(), expertClasses: new Uint32Array(images * experts), expertProbabilities: new Float32Array(), expertsAsked: new Uint8Array(), imagesPerSecond: 0, routing: null, fast: null }
  const prepared = await prepareScores(project, 1, 'val', file, result, { images: Array.from({ length: images }, (_, n) => n + 1), classes: classes.map(({ classId }) => classId) })
  prepared.keep()

  const asked = Uint8Array.from({ length: images }, (_, n) => 1 + (n % experts))
  for (const mostHeld of [Infinity, 0]) {
    const means = await meansIn(keptOf(project, 1, 'val'), classes, asked, mostHeld)
    let seen = 0
    await means.eachPiece((from, piece) => {
      expect(from).toBe(seen)
      for (let n = 0; n * count < piece.length; n++, seen++) {
        const logits = Array.from({ length: experts }, (_, e) => Float32Array.from({ length: count }, (_unused, c) => logitOf(e, seen, c)))
        expect(piece.slice(n * count, (n + 1) * count)).toEqual(meanOfFirst(logits, asked[seen]!))
      }
    })
    expect(seen, `held up to ${mostHeld}`).toBe(images)
  }

  // From disk each time: what was altered meanwhile is found.
  const streamed = await meansIn(keptOf(project, 1, 'val'), classes, asked, 0)
  writeFileSync(path.join(folder, 'runs', '1', 'val.logits.f32'), new Float32Array(experts * images * count))
  await expect(streamed.eachPiece(() => {})).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('val.logits.f32') })
})
