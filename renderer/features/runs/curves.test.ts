import { expect, it } from 'vitest'
import type { Epoch } from '../../../shared/contract/runs.ts'
import { accuracyCurves, changesIn, lossCurve, withEpoch } from './curves.ts'
import { runOf } from '../../../shared/fixtures/run.ts'

const epoch = (number: number, few: number | null, loss = 1): Epoch => ({
  epoch: number,
  learningRate: 0.1,
  loss,
  top1: 0.4,
  many: 0.6,
  medium: 0.35,
  few,
  experts: [0.3, 0.4],
  imagesPerSecond: 300,
  seconds: 10,
})

it('gives accuracies in per cent and keeps gaps', () => {
  const curves = accuracyCurves([epoch(1, null), epoch(2, 0.125)])
  expect(curves.map((curve) => curve.key)).toEqual(['top1', 'many', 'medium', 'few'])
  expect(curves[0]?.points).toEqual([[1, 40], [2, 40]])
  expect(curves[3]?.points).toEqual([[1, null], [2, 12.5]])
})

it('leaves out a group without validation images', () => {
  expect(accuracyCurves([epoch(1, null), epoch(2, null)]).map((curve) => curve.key)).toEqual(['top1', 'many', 'medium'])
})

it('gives the loss as it is', () => {
  expect(lossCurve([epoch(1, null, 9.5), epoch(2, null, 7)]).points).toEqual([[1, 9.5], [2, 7]])
})

it('lets the later telling of an epoch hold, and drops what a resumed run does again', () => {
  const told = withEpoch([epoch(1, null), epoch(2, null), epoch(3, null)], epoch(2, 0.5))
  expect(told.map(({ epoch: number, few }) => [number, few])).toEqual([[1, null], [2, 0.5]])
})

it('marks what changes late, unless the run ends before', () => {
  const { config } = runOf({}, { epochs: 30, resample: 'deferred' })
  expect(changesIn(config)).toEqual([{ epoch: config.reweightEpoch, label: 're-weighting, re-sampling' }])
  expect(changesIn({ ...config, epochs: config.reweightEpoch })).toEqual([])
  expect(changesIn(runOf({}, { loss: 'ce', epochs: 30 }).config)).toEqual([])
})
