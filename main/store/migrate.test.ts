import Database from 'better-sqlite3'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cells } from './confusions.ts'
import { migrate, migrations, newestVersion, formatOf } from './migrate.ts'
import { epochsOf, listRuns, runById } from './runs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-migrate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const second = 'ALTER TABLE class ADD COLUMN colour TEXT; CREATE INDEX class_colour ON class (colour);'
const opened = () => new Database(path.join(folder, 'project.sqlite'))
const backups = () => path.join(folder, 'backups')

test('the first step makes every table strict, with a key to every other it names', () => {
  const db = opened()
  migrate(db, backups())
  expect(formatOf(db)).toBe(migrations.length)
  const tables = db.pragma('table_list') as { name: string; schema: string; strict: number }[]
  expect(tables.filter((table) => table.schema === 'main' && !table.name.startsWith('sqlite_') && table.strict !== 1)).toEqual([])
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
  // There was nothing to lose, so there is nothing to keep.
  expect(readdirSync(folder)).toEqual(['project.sqlite'])
})

test('a file that holds something is copied, and the copy read back, before it changes', () => {
  const db = opened()
  migrate(db, backups())
  db.exec("INSERT INTO class (name, folder_name, created_at) VALUES ('cat', 'cat', 0)")
  migrate(db, backups(), [...migrations, second])
  expect(formatOf(db)).toBe(newestVersion + 1)
  expect(db.prepare('SELECT name, colour FROM class').all()).toEqual([{ name: 'cat', colour: null }])
  db.close()
  const backup = `project-v${newestVersion}-1.sqlite`
  expect(readdirSync(backups())).toEqual([backup])
  const copy = new Database(path.join(backups(), backup), { readonly: true })
  expect(formatOf(copy)).toBe(newestVersion)
  expect(copy.prepare('SELECT name FROM class').all()).toEqual([{ name: 'cat' }])
  copy.close()
})

test('a step that fails halfway leaves the file as it was, whatever came before it; the next try completes', () => {
  const db = opened()
  db.pragma('journal_mode = WAL')
  migrate(db, backups())
  db.pragma('wal_checkpoint(TRUNCATE)')
  const before = readFileSync(path.join(folder, 'project.sqlite'))
  expect(() => migrate(db, backups(), [...migrations, second, 'CREATE TABLE third (id INTEGER); INSERT INTO nowhere VALUES (1);'])).toThrow(/nowhere/)
  expect(formatOf(db)).toBe(newestVersion)
  expect(readFileSync(path.join(folder, 'project.sqlite')).equals(before)).toBe(true)
  migrate(db, backups(), [...migrations, second])
  expect(formatOf(db)).toBe(newestVersion + 1)
  db.close()
  expect(readdirSync(backups())).toEqual([`project-v${newestVersion}-1.sqlite`, `project-v${newestVersion}-2.sqlite`])
})

test('a newer file is refused', () => {
  const db = opened()
  migrate(db, backups(), [...migrations, second])
  expect(() => migrate(db, backups())).toThrow(expect.objectContaining({ code: 'newer-version' }))
  db.close()
})

describe('a project of format 1 that a run was trained in', () => {
  // As the first version wrote it: nothing of what a configuration has gained since.
  const config = { preset: 'fast', backbone: 'resnet32', experts: 3, widths: 'reduced', head: 'cosine', loss: 'ride', epochs: 30, imageSize: 32, fit: 'pad', augment: true, seed: 0, device: 'cpu', batchSize: 128, learningRate: 0.1, momentum: 0.9, weightDecay: 0.0005, warmupEpochs: 1, stepEpochs: [24, 27], stepFactor: 0.01, reweightEpoch: 24, diversityFactor: -0.45, temperatureSpread: 0.05, scale: 30, maxMargin: 0.5, reweightBeta: 0.9999 }

  /** What held where nobody could choose. */
  const sinceFormatOne = { stage: 'experts', baseRun: null, sharedLayer3: false, reweight: 'deferred', resample: 'never', tau: 1, tauSpread: 1, tauNorm: 1, mixup: 0, teacherRun: null, teacherTemperature: 1.5, trunkFile: null, accumulate: 1, augmentation: 'cifar', colorJitter: 0, schedule: 'steps', routerTopLogits: 30, routerPositiveWeight: 100 }

  function ofFormatOne(): Database.Database {
    const db = opened()
    migrate(db, backups(), migrations.slice(0, 1))
    db.exec(`
      INSERT INTO class (id, name, folder_name, created_at) VALUES (1, 'cat', 'cat', 0), (2, 'dog', 'dog', 0);
      INSERT INTO source (id, folder, added_at) VALUES (1, '/photos', 0);
      INSERT INTO image (id, source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
        VALUES (1, 1, 'cat/1.png', x'01', 1, 0, 'png', 32, 32, 1, 'train', 'folder', 0), (2, 1, 'dog/2.png', x'02', 1, 0, 'png', 32, 32, 2, 'val', 'folder', 0);
      INSERT INTO run (id, name, status, config, train_images, val_images, epochs_done, created_at, seconds) VALUES (1, 'Run 1', 'finished', '${JSON.stringify(config)}', 1, 1, 30, 7, 60);
      INSERT INTO run_class (run_id, position, class_id, train) VALUES (1, 0, 1, 1), (1, 1, 2, 0);
      INSERT INTO run_image (run_id, image_id, split, position) VALUES (1, 1, 'train', 0), (1, 2, 'val', 1);
      INSERT INTO epoch (run_id, epoch, learning_rate, loss, top1, many, medium, few, experts, images_per_second, seconds) VALUES (1, 30, 0.1, 2, 1, null, null, 1, '[1,1,0]', 99, 2);
      INSERT INTO evaluation (run_id, split, images, top1, many, medium, few, experts, experts_used, images_per_second) VALUES (1, 'val', 1, 0, null, null, 0, '[]', 3, 500);
      INSERT INTO prediction (run_id, split, image_id, actual, predicted, guesses, experts, experts_asked) VALUES (1, 'val', 2, 2, 1, '[[1,0.9]]', '[[1,0.9],[1,0.8],[2,0.7]]', 3);
      INSERT INTO confusion (run_id, split, actual, predicted, count) VALUES (1, 'val', 2, 1, 1);`)
    return db
  }

  test('keeps all of it, and a backup', () => {
    const db = ofFormatOne()
    migrate(db, backups())
    expect(formatOf(db)).toBe(newestVersion)
    expect(readdirSync(backups())).toEqual(['project-v1-1.sqlite'])
    expect(db.pragma('foreign_key_check')).toEqual([])
    const accuracy = { top1: 0, many: null, medium: null, few: 0 }
    expect(listRuns(db)).toMatchObject([{ id: 1, status: 'finished', threshold: null, epochsDone: 30, scored: ['val'], evaluation: { ...accuracy, images: 1, expertsUsed: 3, imagesPerSecond: 500, routing: null, fast: null } }])
    expect(epochsOf(db, 1)).toMatchObject([{ epoch: 30, experts: [1, 1, 0] }])
    expect(cells(db, { runId: 1, split: 'val' })).toEqual({ actual: [2], predicted: [1], count: [1] })
    db.close()
  })

  test('the word of a scoring moves from the router’s figures to a place of its own', () => {
    const db = ofFormatOne()
    migrate(db, backups(), migrations.slice(0, 2))
    db.exec(`UPDATE evaluation SET routing = '{"threshold":0.5,"scoring":"word"}'`)
    migrate(db, backups())
    expect(db.prepare('SELECT scoring, routing FROM evaluation').get()).toEqual({ scoring: 'word', routing: '{"threshold":0.5}' })
    db.close()
  })

  test('its configuration reads with what held then', () => {
    const db = ofFormatOne()
    migrate(db, backups())
    expect(runById(db, 1)!.config).toEqual({ ...config, ...sinceFormatOne })
    db.exec("UPDATE run SET config = json_set(config, '$.loss', 'ce')")
    expect(runById(db, 1)!.config).toEqual({ ...config, ...sinceFormatOne, loss: 'ce', reweight: 'never' })
    db.close()
  })

  test('a threshold lies between 0 and 1, and JSON is JSON', () => {
    const db = ofFormatOne()
    migrate(db, backups())
    for (const refused of ['UPDATE run SET threshold = 1', 'UPDATE run SET threshold = 0', "UPDATE evaluation SET routing = '{'", "UPDATE evaluation SET fast = 'x'"]) expect(() => db.exec(refused)).toThrow(/CHECK|JSON/)
    db.close()
  })
})
