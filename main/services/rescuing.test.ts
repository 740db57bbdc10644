/** Real databases with pages overwritten one after the other: what can be read goes on, what is lost is said, and the damaged file is kept as it was. */
import { fork, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Rescued } from '../../shared/contract/projects.ts'
import type { Evaluation } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import { lossSentences } from '../../shared/rescued.ts'
import { classOfFolder } from '../store/classes.ts'
import { rows, type Db } from '../store/db.ts'
import { saveEvaluation, setLabels } from '../store/fixtures/atOnce.ts'
import { createStore, openStore, projectFile } from '../store/open.ts'
import { insertProject } from '../store/projects.ts'
import { openedWorkbench } from './fixtures/openedWorkbench.ts'

const bench = openedWorkbench()
const whole = mkdtempSync(path.join(tmpdir(), 'ride-whole-'))
const images = 3_000
const pageBytes = 4096
const name = 'long'
let pages: number
let roots: readonly number[]

/** Something in every table: images with labels and steps of a person's, and a run with its epochs that was scored on a part of them. */
function fill(db: Db): void {
  insertProject(db, { id: '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', name, createdAt: 0 })
  for (const folder of ['lynx', 'otter', 'marten', 'mink']) classOfFolder(db, folder, 5)
  db.exec(`
    INSERT INTO source (id, folder, added_at) VALUES (1, '/one', 0), (2, '/two', 0);
    INSERT INTO skipped (source_id, path, reason) VALUES (1, 'notes.txt', 'no image');
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${images})
      INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
      SELECT 1 + n % 2, printf('%05d.png', n), randomblob(32), 1, 1, 'png', 1, 1, iif(n % 3, 1, 2), iif(n % 6, 'train', 'val'), 'person', 0 FROM number;
    INSERT INTO run (id, name, status, config, train_images, val_images, created_at) SELECT 1, 'run', 'finished', '{}', sum(split = 'train'), sum(split = 'val'), 0 FROM image;
    INSERT INTO run_class (run_id, position, class_id, train) VALUES (1, 0, 1, 1), (1, 1, 2, 1);
    INSERT INTO run_image (run_id, image_id, split, position) SELECT 1, id, split, class_id - 1 FROM image;
    INSERT INTO epoch (run_id, epoch, learning_rate, loss, experts, images_per_second, seconds) VALUES (1, 1, 0.1, 2, '[]', 1, 1);
    INSERT INTO guess (run_id, image_id, guesses, experts, experts_asked) VALUES (1, 1, '[[1,0.5]]', '[]', 1);
    INSERT INTO unlike (image_id, other_id) VALUES (1, 2)`)
  const val = db.prepare("SELECT id, class_id AS actual FROM image WHERE split = 'val'").all() as { id: number; actual: number }[]
  const figures = { split: 'val', images: val.length, top1: 0.5, many: null, medium: null, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 1, routing: null, fast: null } satisfies Evaluation
  saveEvaluation(db, 1, figures, val.map(({ id: imageId, actual }) => ({ imageId, actual, predicted: 1, guesses: [[1, 0.5] as const], experts: [[1, 0.5] as const], expertsAsked: 1 })))
  setLabels(db, Array.from({ length: 500 }, (_, n) => 2 * n + 1), 3)
  db.exec(`
    INSERT INTO label_step (kind, at) VALUES ('set', 9);
    INSERT INTO class_change (step_id, class_id, from_name, to_name, from_removed, to_removed) SELECT max(id), 4, 'mink', 'mink', 0, 1 FROM label_step;
    INSERT INTO split_change (step_id, image_id, from_split, to_split, from_origin, to_origin) SELECT max(id), 1, 'train', 'train', 'folder', 'person' FROM label_step;
    UPDATE class SET removed = 1 WHERE id = 4`)
}

const imagesOf = (db: Db): object[] => rows(db, 'SELECT id, source_id, path, hex(content_hash) AS hash, class_id, split, missing FROM image ORDER BY id')
const tables = ['project', 'source', 'class', 'image', 'skipped', 'label_step', 'label', 'class_change', 'split_change', 'run', 'run_class', 'run_image', 'epoch', 'evaluation', 'prediction', 'confusion', 'cell_expert', 'guess', 'unlike'] as const
/** When a folder was added is nothing that anybody is shown. */
const contentsOf = (db: Db): Record<(typeof tables)[number], string> => Object.fromEntries(tables.map((table) => [table, JSON.stringify(rows(db, `SELECT ${table === 'source' ? 'id, folder' : '*'} FROM ${table} ORDER BY 1, 2`))])) as Record<(typeof tables)[number], string>
let before: object[]
let contents: ReturnType<typeof contentsOf>

beforeAll(() => {
  createStore(whole, fill)
  const db = openStore(whole)
  before = imagesOf(db)
  contents = contentsOf(db)
  roots = rows<{ rootpage: number }>(db, 'SELECT rootpage FROM sqlite_schema WHERE rootpage > 1').map(({ rootpage }) => rootpage)
  db.close()
  pages = readFileSync(path.join(whole, projectFile)).length / pageBytes
})
afterAll(async () => {
  await bench.close()
  rmSync(whole, { recursive: true, force: true })
})

/** A copy of the project with these pages overwritten. */
function damaged(called: string, ...lost: readonly number[]): { folder: string; file: string; bytes: Buffer } {
  const folder = path.join(bench.place, called)
  mkdirSync(folder)
  const file = path.join(folder, projectFile)
  const bytes = readFileSync(path.join(whole, projectFile))
  for (const page of lost) bytes.fill(0xa5, (page - 1) * pageBytes, page * pageBytes)
  writeFileSync(file, bytes)
  return { folder, file, bytes }
}

/** Which tables may differ by what was said. */
function admitted({ images: unknown, again, labels, classes, name: named, history, runs, curves, scores, guesses, pairs, skipped }: Rescued['lost']): readonly string[] {
  return [
    ...(unknown + again + labels > 0 ? ['image'] : []),
    ...(classes ? ['class'] : []),
    ...(named ? ['project'] : []),
    ...(history ? ['label_step', 'label', 'class_change', 'split_change'] : []),
    ...(runs.length > 0 ? ['run', 'run_class', 'run_image', 'epoch', 'evaluation', 'prediction', 'confusion', 'cell_expert', 'guess'] : []),
    ...(curves ? ['epoch'] : []),
    ...(scores ? ['evaluation', 'prediction', 'confusion', 'cell_expert'] : []),
    ...(guesses ? ['guess'] : []),
    ...(pairs ? ['unlike'] : []),
    ...(skipped ? ['skipped'] : []),
  ]
}

test('any one page may be lost: every image keeps its file, label and split, and what is not as it was is said', async () => {
  const some = new Set([...roots, ...Array.from({ length: pages - 1 }, (_, n) => n + 2).filter((page) => page % 15 === 0)])
  const said = new Set<string>()
  let refused = 0
  for (const page of some) {
    const { folder, bytes } = damaged(`page ${page}`, page)
    await expect(bench.call('projects.open', { folder })).rejects.toMatchObject({ code: 'damaged' })
    const rescued = await bench.call('projects.rescue', { folder }).catch((error: unknown) => error as Failure)
    if (rescued instanceof Failure) {
      // Where it says what it holds.
      expect([rescued.code, readFileSync(path.join(folder, projectFile)).equals(bytes)]).toEqual(['damaged', true])
      refused += 1
      continue
    }
    const { project, keptIn, lost } = rescued
    expect([readFileSync(path.join(keptIn, projectFile)).equals(bytes), readdirSync(keptIn), readdirSync(path.join(folder, 'quarantine'))]).toEqual([true, [projectFile], ['1']])
    await bench.call('projects.close', { projectId: project.id })
    const db = openStore(folder)
    expect(imagesOf(db), `page ${page}`).toEqual(before)
    const now = contentsOf(db)
    db.close()
    expect(readdirSync(folder).sort()).toEqual([projectFile, 'quarantine'])
    const differing = tables.filter((table) => now[table] !== contents[table])
    expect(admitted(lost), `page ${page}: ${lossSentences(lost).join(' ')}`).toEqual(expect.arrayContaining(differing))
    for (const sentence of lossSentences(lost)) said.add(sentence.replace(/\d+/g, 'N'))
  }
  // Of an index nothing is lost; every table has a sentence of its own.
  expect(said.size).toBeGreaterThan(9)
  expect(refused).toBeLessThan(4)
  expect([...said]).toEqual(expect.arrayContaining(['Nothing was lost.', 'Run N could not be kept on record; its files stay.']))
}, 300_000)

test('many pages at once: what is left fits together, and no image has what was another’s', async () => {
  const known = new Map((before as { id: number }[]).map((image) => [image.id, image]))
  for (const share of [0.1, 0.3, 0.6]) {
    const { folder, file, bytes } = damaged(`share ${share}`, ...Array.from({ length: pages - 1 }, (_, n) => n + 2).filter((page) => (page * 0.618_034) % 1 < share))
    const rescued = await bench.call('projects.rescue', { folder }).catch((error: unknown) => error)
    if (rescued instanceof Failure) {
      expect([rescued.code, readFileSync(file).equals(bytes)]).toEqual(['damaged', true])
      continue
    }
    const { project } = rescued as Rescued
    await bench.call('classes.tail', { projectId: project.id })
    await bench.call('labels.journal', { projectId: project.id, limit: 100 })
    await bench.call('projects.close', { projectId: project.id })
    const db = openStore(folder)
    const found = imagesOf(db) as { id: number; path: string; hash: string; missing: number }[]
    db.close()
    expect(found.length).toBeGreaterThan(0)
    // Of an image that is missing, not both file and content are known.
    for (const image of found) if (!image.missing) expect(known.get(image.id)).toMatchObject({ path: image.path, hash: image.hash })
  }
})

/** A damaged copy whose log holds a label that the file has not. */
function logged(called: string): string {
  const { folder } = damaged(`${called} before`)
  const db = openStore(folder)
  setLabels(db, [2], 3)
  const place = path.join(bench.place, called)
  mkdirSync(place)
  for (const part of [projectFile, `${projectFile}-wal`]) copyFileSync(path.join(folder, part), path.join(place, part))
  db.close()
  const file = path.join(place, projectFile)
  // A page that the log does not hold: in the middle of the file.
  writeFileSync(file, readFileSync(file).fill(0xa5, pageBytes * Math.floor(pages / 2), pageBytes * (Math.floor(pages / 2) + 1)))
  return place
}

/** The labels of the first two images as the program tells them once it has the project open. */
async function firstLabels(folder: string): Promise<readonly (number | null)[]> {
  const { id: projectId } = await bench.call('projects.open', { folder })
  const { images: found } = await bench.call('images.list', { projectId, limit: 2, sort: 'added' })
  await bench.call('projects.close', { projectId })
  return found.map(({ classId }) => classId)
}

test('what still lay in the log is rescued with it, and the log does not stay beside the new file', async () => {
  const folder = logged('logged')
  const { project, keptIn } = await bench.call('projects.rescue', { folder })
  expect(readdirSync(keptIn).sort()).toEqual([projectFile, `${projectFile}-wal`])
  await bench.call('projects.close', { projectId: project.id })
  expect(await firstLabels(folder)).toEqual([3, 3])
  expect(readdirSync(folder).sort()).toEqual([projectFile, 'quarantine'])
})

const started = async (...words: readonly string[]): Promise<ChildProcess> => {
  const child = fork(path.join(import.meta.dirname, 'fixtures', 'mortalRescuer.ts'), words, { stdio: 'ignore', execArgv: [] })
  await new Promise((resolve) => child.once('message', resolve))
  return child
}
const killed = (child: ChildProcess): Promise<unknown> => {
  const ended = child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve()
  child.kill('SIGKILL')
  return ended
}

test('a rescue that is killed at any moment is done by the next one, and no acknowledged label is lost', async () => {
  for (const delayMs of [0, 20, 40, 60, 80, 100, 130, 160, 200, 300]) {
    const folder = logged(`killed after ${delayMs} ms`)
    const child = await started('rescue', folder)
    await setTimeout(delayMs)
    await killed(child)
    const again = await bench.call('projects.rescue', { folder }).catch((error: unknown) => error as Failure)
    if (again instanceof Failure) expect(again.message).toContain('is not damaged')
    else await bench.call('projects.close', { projectId: again.project.id })
    expect(await firstLabels(folder), `after ${delayMs} ms`).toEqual([3, 3])
    expect(readdirSync(folder).sort()).toEqual([projectFile, 'quarantine'])
    expect(readdirSync(path.join(folder, 'quarantine')).every((kept) => Number(kept) > 0)).toBe(true)
  }
}, 120_000)

test('a rescue that ended before its file was put in place is finished, not begun again', async () => {
  const folder = logged('unfinished')
  const { project, keptIn, lost } = await bench.call('projects.rescue', { folder })
  await bench.call('projects.close', { projectId: project.id })
  // As it stood after the log had gone.
  copyFileSync(path.join(folder, projectFile), path.join(keptIn, 'rescued.sqlite'))
  writeFileSync(path.join(keptIn, 'lost.json'), JSON.stringify(lost))
  copyFileSync(path.join(keptIn, projectFile), path.join(folder, projectFile))
  const finished = await bench.call('projects.rescue', { folder })
  expect([finished.keptIn, finished.lost]).toEqual([keptIn, lost])
  await bench.call('projects.close', { projectId: project.id })
  expect([await firstLabels(folder), existsSync(path.join(keptIn, 'rescued.sqlite'))]).toEqual([[3, 3], false])
})

test('nobody rescues what is open, here or in another program, or is being rescued', async () => {
  const { folder, file, bytes } = damaged('sound')
  const { id: projectId } = await bench.call('projects.open', { folder })
  await expect(bench.call('projects.rescue', { folder })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('is open') })
  await bench.call('projects.close', { projectId })

  const child = await started('open', folder)
  try {
    writeFileSync(file, bytes.fill(0xa5, 9 * pageBytes, 10 * pageBytes))
    await expect(bench.call('projects.rescue', { folder })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('is held by another program') })
  } finally {
    await killed(child)
  }
  const first = bench.call('projects.rescue', { folder })
  await expect(bench.call('projects.rescue', { folder })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('is being rescued') })
  await expect(bench.call('projects.open', { folder })).rejects.toMatchObject({ code: 'busy' })
  const { project } = await first
  await bench.call('projects.close', { projectId: project.id })
})

test('a file whose beginning is lost, and one that is whole, stay as they are', async () => {
  const { folder, file, bytes } = damaged('beginning')
  bytes.fill(0xa5, 100, pageBytes)
  writeFileSync(file, bytes)
  await expect(bench.call('projects.rescue', { folder })).rejects.toMatchObject({ code: 'damaged', message: expect.stringContaining('nothing of it can be rescued') })
  expect(readFileSync(file).equals(bytes)).toBe(true)
  // An empty log of SQLite's may stay beside it.
  expect(readdirSync(folder).filter((part) => !/-(wal|shm)$/.test(part))).toEqual([projectFile])
  const entire = damaged('entire')
  await expect(bench.call('projects.rescue', { folder: entire.folder })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('is not damaged') })
  expect(readdirSync(entire.folder)).toEqual([projectFile])
})

test('a file cut short, and one that says to be of another format, lose no more than what was there', async () => {
  const { folder, file, bytes } = damaged('short')
  const short = bytes.subarray(0, bytes.length - pageBytes)
  writeFileSync(file, short)
  const cut = await bench.call('projects.rescue', { folder })
  expect([readFileSync(path.join(cut.keptIn, projectFile)).equals(short), cut.project.images]).toEqual([true, images])
  await bench.call('projects.close', { projectId: cut.project.id })

  const { folder: older, file: told, bytes: all } = damaged('told')
  all.writeUInt32BE(1, 60)
  writeFileSync(told, all)
  const { project, lost } = await bench.call('projects.rescue', { folder: older })
  expect(lossSentences(lost)).toEqual(['Nothing was lost.'])
  await bench.call('projects.close', { projectId: project.id })
  const db = openStore(older)
  expect(contentsOf(db)).toEqual(contents)
  db.close()
})

test('what lies at the project’s quarantine and is no folder of its own is left alone', async () => {
  const { folder, bytes, file } = damaged('occupied', 9)
  writeFileSync(path.join(folder, 'quarantine'), 'notes')
  await expect(bench.call('projects.rescue', { folder })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('Move it away') })
  expect([readFileSync(file).equals(bytes), readFileSync(path.join(folder, 'quarantine'), 'utf8')]).toEqual([true, 'notes'])
})
