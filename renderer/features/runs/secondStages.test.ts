import { expect, it } from 'vitest'
import { methodWords } from '../../../shared/configuration.ts'
import { runOf } from '../../../shared/fixtures/run.ts'
import { relationsOf } from './relations.ts'
import { fewStepsSentence, usualRequest, wayToStage, withBatchSize } from './secondStages.ts'

const base = runOf({ id: 3 }, { experts: 3, epochs: 30 })
const router = runOf({ id: 5, config: { ...base.config, stage: 'router', baseRun: 3 } })

it('fills in the usual numbers of a stage', () => {
  expect(usualRequest(base, 'router')).toMatchObject({ stage: 'router', epochs: 5, learningRate: 0.01 })
  expect(usualRequest(base, 'tau-norm')).toMatchObject({ stage: 'tau-norm', tauNorm: 1 })
  expect(usualRequest(base, 'tau-norm').epochs).toBeUndefined()
})

it('lets the learning rate follow the batch until it is set by hand', () => {
  const usual = usualRequest(base, 'router')
  const halved = withBatchSize(base, usual, usual.batchSize! / 2)
  expect(halved.learningRate).toBeCloseTo(usual.learningRate! / 2)
  expect(withBatchSize(base, halved, usual.batchSize!)).toEqual(usual)
  expect(withBatchSize(base, { ...usual, learningRate: 0.3 }, 32)).toMatchObject({ batchSize: 32, learningRate: 0.3 })
})

it('says of a second stage with few steps how many they are', () => {
  expect(fewStepsSentence(336, 5, 512)).toMatch(/^That is 5 steps in all/)
  expect(fewStepsSentence(336, 1, 512)).toMatch(/^That is a single step/)
  expect(fewStepsSentence(336, 10, 32)).toBe('')
})

it('says where a linear classifier is chosen, to who asks for tau-normalisation without one', () => {
  expect(wayToStage(runOf({}, { head: 'cosine' }), 'tau-norm')).toContain('under Advanced')
  expect(wayToStage(runOf({}, { head: 'linear' }), 'tau-norm')).toBe('')
  expect(wayToStage(runOf({}, { head: 'cosine' }), 'crt')).toBe('')
})

it('knows which run stands on which, and which learnt from which', () => {
  const student = runOf({ id: 7 }, { teacherRun: 3 })
  const runs = [student, router, base]
  expect(relationsOf(base, runs)).toEqual([{ words: 'On this run', runIds: [5] }, { words: 'Learnt from this run', runIds: [7] }])
  expect(relationsOf(router, runs)).toEqual([{ words: 'Stands on', runIds: [3] }])
  expect(relationsOf(student, runs)).toEqual([{ words: 'Learnt from', runIds: [3] }])
  expect(runs.map(methodWords)).toEqual(['RIDE, learnt from run 3', 'Router on run 3', 'RIDE'])
})

it('says where weights came from a file', () => {
  const { config } = base
  expect(methodWords({ config: { ...config, epochs: 0 } })).toBe('Weights from a file')
  expect(methodWords({ config: { ...config, epochs: 0, stage: 'router' } })).toBe('Router, from a file')
})
