import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { column, count, run, type Db } from './db.ts'
import { inOneTransaction, inSlices } from './inSlices.ts'
import { closeStore, createStore, openStore } from './open.ts'

let folder: string
let db: Db
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-slices-'))
  createStore(folder, () => {})
  db = openStore(folder)
})
afterEach(() => {
  closeStore(db)
  rmSync(folder, { recursive: true, force: true })
})

/** Each piece is longer than a slice. */
function* adding(own: Db, names: readonly string[], then?: Error): Generator<void, number> {
  for (const name of names) {
    for (const began = performance.now(); performance.now() - began < 10; );
    run(own, 'INSERT INTO source (folder, added_at) VALUES (?, 0)', name)
    yield
  }
  if (then) throw then
  return names.length
}
const sources = (): string[] => column<string>(db, 'SELECT folder FROM source ORDER BY id')
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const names = ['a', 'b', 'c', 'd', 'e']

test('others have their turns and read what was before, until all of it is there', async () => {
  const seen: number[] = []
  const done = inSlices(db, (own) => adding(own, names))
  while (seen.at(-1) !== names.length) {
    await turn()
    seen.push(sources().length)
  }
  expect(await done).toBe(5)
  expect(sources()).toEqual(names)
  expect(seen.filter((size) => size === 0).length).toBeGreaterThan(2)
  expect(seen.filter((size) => size > 0 && size < 5)).toEqual([])
})

test('what fails changes nothing, and keeps nobody from writing', async () => {
  await expect(inSlices(db, (own) => adding(own, names, new Error('no')))).rejects.toThrow('no')
  expect(sources()).toEqual([])
  run(db, "INSERT INTO source (folder, added_at) VALUES ('z', 0)")
  expect(sources()).toEqual(['z'])
})

test('who writes meanwhile waits for nothing but the rest of it', async () => {
  const done = inSlices(db, (own) => adding(own, names))
  await turn()
  run(db, "INSERT INTO source (folder, added_at) VALUES ('z', 0)")
  expect(sources()).toEqual([...names, 'z'])
  expect(await done).toBe(5)

  const failed = inSlices(db, (own) => adding(own, ['f'], new Error('no')))
  failed.catch(() => {})
  await turn()
  await inOneTransaction(db, 1, (own) => adding(own, ['y']))
  expect(sources()).toEqual([...names, 'z', 'y'])
  await expect(failed).rejects.toThrow('no')
})

test('one goes on after the other, and a store that closes has what was begun and not what waited', async () => {
  const first = inSlices(db, (own) => adding(own, names))
  const second = inSlices(db, (own) => adding(own, ['f']))
  second.catch(() => {})
  await turn()
  closeStore(db)
  expect(await first).toBe(5)
  await expect(second).rejects.toMatchObject({ code: 'closed' })
  db = openStore(folder)
  expect(sources()).toEqual(names)
  expect(await Promise.all([inSlices(db, (own) => adding(own, ['f'])), inSlices(db, (own) => adding(own, ['g', 'h']))])).toEqual([1, 2])
  expect(sources()).toEqual([...names, 'f', 'g', 'h'])
})

test('few rows are written at once, on the connection that is there', async () => {
  const own: Db[] = []
  const noting = function* (given: Db): Generator<void> {
    own.push(given)
    yield
    run(given, "INSERT INTO source (folder, added_at) VALUES ('z', 0)")
  }
  const done = inOneTransaction(db, 10, noting)
  expect(count(db, 'SELECT count(*) FROM source')).toBe(1)
  await done
  expect(own).toEqual([db])
})

test('a program that is killed in between has written nothing', async () => {
  closeStore(db)
  const child = spawn(process.execPath, [fileURLToPath(new URL('fixtures/mortalWriter.ts', import.meta.url)), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(statSync(path.join(folder, 'project.sqlite-wal')).size).toBeGreaterThan(1e6)
  db = openStore(folder)
  expect(sources()).toEqual([])
  expect(db.pragma('quick_check', { simple: true })).toBe('ok')
  run(db, "INSERT INTO source (folder, added_at) VALUES ('z', 0)")
  expect(sources()).toEqual(['z'])
})
