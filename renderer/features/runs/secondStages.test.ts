import { expect, it } from 'vitest'
import { runOf } from '../../../shared/fixtures/run.ts'
import { recipeWords, relationsOf } from './relations.ts'
import { usualRequest } from './secondStages.ts'

const base = runOf({ id: 3 }, { experts: 3, epochs: 30 })
const router = runOf({ id: 5, config: { ...base.config, stage: 'router', baseRun: 3 } })

it('fills in the usual numbers of a stage', () => {
  expect(usualRequest(base, 'router')).toMatchObject({ stage: 'router', epochs: 5, learningRate: 0.01 })
  expect(usualRequest(base, 'tau-norm')).toMatchObject({ stage: 'tau-norm', tauNorm: 1 })
  expect(usualRequest(base, 'tau-norm').epochs).toBeUndefined()
})

it('knows which run stands on which, and which learnt from which', () => {
  const student = runOf({ id: 7 }, { teacherRun: 3 })
  const runs = [student, router, base]
  expect(relationsOf(base, runs)).toEqual([{ words: 'On this run', runIds: [5] }, { words: 'Learnt from this run', runIds: [7] }])
  expect(relationsOf(router, runs)).toEqual([{ words: 'Stands on', runIds: [3] }])
  expect(relationsOf(student, runs)).toEqual([{ words: 'Learnt from', runIds: [3] }])
  expect(runs.map(recipeWords)).toEqual(['RIDE, learnt from run 3', 'Router on run 3', 'RIDE'])
})

it('says where weights came from a file', () => {
  const { config } = base
  expect(recipeWords({ config: { ...config, epochs: 0 } })).toBe('Weights from a file')
  expect(recipeWords({ config: { ...config, epochs: 0, stage: 'router' } })).toBe('Router, from a file')
})
