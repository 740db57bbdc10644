/** Runs that end before their time, and go on to the very same result. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import type { Epoch, Run } from '../../../shared/contract/runs.ts'
import type { EventName, Payload } from '../../../shared/rpc.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { epochsOf, saveEpoch, setStatus } from '../../store/runs.ts'
import type { TrainerProcess } from '../../trainer/client.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { writeTailedFolder } from '../fixtures/tailedFolder.ts'

let spawnTrainer = forkTrainer
/** The newest trainer process. */
let trainer: TrainerProcess
const bench = openedWorkbench({ spawnTrainer: () => (trainer = spawnTrainer()) })
const { place } = bench
const imagesFolder = path.join(place, 'images')
const folder = path.join(place, 'project')
const request = { experts: 2, epochs: 3, batchSize: 32, learningRate: 0.05, seed: 4, device: 'cpu' } as const

let projectId: string
let uninterrupted: Outcome

beforeAll(async () => {
  writeTailedFolder(imagesFolder)
  projectId = (await bench.call('projects.create', { folder })).id
  await bench.call('images.import', { projectId, folder: imagesFolder })
  await bench.call('runs.start', { projectId, ...request })
  uninterrupted = await outcomeOf(await bench.call('runs.wait', { projectId, runId: 1 }))
}, 120_000)
afterAll(() => bench.close())

/** Fulfilled by the first such event that `fits`. */
function heard<K extends EventName<WorkbenchContract>>(name: K, fits: (payload: Payload<WorkbenchContract, K>) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const off = bench.workbench.subscribe((event, payload) => {
      if ((event as string) !== name || !fits(payload as Payload<WorkbenchContract, K>)) return
      off()
      resolve()
    })
  })
}

const inEpoch = (epoch: number): Promise<void> => heard('runs.progress', (progress) => progress.phase === 'training' && progress.epoch === epoch)

/** What must not differ between a run that was interrupted and one that was not. */
interface Outcome {
  readonly epochs: Omit<Epoch, 'seconds' | 'imagesPerSecond'>[]
  readonly evaluation: unknown
  readonly predictions: unknown
  /** SHA-256 of the exported file. */
  readonly weights: string
}

async function outcomeOf({ id: runId, evaluation }: Run): Promise<Outcome> {
  const { epochs } = await bench.call('runs.get', { projectId, runId })
  const { classes } = await bench.call('confusions.matrix', { projectId, runId })
  const images = await Promise.all(classes.map(({ classId }) => bench.call('confusions.images', { projectId, runId, actual: [classId] })))
  const file = path.join(place, `${runId}.safetensors`)
  await bench.call('runs.export', { projectId, runId, file })
  return {
    epochs: epochs.map(({ seconds: _seconds, imagesPerSecond: _speed, ...epoch }) => epoch),
    evaluation: { ...evaluation, imagesPerSecond: 0 },
    predictions: images,
    weights: createHash('sha256').update(readFileSync(file)).digest('hex'),
  }
}

test('a killed trainer leaves an interrupted run, which resumes to the very same result', async () => {
  const { id: runId } = await bench.call('runs.start', { projectId, ...request })
  await inEpoch(2)
  trainer.kill()
  const interrupted = await bench.call('runs.wait', { projectId, runId })
  expect(interrupted).toMatchObject({ status: 'interrupted', canResume: true, evaluation: null, failure: expect.stringContaining('SIGKILL') })

  await bench.call('runs.resume', { projectId, runId })
  const run = await bench.call('runs.wait', { projectId, runId })
  expect(run).toMatchObject({ status: 'finished', failure: null })
  expect(run.seconds).toBeGreaterThan(interrupted.seconds)
  expect(await outcomeOf(run)).toEqual(uninterrupted)
})

test('a run killed before its first checkpoint starts over to the same result', async () => {
  const { id: runId } = await bench.call('runs.start', { projectId, ...request })
  await heard('runs.changed', ({ run }) => run.status === 'training')
  trainer.kill()
  expect(await bench.call('runs.wait', { projectId, runId })).toMatchObject({ status: 'interrupted', epochsDone: 0, hasCheckpoint: false, canResume: true })
  await expect(bench.call('runs.export', { projectId, runId, file: path.join(place, 'none.safetensors') })).rejects.toMatchObject({ code: 'not-found' })
  await bench.call('runs.resume', { projectId, runId })
  expect(await outcomeOf(await bench.call('runs.wait', { projectId, runId }))).toEqual(uninterrupted)
})

test('a stopped run is scored, and resumes with its own data whatever was relabelled since', async () => {
  const { id: runId } = await bench.call('runs.start', { projectId, ...request })
  await inEpoch(2)
  const stopped = await bench.call('runs.stop', { projectId, runId })
  expect(stopped).toMatchObject({ status: 'stopped', hasCheckpoint: true, canResume: true, failure: null, evaluation: { images: 20 }, scored: ['val'] })
  expect(stopped.epochsDone).toBeGreaterThanOrEqual(1)
  expect(stopped.epochsDone).toBeLessThan(3)

  const { images } = await bench.call('images.list', { projectId, split: 'train', limit: 3 })
  const { classes } = await bench.call('classes.tail', { projectId })
  await bench.call('labels.set', { projectId, imageIds: images.map(({ id }) => id), classId: classes.at(-1)!.id })
  await bench.call('runs.resume', { projectId, runId })
  const run = await bench.call('runs.wait', { projectId, runId })
  await bench.call('labels.undo', { projectId })
  expect(run.status).toBe('finished')
  expect(await outcomeOf(run)).toEqual(uninterrupted)
})

test('a run whose images are gone fails with their names, and resumes once they are back', async () => {
  rmSync(path.join(imagesFolder, 'train', 'egret', '0.bmp'))
  const { id: runId } = await bench.call('runs.start', { projectId, ...request, epochs: 1, imageSize: 33 })
  expect(await bench.call('runs.wait', { projectId, runId })).toMatchObject({ status: 'failed', canResume: true, failure: expect.stringContaining('egret/0.bmp: the file is gone') })
  writeTailedFolder(imagesFolder)
  await bench.call('runs.resume', { projectId, runId })
  expect(await bench.call('runs.wait', { projectId, runId })).toMatchObject({ status: 'finished', failure: null })
})

test('a loss that is no number any more fails the run with a sentence', async () => {
  const { id: runId } = await bench.call('runs.start', { projectId, ...request, head: 'linear', learningRate: 1e30 })
  const run = await bench.call('runs.wait', { projectId, runId })
  expect(run).toMatchObject({ status: 'failed', failure: expect.stringMatching(/loss.*no checkpoint yet/i), hasCheckpoint: false, canResume: false })
  await expect(bench.call('runs.export', { projectId, runId, file: path.join(place, 'none.safetensors') })).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/new run/) })
  // It would take the very same steps.
  await expect(bench.call('runs.resume', { projectId, runId })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('lower learning rate') })
  expect((await bench.call('runs.get', { projectId, runId })).run).toEqual(run)
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
    const { id: runId } = await bench.call('runs.start', { projectId, ...request, epochs: 1 })
    expect(await bench.call('runs.wait', { projectId, runId })).toMatchObject({ status: 'finished', failure: null })
    expect(said).toHaveBeenCalledWith(expect.stringContaining(`run ${runId}`), expect.objectContaining({ message: 'kill EPERM' }))
    expect(bench.workbench.activity()).toEqual([])
  } finally {
    said.mockRestore()
    spawnTrainer = forkTrainer
  }
})

test('closing stops a run with what it has, and a run whose program died is put to rest when its project opens', async () => {
  const { id: runId } = await bench.call('runs.start', { projectId, ...request })
  await inEpoch(2)
  await bench.restart()
  expect(existsSync(path.join(folder, 'runs', String(runId), 'checkpoints'))).toBe(true)

  const db = openStore(folder)
  setStatus(db, 1, 'training', { owner: { pid: 2 ** 22 + 1, started: '1' } })
  // It had told an epoch that no checkpoint has yet.
  saveEpoch(db, 1, { ...epochsOf(db, 1)[0]!, epoch: 4 })
  closeStore(db)
  projectId = (await bench.call('projects.open', { folder })).id
  const runs = await bench.call('runs.list', { projectId })
  expect(runs.find(({ id }) => id === runId)).toMatchObject({ status: 'stopped', evaluation: null, canResume: true })
  expect(runs.find(({ id }) => id === 1)).toMatchObject({ status: 'interrupted', epochsDone: 3, canResume: true })
  await bench.call('runs.resume', { projectId, runId })
  expect(await outcomeOf(await bench.call('runs.wait', { projectId, runId }))).toEqual(uninterrupted)
})

test('a program that closes does not wait for a long step', async () => {
  spawnTrainer = () => {
    const { wire, kill } = forkTrainer()
    // In the middle of a step no message is heard.
    return { wire: { ...wire, post: (message) => (message as { command?: string }).command !== 'stop' && wire.post(message) }, kill }
  }
  const { id: runId } = await bench.call('runs.start', { projectId, ...request, epochs: 500 })
  await inEpoch(2)
  spawnTrainer = forkTrainer
  await bench.call('projects.close', { projectId })
  projectId = (await bench.call('projects.open', { folder })).id
  const { run } = await bench.call('runs.get', { projectId, runId })
  expect(run).toMatchObject({ status: 'interrupted', canResume: true, hasCheckpoint: true, failure: expect.stringContaining('from its last checkpoint') })
  expect(run.epochsDone).toBeGreaterThanOrEqual(1)
}, 60_000)

test('a finished run whose checkpoints are gone cannot be resumed to get them back', async () => {
  const { id: runId } = await bench.call('runs.start', { projectId, ...request, epochs: 1 })
  await bench.call('runs.wait', { projectId, runId })
  rmSync(path.join(folder, 'runs', String(runId), 'checkpoints'), { recursive: true })
  await expect(bench.call('runs.evaluate', { projectId, runId })).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/gone.*Put them back, or start a new run/) })
})
