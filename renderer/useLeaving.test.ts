import { expect, it } from 'vitest'
import type { Activity } from '../shared/contract/projects.ts'
import { answerWith } from './fixtures/main.ts'

// Loaded once there is something to ask.
const { useLeaving } = await import('./useLeaving.ts')

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'

function leaving(goingOn: () => Activity[] | Promise<Activity[]>) {
  answerWith({ 'projects.goingOn': goingOn })
  const done: string[] = []
  const { asking, agree, mayLeave } = useLeaving(() => projectId)
  return { done, asking, agree, leaveFor: (name: string) => mayLeave(() => done.push(`left for ${name}`), () => done.push(`stayed before ${name}`)) }
}

it('leaves at once where nothing goes on, or main cannot tell', async () => {
  const quiet = leaving(() => [])
  await quiet.leaveFor('quiet')
  expect([quiet.done, quiet.asking.value]).toEqual([['left for quiet'], null])
  const lost = leaving(() => {
    throw new Error('main is away')
  })
  await lost.leaveFor('quiet')
  expect(lost.done).toEqual(['left for quiet'])
})

it('asks before it ends what goes on, and leaves only once that is agreed to', async () => {
  const { done, asking, agree, leaveFor } = leaving(() => ['guess', 'labelsExport'])
  await leaveFor('quiet')
  expect([done, asking.value?.what]).toEqual([['stayed before quiet'], ['guess', 'labelsExport']])
  agree()
  expect([done, asking.value]).toEqual([['stayed before quiet', 'left for quiet'], null])
})

it('does what was wished for last', async () => {
  const { done, leaveFor } = leaving(() => [])
  await Promise.all([leaveFor('first'), leaveFor('second')])
  expect(done).toEqual(['stayed before first', 'left for second'])
})
