/** The trainer's process from outside: what a kill leaves behind, stopping, devices. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { startTrainer, type Trainer } from './client.ts'
import { checkpointBytes, makeJobs } from './fixtures/job.ts'
import { forkTrainer } from './fork.ts'

const jobs = makeJobs(10)
const started: Trainer[] = []
function start(): Trainer {
  const trainer = startTrainer(forkTrainer)
  started.push(trainer)
  return trainer
}
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.kill()
})
afterAll(() => jobs.remove())

it('names TensorFlow and the devices', async () => {
  const { tensorflow, devices } = await start().call('devices', { device: 'cpu' })
  expect(tensorflow).toMatch(/^2\.\d+/)
  expect(devices).toMatchObject([{ kind: 'cpu' }])
})

it('says what is missing where a GPU is asked for and there is none', async () => {
  const { devices } = await start().call('devices', {})
  if (devices.some(({ kind }) => kind === 'gpu')) return
  await expect(start().call('devices', { device: 'gpu' })).rejects.toMatchObject({ code: 'runtime-missing', message: expect.stringMatching(/found none: .+/) })
})

it('refuses a second run, and stops the first with a checkpoint', async () => {
  const trainer = start()
  const job = jobs.job('stopped', { epochs: 10_000 })
  const stepped = new Promise((resolve) => {
    trainer.on('progress', resolve)
  })
  const ended = trainer.call('train', job)
  await stepped
  await expect(trainer.call('train', jobs.job('second'))).rejects.toMatchObject({ code: 'busy' })
  await trainer.call('stop', {})
  expect(await ended).toMatchObject({ finished: false })
  expect(checkpointBytes(job).length).toBeGreaterThan(0)
})

it('resumes after a kill to the same bits', async () => {
  const request = { epochs: 3 }
  const whole = jobs.job('whole', request)
  await start().call('train', whole)

  const job = jobs.job('killed', request)
  const victim = start()
  const progressed = new Promise<void>((resolve) => {
    victim.on('progress', () => {
      if (existsSync(path.join(job.runFolder, 'checkpoints'))) resolve()
    })
  })
  const ended = victim.call('train', job)
  ended.catch(() => {})
  await Promise.race([progressed, ended])
  victim.kill()
  await ended.catch((failure: unknown) => expect(failure).toMatchObject({ code: 'closed' }))

  expect(await start().call('train', { ...job, resume: true })).toMatchObject({ finished: true, epochsDone: 3 })
  expect(checkpointBytes(job).at(-1)).toEqual(checkpointBytes(whole).at(-1))
})
