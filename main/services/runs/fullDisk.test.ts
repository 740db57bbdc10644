/** What is written where the disk takes no more, or nothing at all: one sentence says so, nothing half-written stays, and nothing acknowledged is lost. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forkTrainer } from '../../trainer/fork.ts'
import { bound, diskEnd, onSmallDisk } from '../fixtures/disks.ts'
import type { Order, Told } from '../fixtures/obedient.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { trainedProject } from '../fixtures/trainedProject.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const userFolder = path.join(bench.place, 'user-of-obedient')
const open: Order = { call: 'projects.open' }
let folder: string
beforeAll(async () => {
  folder = await trainedProject(bench)
}, 120_000)
afterAll(() => bench.close())

const isFull = /^[^:]+: (?:the disk is full|a file became larger|it would be larger)/

/** Everything that is written where a person says, with the first name of what it is written to. */
const written: readonly (readonly [what: string, name: string, leave: number, order: (to: string, replace?: boolean) => Order])[] = [
  ['a report', 'report.html', 8192, (file, replace) => ({ call: 'runs.report', input: { runId: 1, file, replace } })],
  ['weights', 'weights.safetensors', 8192, (file, replace) => ({ call: 'runs.export', input: { runId: 1, file, replace } })],
  ['ONNX', 'model.onnx', 8192, (file, replace) => ({ call: 'runs.export', input: { runId: 1, file, replace, format: 'onnx' } })],
  ['a SavedModel', 'model.savedmodel', 8192, (file, replace) => ({ call: 'runs.export', input: { runId: 1, file, replace, format: 'savedmodel' } })],
  ['labels as CSV', 'labels.csv', 0, (to, replace) => ({ call: 'labels.export', input: { to, replace, format: 'csv' } })],
  ['labels as COCO', 'labels.json', 0, (to, replace) => ({ call: 'labels.export', input: { to, replace, format: 'coco' } })],
  ['labels as folders', 'labels', 4096, (to) => ({ call: 'labels.export', input: { to, format: 'folders' } })],
]

/** What a person would see of the project. */
const seen: readonly Order[] = [
  { call: 'runs.get', input: { runId: 1 } },
  { call: 'confusions.matrix', input: { runId: 1 } },
  { call: 'images.list', input: { limit: 100 } },
  { call: 'labels.state' },
]
const dial = { tau: 2, mix: -1, shares: [] }
const save: Order = { call: 'dial.save', input: { runId: 1, dial } }
const divide: Order = { call: 'splits.apply', input: { valFraction: 0.3, testFraction: 0.2, keepFolder: false, keepPerson: false, seed: 3 } }

/** The project's files, but for those that its database is made of. */
const besideDatabase = ([{ done }]: readonly [Told]): string[] => (done as string[]).filter((file) => !file.startsWith('project.sqlite') && !file.endsWith('/'))

describe.skipIf(process.platform !== 'linux')(`a full disk (${diskEnd})`, () => {
  test.each(written)('keeps what was there of %s, and nothing of what did not fit', (_what, name, leave, order) => {
    const disk = path.join(bench.place, `for ${name}`)
    const [to, other] = [path.join(disk, name), path.join(disk, `another ${name}`)]
    const list: Order = { list: disk }
    const [[, , before], [, full, replaced, after], [, again]] = onSmallDisk(disk, 2 ** 26, {
      folder,
      userFolder,
      orders: [[open, order(to), list], [{ fill: disk, leave }, order(other), order(to, true), list], [{ free: disk }, order(other)]],
    }) as [Told[], [Told, Told, Told, Told], Told[]]
    expect(full).toEqual({ refused: 'disk', message: expect.stringMatching(isFull) })
    expect(replaced.refused).toBe(name === 'labels' ? 'already-exists' : 'disk')
    expect(after).toEqual(before)
    expect(again).not.toHaveProperty('refused')
  }, 120_000)

  test('keeps the project as it was acknowledged, which goes on once there is room', () => {
    const disk = path.join(bench.place, 'for the project')
    const place = path.join(disk, 'project')
    const relabel: Order = { call: 'labels.set', input: { imageIds: [1, 2, 3], classId: 3 } }
    const [, before, files, refused, full, left, , reopened, done, after] = onSmallDisk(disk, 2 ** 26, {
      folder: place,
      userFolder,
      orders: [
        [{ copy: folder, to: place }, open, relabel],
        seen,
        [{ list: place }],
        [{ fill: disk, leave: 0 }, save, divide, { picture: 1 }],
        seen,
        [{ list: place }],
        [{ free: disk }, { call: 'projects.close' }, open],
        seen,
        [save, divide],
        seen,
      ],
    }) as [Told[], Told[], [Told], Told[], Told[], [Told], Told[], Told[], Told[], Told[]]
    expect(refused).toEqual([
      { done: null },
      { refused: 'disk', message: expect.stringMatching(/^Run 1 answers as before: the disk /) },
      { refused: 'disk', message: expect.stringMatching(/^The splits were not saved: the disk /) },
      { done: expect.stringMatching(/^image\/webp of \d{2,} bytes$/) },
    ])
    expect(full).toEqual(before)
    expect(besideDatabase(left)).toEqual(besideDatabase(files))
    expect(reopened).toEqual(before)
    expect(done.map(({ refused: code }) => code)).toEqual([undefined, undefined])
    expect(after).not.toEqual(before)
  }, 120_000)
})

describe.skipIf(process.platform !== 'linux')('a folder that may not be written to', () => {
  test('takes none of what a person has written, and is named', () => {
    const place = path.join(bench.place, 'read only target')
    mkdirSync(place, { mode: 0o555 })
    const [[, ...refused], [left]] = bound({ folder, userFolder, orders: [[open, ...written.map(([, name, , order]) => order(path.join(place, name)))], [{ list: place }]] }) as [Told[], [Told]]
    const said = /^(?:The (?:report|weights|model) could not be written to .*|The labels could not be exported): (?:writing is not allowed there \(EACCES\)|its folder may not be written to)\. /
    expect(refused.map(({ message }) => message)).toEqual(written.map(() => expect.stringMatching(said)))
    expect(left).toEqual({ done: [] })
  }, 120_000)
})
