/** A project where nothing may be written: everything of it is to be seen, as it was acknowledged, and nothing of it changes. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCopy, openStore, closeStore, projectFile } from '../../store/open.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { bound, told } from '../fixtures/disks.ts'
import type { Order, Told } from '../fixtures/obedient.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { permit } from '../fixtures/permit.ts'
import { trainedProject } from '../fixtures/trainedProject.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const at = (...parts: string[]): string => path.join(bench.place, ...parts)
const userFolder = at('user-of-obedient')
const copies = path.join(userFolder, 'read-only')
const open: Order = { call: 'projects.open' }
let folder: string
beforeAll(async () => {
  folder = await trainedProject(bench)
  mkdirSync(userFolder, { recursive: true })
}, 120_000)
afterAll(() => bench.close())

/** Whatever is read of the project alone. */
const shown: readonly Order[] = [
  { call: 'runs.get', input: { runId: 1 } },
  { call: 'confusions.matrix', input: { runId: 1 } },
  { call: 'images.list', input: { limit: 100 } },
  { call: 'labels.state' },
  { call: 'classes.tail' },
  { call: 'classes.list' },
  { call: 'sources.list' },
  { call: 'runs.list' },
  { call: 'runs.deletion', input: { runId: 1 } },
  { call: 'confusions.lens', input: { runId: 1 } },
  { call: 'confusions.listed', input: { runId: 1, listed: 'agreed' } },
  { call: 'dial.suggest', input: { runId: 1 } },
  { call: 'images.answers', input: { imageId: 1, runId: 1 } },
  { call: 'images.skipped' },
  { call: 'images.twins', input: { imageId: 1 } },
  { call: 'labels.history', input: { imageId: 1 } },
  { call: 'labels.journal' },
  { call: 'splits.preview', input: { valFraction: 0.3, testFraction: 0.2, keepFolder: false, keepPerson: false, seed: 3 } },
  { call: 'splits.check' },
]
/** One of everything that would change it. */
const changes: readonly Order[] = [
  { call: 'labels.set', input: { imageIds: [1, 2], classId: 2 } },
  { call: 'labels.setNew', input: { imageIds: [1, 2], name: 'new' } },
  { call: 'classes.create', input: { name: 'new' } },
  { call: 'classes.rename', input: { classId: 2, name: 'new' } },
  { call: 'classes.merge', input: { classIds: [2], intoId: 1 } },
  { call: 'classes.delete', input: { classIds: [2] } },
  { call: 'splits.set', input: { imageIds: [1, 2], split: 'test' } },
  { call: 'splits.apply', input: { valFraction: 0.3, testFraction: 0.2, keepFolder: false, keepPerson: false, seed: 4 } },
  { call: 'dial.save', input: { runId: 1, dial: { tau: 1, mix: 0, shares: [] } } },
  { call: 'runs.rename', input: { runId: 1, name: 'new' } },
  { call: 'runs.setNotes', input: { runId: 1, notes: 'new' } },
  { call: 'runs.delete', input: { runId: 1 } },
  { call: 'runs.evaluate', input: { runId: 1 } },
  { call: 'runs.guess', input: { runId: 1, of: 'unlabelled' } },
  { call: 'runs.start', input: { experts: 2, epochs: 1, batchSize: 4, device: 'cpu' } },
  { call: 'images.import', input: { folder: path.join(bench.place, 'images') } },
]
const exports: readonly Order[] = [
  { call: 'runs.report', input: { runId: 1, file: at('out', 'report.html') } },
  { call: 'runs.export', input: { runId: 1, file: at('out', 'weights.safetensors') } },
  { call: 'runs.export', input: { runId: 1, file: at('out', 'model.onnx'), format: 'onnx' } },
  { call: 'labels.export', input: { to: at('out', 'labels.csv'), format: 'csv' } },
  { call: 'runs.evaluate', input: { runId: 1, folder: at('images') } },
]

/** The project, changed and then killed before its log went into its file; `lend` leaves it so again. */
function killedProject(place: string, change: (write: (sql: string) => void) => void): { lend(): void } {
  cpSync(folder, place, { recursive: true })
  const db = openStore(place)
  change((sql) => void db.exec(sql))
  const log = readFileSync(path.join(place, `${projectFile}-wal`))
  closeStore(db)
  return {
    lend() {
      cpSync(folder, place, { recursive: true, force: true })
      writeFileSync(path.join(place, `${projectFile}-wal`), log)
    },
  }
}

const settled = ({ done }: Told): object => ({ ...(done as object), readOnly: true })
const mark = JSON.stringify({ pid: 999_999, started: '1', valFraction: 0.4, seed: 1 })

describe.skipIf(process.platform !== 'linux')('a project that may only be read', () => {
  test('is as it was acknowledged, also where that lies in its log, is waiting for its split, or was left by a killed import', () => {
    const place = at('lent', 'project')
    const project = killedProject(place, (write) => {
      write("UPDATE class SET name = 'acknowledged last' WHERE id = 1")
      write("UPDATE image SET split = 'train', split_from = 'pending' WHERE class_id = 3")
    })
    writeFileSync(path.join(place, 'importing.json'), mark)
    const [[first, ...rest]] = told({ folder: place, userFolder, orders: [[open, ...shown]] }) as [[Told, ...Told[]]]
    project.lend()
    writeFileSync(path.join(place, 'importing.json'), mark)
    mkdirSync(at('out'))
    permit(place, false)
    const [[before], [opened, ...seen], [pictured, ...exported], refused, [after]] = bound({
      folder: place,
      userFolder,
      orders: [[{ list: place }], [open, ...shown], [{ picture: 1 }, ...exports], changes, [{ list: place }]],
    }) as [[Told], [Told, ...Told[]], [Told, ...Told[]], Told[], [Told]]
    permit(place, true)
    expect(opened.done).toEqual(settled(first))
    expect(seen).toEqual(rest)
    expect(JSON.stringify(seen)).toContain('acknowledged last')
    expect(pictured).toEqual({ done: expect.stringMatching(/^image\/webp of \d{2,} bytes$/) })
    expect(exported.map((one) => one.refused)).toEqual(exports.map(() => undefined))
    for (const [n, one] of refused.entries()) expect(one, JSON.stringify(changes[n])).toEqual({ refused: 'permission', message: expect.stringMatching(/: the project may only be read, as its folder or file may not be written to\. Copy the folder to a place of your own, allow the copy to be written to, and open it\.$/) })
    expect(after).toEqual(before)
    expect(readdirSync(copies)).toEqual([])
  }, 120_000)

  test('shows a run that had not ended as that', () => {
    const place = at('unended', 'project')
    killedProject(place, (write) => write("UPDATE run SET status = 'training', owner_pid = 999999, owner_started = '1'")).lend()
    permit(place, false)
    const [[, listed, got]] = bound({ folder: place, userFolder, orders: [[open, { call: 'runs.list' }, { call: 'runs.get', input: { runId: 1 } }]] }) as [[Told, Told, Told]]
    permit(place, true)
    const run = { status: 'interrupted', canResume: false, failure: expect.stringMatching(/^This run had not ended when the project was opened/) }
    expect(listed.done).toMatchObject([run])
    expect(got.done).toMatchObject({ run })
  }, 60_000)

  test('is found with its log where its file is a link', () => {
    const [place, elsewhere] = [at('linked', 'project'), at('elsewhere')]
    killedProject(place, (write) => write("UPDATE class SET name = 'acknowledged last' WHERE id = 1")).lend()
    mkdirSync(elsewhere)
    for (const name of readdirSync(place).filter((one) => one.startsWith(projectFile))) renameSync(path.join(place, name), path.join(elsewhere, name))
    symlinkSync(path.join(elsewhere, projectFile), path.join(place, projectFile))
    for (const one of [place, elsewhere]) permit(one, false)
    const [[opened, tail]] = bound({ folder: place, userFolder, orders: [[open, { call: 'classes.list' }]] }) as [[Told, Told]]
    for (const one of [place, elsewhere]) permit(one, true)
    expect(opened.done).toMatchObject({ readOnly: true })
    expect(JSON.stringify(tail)).toContain('acknowledged last')
  }, 60_000)

  test.each<[string, string, (place: string) => void, RegExp]>([
    ['cannot be read', 'permission', (place) => chmodSync(path.join(place, projectFile), 0o000), /project\.sqlite cannot be read \(EACCES\)/],
    ['is no project', 'not-a-project', (place) => writeFileSync(path.join(place, projectFile), Buffer.alloc(4096)), /is no SQLite database/],
    ['is damaged', 'damaged', (place) => writeFileSync(path.join(place, projectFile), readFileSync(path.join(place, projectFile)).fill(0xa5, 8192)), /is damaged.* copy the folder to a place of your own first\.$/],
    ['has no room for its copy', 'disk', () => writeFileSync(copies, 'no folder'), /may only be read, and the copy to read it from could not be made in .*read-only \(E\w+\)\. Expected a folder/],
  ])('that %s is refused in the words of its own place', (what, code, spoil, words) => {
    const place = at(`refused, as it ${what}`)
    cpSync(folder, place, { recursive: true })
    rmSync(copies, { recursive: true, force: true })
    permit(place, false)
    spoil(place)
    const [[opened]] = bound({ folder: place, userFolder, orders: [[open]] }) as [[Told]]
    permit(place, true)
    expect(opened).toEqual({ refused: code, message: expect.stringMatching(words) })
    expect(opened.message).not.toContain('project.tmp-')
    if (statSync(copies, { throwIfNoEntry: false })?.isDirectory()) expect(readdirSync(copies)).toEqual([])
    rmSync(copies, { recursive: true, force: true })
  }, 60_000)

  test('leaves no copy that nobody has open', () => {
    const copyOf = (n: number): string => {
      const copy = path.join(copies, `project.tmp-99999${n}-${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`)
      mkdirSync(copy, { recursive: true })
      cpSync(path.join(folder, projectFile), path.join(copy, projectFile))
      return copy
    }
    const [held, left] = [copyOf(8), copyOf(9)]
    // As by a program of another container, whose processes are not seen here.
    const db = openCopy(held, path.join(held, projectFile), () => {})
    told({ folder, userFolder, orders: [[open]] })
    expect([existsSync(held), existsSync(left)]).toEqual([true, false])
    db.close()
    told({ folder, userFolder, orders: [[open]] })
    expect(readdirSync(copies)).toEqual([])
  }, 60_000)
})
