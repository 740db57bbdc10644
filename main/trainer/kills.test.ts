/** A trainer's process killed again and again, and what its run comes to in the end: the bits of one that was left alone. */
import { readdirSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { checkpointFolder, hasCheckpoint } from '../checkpoints.ts'
import { startTrainer, type Trainer } from './client.ts'
import type { TrainJob } from './contract.ts'
import { checkpointBytes, makeJobs } from './fixtures/job.ts'
import { forkTrainer } from './fork.ts'
import { uniform } from './random.ts'

const jobs = makeJobs(10)
const started: Trainer[] = []
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.kill()
})
afterAll(() => jobs.remove())

/** A process that writes a checkpoint after every step. */
function start(): Trainer {
  const trainer = startTrainer(() => forkTrainer(['--checkpoint-every-ms=0']))
  started.push(trainer)
  return trainer
}

/** When a process is killed that has got further by a step, to `folder`: answers once it is time. */
type Moment = (folder: string, trainer: Trainer) => Promise<void>

/** Drawn anew each time, for other moments each time; `KILLS_SEED` draws those of a failure again. */
const seed = Number(process.env['KILLS_SEED'] ?? Date.now() % 1_000_000)
console.info(`Killing at the moments of KILLS_SEED=${seed}.`)
let drawn = 0

/** Anywhere in what a few steps take, their checkpoints and the validation included. */
const anyTime: Moment = () => pause(600 * uniform(seed, drawn++))

/** While a checkpoint is being written: a file of another name lies beside the finished ones. */
const amidCheckpoint: Moment = (folder, trainer) => appeared(folder, trainer, (name) => !isFinished(name))

const teacher = jobs.job('teacher', { epochs: 1, experts: 1 })

/** Steps enough for every kill to come before the last one, on a fast machine too. */
const epochs = 8

describe('a run that is killed goes on to the same bits', () => {
  it.each<[string, () => Partial<TrainJob>, Parameters<typeof jobs.job>[1], readonly Moment[]]>([
    ['of RIDE', () => ({}), {}, [amidCheckpoint, anyTime, amidCheckpoint, anyTime]],
    [
      'with mixup, batches in parts, class-balanced sampling and a teacher',
      () => ({ teacher: { config: teacher.config, runFolder: teacher.runFolder } }),
      { mixup: 0.4, accumulate: 3, resample: 'always' },
      [anyTime, amidCheckpoint, anyTime],
    ],
  ])('%s', async (name, changes, request, moments) => {
    if (!hasCheckpoint(teacher.runFolder)) await start().call('train', teacher)
    const jobCalled = (called: string): TrainJob => ({ ...jobs.job(`${called} ${name}`, { epochs, ...request }), ...changes() })
    const whole = jobCalled('whole')
    await start().call('train', whole)

    const job = jobCalled('killed')
    let kills = 0
    for (const moment of moments) {
      const victim = start()
      const folder = checkpointFolder(job.runFolder)
      const further = appeared(folder, victim, isFinished)
      const ended = victim.call('train', { ...job, resume: hasCheckpoint(job.runFolder) })
      ended.catch(() => {})
      await Promise.race([further.then(() => moment(folder, victim)), ended.catch(() => {})])
      victim.kill()
      // Where the moment came too late, it is done already.
      await ended.catch((failure: unknown) => {
        expect(failure).toMatchObject({ code: 'closed' })
        kills += 1
      })
    }
    expect(kills).toBeGreaterThan(1)
    expect(await start().call('train', { ...job, resume: hasCheckpoint(job.runFolder) })).toMatchObject({ finished: true, epochsDone: epochs })
    // Not toEqual: of two files that differ it would work out every difference.
    expect(checkpointBytes(job).at(-1)!.bytes.equals(checkpointBytes(whole).at(-1)!.bytes)).toBe(true)
  }, 300_000)
})

/** Once the folder has such a file that it does not have now, or once the test is over. */
async function appeared(folder: string, trainer: Trainer, such: (name: string) => boolean): Promise<void> {
  const before = new Set(namesIn(folder))
  while (started.includes(trainer) && !namesIn(folder).some((name) => such(name) && !before.has(name))) await pause(1)
}

function isFinished(name: string): boolean {
  return name.endsWith('.safetensors')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
