import { expect, test } from 'vitest'
import { forkTrainer } from '../trainer/fork.ts'
import { lendTrainers } from './lending.ts'
import type { OpenProject } from './projects.ts'

const project = { id: 'p', name: 'Birds', folder: '/birds' } as OpenProject
const other = { ...project, id: 'q' }
const untilStopped = (signal: AbortSignal): Promise<never> => new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error('stopped'))))

test('work of a project that closes ends, also where it does not ask its trainer, and no other', async () => {
  const lending = lendTrainers(forkTrainer)
  const preparing = lending.lend(project, { what: 'scoring', sentence: 'Run 3 is being scored.' }, (_, signal) => untilStopped(signal))
  const others = lending.lend(other, null, (_, signal) => untilStopped(signal))
  expect(lending.activity()).toEqual([{ projectId: 'p', what: 'scoring', sentence: 'Run 3 is being scored.' }])
  const refused = expect(preparing).rejects.toMatchObject({ code: 'closed', message: expect.stringContaining('Birds was closed before') })
  await lending.end(project)
  await refused
  expect(lending.activity()).toEqual([])
  const late = expect(others).rejects.toMatchObject({ code: 'closed' })
  await lending.end(other)
  await late
})

test('what fails by itself keeps its words', async () => {
  const lending = lendTrainers(forkTrainer)
  await expect(lending.lend(project, null, () => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file')
})
