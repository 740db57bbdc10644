import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { contract, type WorkbenchContract } from '../../../shared/contract/index.ts'
import type { Epoch, Run } from '../../../shared/contract/runs.ts'
import { checked, type Answer, type Asked, type CommandName, type EventName, type Given, type Handlers, type Payload } from '../../../shared/rpc.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { epochsOf, saveEpoch, setStatus } from '../../store/runs.ts'
import type { TrainerProcess } from '../../trainer/client.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import type { Workbench } from '../context.ts'
import { tail, writeTailedFolder } from '../fixtures/tailedFolder.ts'
import { openWorkbench } from '../index.ts'

const place = mkdtempSync(path.join(tmpdir(), 'ride-runs-'))
const imagesFolder = path.join(place, 'images')
const folder = path.join(place, 'project')
const trainImages = Object.values(tail).reduce((sum, count) => sum + count, 0)
const request = { experts: 2, epochs: 3, batchSize: 32, learningRate: 0.05, seed: 4, device: 'cpu' } as const

let workbench: Workbench
let projectId: string
let spawnTrainer = forkTrainer
/** The newest trainer process. */
let trainer: TrainerProcess

function startWorkbench(): Workbench {
  return openWorkbench({
    userFolder: path.join(place, 'user'),
    version: '0.0.0',
    host: 'terminal',
    spawnTrainer: () => (trainer = spawnTrainer()),
  })
}

async function call<K extends CommandName<WorkbenchContract>>(command: K, input: Asked<WorkbenchContract, K>): Promise<Answer<WorkbenchContract, K>> {
  const handlers: Handlers<WorkbenchContract> = workbench.handlers
  return handlers[command](checked(contract.commands[command].input, input, command) as Given<WorkbenchContract, K>)
}

/** Fulfilled by the first such event that `fits`. */
function heard<K extends EventName<WorkbenchContract>>(name: K, fits: (payload: Payload<WorkbenchContract, K>) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const off = workbench.subscribe((event, payload) => {
      if ((event as string) !== name || !fits(payload as Payload<WorkbenchContract, K>)) return
      off()
      resolve()
    })
  })
}

const inEpoch = (epoch: number): Promise<void> => heard('runs.progress', (progress) => progress.phase === 'training' && progress.epoch === epoch)

beforeAll(async () => {
  writeTailedFolder(imagesFolder)
  workbench = startWorkbench()
  projectId = (await call('projects.create', { folder })).id
})

afterAll(async () => {
  await workbench.close()
  rmSync(place, { recursive: true, force: true })
})

test('nothing can be trained without images, or with one class', async () => {
  await expect(call('runs.start', { projectId })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no images') })
  const oneClass = path.join(place, 'one class')
  writeTailedFolder(oneClass, { only: 3 })
  const other = (await call('projects.create', { folder: path.join(place, 'other') })).id
  await call('images.import', { projectId: other, folder: oneClass })
  await expect(call('runs.start', { projectId: other })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('this project has one') })
  expect(await call('runs.list', { projectId: other })).toEqual([])
  await call('projects.close', { projectId: other })
})

/** What must not differ between a run that was interrupted and one that was not. */
interface Outcome {
  readonly epochs: Omit<Epoch, 'seconds' | 'imagesPerSecond'>[]
  readonly evaluation: unknown
  readonly predictions: unknown
  /** SHA-256 of the exported file. */
  readonly weights: string
}

async function outcomeOf({ id: runId, evaluation }: Run): Promise<Outcome> {
  const { epochs } = await call('runs.get', { projectId, runId })
  const { classes } = await call('confusions.matrix', { projectId, runId })
  const images = await Promise.all(classes.map(({ classId }) => call('confusions.images', { projectId, runId, actual: classId })))
  const file = path.join(place, `${runId}.safetensors`)
  await call('runs.export', { projectId, runId, file })
  return {
    epochs: epochs.map(({ seconds: _seconds, imagesPerSecond: _speed, ...epoch }) => epoch),
    evaluation: { ...evaluation, imagesPerSecond: 0 },
    predictions: images,
    weights: createHash('sha256').update(readFileSync(file)).digest('hex'),
  }
}

let uninterrupted: Outcome

test('a run goes from images to confusions, and everything about it is kept', async () => {
  await call('images.import', { projectId, folder: imagesFolder })
  const started = await call('runs.start', { projectId, ...request })
  expect(started).toMatchObject({ status: 'preparing', classes: 5, trainImages, valImages: 20, canResume: false })
  expect(workbench.activity()).toEqual([expect.stringContaining('Run 1 of project is being trained')])
  await expect(call('runs.start', { projectId, ...request })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('Run 1') })
  await expect(call('runs.evaluate', { projectId, runId: 1 })).rejects.toMatchObject({ code: 'busy' })

  const run = await call('runs.wait', { projectId, runId: 1 })
  expect(run).toMatchObject({ status: 'finished', failure: null, epochsDone: 3, canResume: false, config: { epochs: 3, experts: 2, batchSize: 32 } })
  expect(run.imagesPerSecond).toBeGreaterThan(0)
  expect(run.peakMemoryBytes).toBeGreaterThan(1e6)
  expect(run.device).toBeTruthy()
  expect(run.tensorflow).toMatch(/^\d+\.\d+/)
  expect(run.evaluation).toMatchObject({ images: 20, expertsUsed: 2, many: null })
  expect(run.evaluation!.experts).toHaveLength(2)
  expect(workbench.activity()).toEqual([])

  const { epochs, progress } = await call('runs.get', { projectId, runId: 1 })
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  expect(progress).toBeNull()
  const { classes, cells } = await call('confusions.matrix', { projectId, runId: 1 })
  expect(classes.map(({ name, train, support }) => [name, train, support])).toEqual(Object.entries(tail).map(([name, train]) => [name, train, 4]))
  expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(20)
  const right = cells.filter(({ actual, predicted }) => actual === predicted).reduce((sum, { count }) => sum + count, 0)
  expect(run.evaluation!.top1).toBeCloseTo(right / 20)
  const { total, images } = await call('confusions.images', { projectId, runId: 1, actual: classes[0]!.classId })
  expect(total).toBe(4)
  expect(images[0]!.experts).toHaveLength(2)
  expect(images[0]!.guesses.map(({ probability }) => probability)).toEqual(images[0]!.guesses.map(({ probability }) => probability).sort((a, b) => b - a))

  const runFolder = path.join(folder, 'runs', '1')
  expect(JSON.parse(readFileSync(path.join(runFolder, 'config.json'), 'utf8'))).toMatchObject({ id: 1, config: { seed: 4 }, trainImages })
  expect(statSync(path.join(runFolder, 'val.logits.f32')).size).toBe(2 * 20 * 5 * 4)
  expect(JSON.parse(JSON.parse(readFileSync(path.join(runFolder, 'val.logits.json'), 'utf8')).description)).toMatchObject({ experts: 2, classes: classes.map(({ classId }) => classId) })
  expect(readdirSync(runFolder).filter((name) => name.includes('.tmp-'))).toEqual([])
  await expect(call('runs.resume', { projectId, runId: 1 })).rejects.toMatchObject({ code: 'invalid-input' })
  uninterrupted = await outcomeOf(run)
})

test('a killed trainer leaves an interrupted run, which resumes to the very same result', async () => {
  const { id: runId } = await call('runs.start', { projectId, ...request })
  await inEpoch(2)
  trainer.kill()
  const interrupted = await call('runs.wait', { projectId, runId })
  expect(interrupted).toMatchObject({ status: 'interrupted', canResume: true, evaluation: null, failure: expect.stringContaining('SIGKILL') })

  await call('runs.resume', { projectId, runId })
  const run = await call('runs.wait', { projectId, runId })
  expect(run).toMatchObject({ status: 'finished', failure: null })
  expect(run.seconds).toBeGreaterThan(interrupted.seconds)
  expect(await outcomeOf(run)).toEqual(uninterrupted)
})

test('a run killed before its first checkpoint starts over to the same result', async () => {
  const { id: runId } = await call('runs.start', { projectId, ...request })
  await heard('runs.changed', ({ run }) => run.status === 'training')
  trainer.kill()
  expect(await call('runs.wait', { projectId, runId })).toMatchObject({ status: 'interrupted', epochsDone: 0, hasCheckpoint: false, canResume: true })
  await expect(call('runs.export', { projectId, runId, file: path.join(place, 'none.safetensors') })).rejects.toMatchObject({ code: 'not-found' })
  await call('runs.resume', { projectId, runId })
  expect(await outcomeOf(await call('runs.wait', { projectId, runId }))).toEqual(uninterrupted)
})

test('a stopped run is scored, and resumes with its own data whatever was relabelled since', async () => {
  const { id: runId } = await call('runs.start', { projectId, ...request })
  await inEpoch(2)
  const stopped = await call('runs.stop', { projectId, runId })
  expect(stopped).toMatchObject({ status: 'stopped', hasCheckpoint: true, canResume: true, failure: null, evaluation: { images: 20 }, scored: ['val'] })
  expect(stopped.epochsDone).toBeGreaterThanOrEqual(1)
  expect(stopped.epochsDone).toBeLessThan(3)

  const { images } = await call('images.list', { projectId, split: 'train', limit: 3 })
  const { classes } = await call('classes.tail', { projectId })
  await call('labels.set', { projectId, imageIds: images.map(({ id }) => id), classId: classes.at(-1)!.id })
  await call('runs.resume', { projectId, runId })
  const run = await call('runs.wait', { projectId, runId })
  await call('labels.undo', { projectId })
  expect(run.status).toBe('finished')
  expect(await outcomeOf(run)).toEqual(uninterrupted)
})

test('a folder outside the project is scored as the split was, and nothing of it stays', async () => {
  const outside = path.join(place, 'outside')
  writeTailedFolder(outside, { ...tail, unheard: 2 })
  const before = readdirSync(path.join(folder, 'cache'))
  const scores = await call('runs.evaluate', { projectId, runId: 1, folder: path.join(outside, 'val') })
  const run = (await call('runs.get', { projectId, runId: 1 })).run
  expect(scores).toMatchObject({ images: 20, top1: run.evaluation!.top1, skipped: [{ path: 'unheard', reason: expect.stringContaining('4 files were left out') }] })
  expect(scores.perClass.map(({ name }) => name)).toEqual(Object.keys(tail))
  expect(readdirSync(path.join(folder, 'cache'))).toEqual(before)
})

const exported = (file: string, replace = false): Promise<unknown> => call('runs.export', { projectId, runId: 1, file, replace })

test('weights are written where nothing is lost by it', async () => {
  const file = path.join(place, 'once.safetensors')
  expect(await exported(file)).toMatchObject({ file })
  const before = readFileSync(file)
  writeFileSync(file, 'something else')
  await expect(exported(file)).rejects.toMatchObject({ code: 'already-exists' })
  await exported(file, true)
  expect(readFileSync(file).equals(before)).toBe(true)

  await exported(path.join(place, `${'n'.repeat(230)}.safetensors`))
  mkdirSync(path.join(place, 'folder.safetensors'))
  symlinkSync(imagesFolder, path.join(place, 'link'))
  const [checkpoint] = readdirSync(path.join(folder, 'runs', '1', 'checkpoints'))
  for (const [refused, code] of [
    ['relative.safetensors', 'invalid-input'],
    [path.join(folder, 'project.sqlite'), 'invalid-input'],
    [path.join(place, 'nowhere', 'a.safetensors'), 'not-found'],
    [path.join(file, 'a.safetensors'), 'not-found'],
    [path.join(place, 'folder.safetensors'), 'already-exists'],
    ['/proc/a.safetensors', 'permission'],
    [path.join(place, `${'n'.repeat(300)}.safetensors`), 'invalid-input'],
    [path.join(imagesFolder, 'train', 'a.safetensors'), 'permission'],
    [path.join(place, 'link', 'a.safetensors'), 'permission'],
    [path.join(folder, 'runs', '1', 'checkpoints', checkpoint!), 'permission'],
  ] as const) {
    await expect(exported(refused, true), refused).rejects.toMatchObject({ code, message: expect.not.stringMatching(/ENOENT|ENOTDIR|EISDIR|\.tmp-/) })
  }
  expect(existsSync(path.join(imagesFolder, 'train', 'a.safetensors'))).toBe(false)
})

test('a split is scored with the labels it has by now', async () => {
  const { images } = await call('images.list', { projectId, split: 'val', limit: 1000 })
  const { classes } = await call('classes.tail', { projectId })
  await call('labels.set', { projectId, imageIds: images.map(({ id }) => id), classId: classes[0]!.id })
  const scores = await call('runs.evaluate', { projectId, runId: 1 })
  expect(scores.perClass[0]).toMatchObject({ name: 'anchor', support: 20 })
  expect((await call('runs.get', { projectId, runId: 1 })).run.evaluation!.top1).toBe(scores.top1)
  await call('labels.undo', { projectId })
  await expect(call('runs.evaluate', { projectId, runId: 1, split: 'test' })).rejects.toMatchObject({ code: 'not-found' })
})

test('images that a run was trained on are not scored as validation images later', async () => {
  const db = openStore(folder)
  const { image } = db.prepare("SELECT min(image_id) AS image FROM run_image WHERE run_id = 1 AND split = 'train'").get() as { image: number }
  db.prepare("UPDATE image SET split = 'val' WHERE id = ?").run(image)
  const scores = await call('runs.evaluate', { projectId, runId: 1 })
  expect(scores).toMatchObject({ images: 20, skipped: [{ path: expect.stringContaining('train/'), reason: expect.stringContaining('trained on') }] })
  db.prepare("UPDATE image SET split = 'train' WHERE id = ?").run(image)
  closeStore(db)
  expect((await call('runs.evaluate', { projectId, runId: 1, split: 'train' })).skipped).toEqual([])
})

test('no run starts while an import goes on', async () => {
  const other = (await call('projects.create', { folder: path.join(place, 'importing') })).id
  const importing = call('images.import', { projectId: other, folder: imagesFolder })
  await expect(call('runs.start', { projectId: other, ...request })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('import') })
  await importing
  expect(await call('runs.list', { projectId: other })).toEqual([])
  await call('projects.close', { projectId: other })
})

test('a run whose images are gone fails with their names, and resumes once they are back', async () => {
  rmSync(path.join(imagesFolder, 'train', 'egret', '0.bmp'))
  const { id: runId } = await call('runs.start', { projectId, ...request, epochs: 1, imageSize: 33 })
  expect(await call('runs.wait', { projectId, runId })).toMatchObject({ status: 'failed', canResume: true, failure: expect.stringContaining('egret/0.bmp: the file is gone') })
  writeTailedFolder(imagesFolder)
  await call('runs.resume', { projectId, runId })
  expect(await call('runs.wait', { projectId, runId })).toMatchObject({ status: 'finished', failure: null })
})

test('a loss that is no number any more fails the run with a sentence', async () => {
  const { id: runId } = await call('runs.start', { projectId, ...request, head: 'linear', learningRate: 1e30 })
  const run = await call('runs.wait', { projectId, runId })
  expect(run).toMatchObject({ status: 'failed', failure: expect.stringMatching(/loss.*no checkpoint yet/i), hasCheckpoint: false, canResume: false })
  await expect(call('runs.export', { projectId, runId, file: path.join(place, 'none.safetensors') })).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/new run/) })
  // It would take the very same steps.
  await expect(call('runs.resume', { projectId, runId })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('lower learning rate') })
  expect((await call('runs.get', { projectId, runId })).run).toEqual(run)
})

test('a trainer that cannot be ended keeps no run from ending, nor the next from starting', async () => {
  spawnTrainer = () => {
    const { wire, kill } = forkTrainer()
    return {
      wire,
      kill: () => {
        kill()
        throw new Error('kill EPERM')
      },
    }
  }
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const { id: runId } = await call('runs.start', { projectId, ...request, epochs: 1 })
    expect(await call('runs.wait', { projectId, runId })).toMatchObject({ status: 'finished', failure: null })
    expect(said).toHaveBeenCalledWith(expect.stringContaining(`run ${runId}`), expect.objectContaining({ message: 'kill EPERM' }))
    expect(workbench.activity()).toEqual([])
  } finally {
    said.mockRestore()
    spawnTrainer = forkTrainer
  }
})

test('closing stops a run with what it has, and a run whose program died is put to rest when its project opens', async () => {
  const { id: runId } = await call('runs.start', { projectId, ...request })
  await inEpoch(2)
  await workbench.close()
  expect(existsSync(path.join(folder, 'runs', String(runId), 'checkpoints'))).toBe(true)

  const db = openStore(folder)
  setStatus(db, 1, 'training', { owner: { pid: 2 ** 22 + 1, started: '1' } })
  // It had told an epoch that no checkpoint has yet.
  saveEpoch(db, 1, { ...epochsOf(db, 1)[0]!, epoch: 4 })
  closeStore(db)
  workbench = startWorkbench()
  projectId = (await call('projects.open', { folder })).id
  const runs = await call('runs.list', { projectId })
  expect(runs.find(({ id }) => id === runId)).toMatchObject({ status: 'stopped', evaluation: null, canResume: true })
  expect(runs.find(({ id }) => id === 1)).toMatchObject({ status: 'interrupted', epochsDone: 3, canResume: true })
  await call('runs.resume', { projectId, runId })
  expect(await outcomeOf(await call('runs.wait', { projectId, runId }))).toEqual(uninterrupted)
})

test('a program that closes does not wait for a long step', async () => {
  spawnTrainer = () => {
    const { wire, kill } = forkTrainer()
    // In the middle of a step no message is heard.
    return { wire: { ...wire, post: (message) => (message as { command?: string }).command !== 'stop' && wire.post(message) }, kill }
  }
  const { id: runId } = await call('runs.start', { projectId, ...request, epochs: 500 })
  await inEpoch(2)
  spawnTrainer = forkTrainer
  await call('projects.close', { projectId })
  projectId = (await call('projects.open', { folder })).id
  const { run } = await call('runs.get', { projectId, runId })
  expect(run).toMatchObject({ status: 'interrupted', canResume: true, hasCheckpoint: true, failure: expect.stringContaining('from its last checkpoint') })
  expect(run.epochsDone).toBeGreaterThanOrEqual(1)
}, 60_000)

test('a finished run whose checkpoints are gone cannot be resumed to get them back', async () => {
  const { id: runId } = await call('runs.start', { projectId, ...request, epochs: 1 })
  await call('runs.wait', { projectId, runId })
  rmSync(path.join(folder, 'runs', String(runId), 'checkpoints'), { recursive: true })
  await expect(call('runs.evaluate', { projectId, runId })).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/gone.*Put them back, or start a new run/) })
})
