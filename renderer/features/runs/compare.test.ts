import { expect, it } from 'vitest'
import type { ClassComparison } from '../../../shared/contract/comparisons.ts'
import { runOf } from '../../../shared/fixtures/run.ts'
import type { Group } from '../../../shared/tail.ts'
import { pairOfCurves, settingRows, sortedClasses } from './compare.ts'

it('tells what two runs differ in, and keeps the rest apart', () => {
  const { different, same } = settingRows(runOf({ id: 1 }, { experts: 3, epochs: 6 }), runOf({ id: 2, trainImages: 101 }, { experts: 5, epochs: 1200, loss: 'ce' }))
  expect(different.find(({ name }) => name === 'Experts')).toEqual({ name: 'Experts', before: '3, reduced width', after: '5, reduced width' })
  expect(different.find(({ name }) => name === 'Epochs')).toEqual({ name: 'Epochs', before: '6', after: '1,200' })
  expect(different.find(({ name }) => name === 'Diversity')).toMatchObject({ after: null })
  expect(different.find(({ name }) => name === 'Training images')).toMatchObject({ before: '100 in 10 classes', after: '101 in 10 classes' })
  expect(same.map(({ name }) => name)).toContain('Backbone')
  expect(settingRows(runOf({}), runOf({})).different).toEqual([])
  expect(settingRows(runOf({}), runOf({ dial: { tau: 0.5, mix: 0, shares: [] } })).different).toEqual([{ name: 'Answers adjusted', before: null, after: 'tau 0.5, mix even' }])
})

const one = (name: string, group: Group, turnedRight: number, turnedWrong: number, images = 10): ClassComparison => ({ classId: 1, name, group, trainBefore: 1, trainAfter: 1, images, stayedRight: images - turnedRight - turnedWrong, turnedRight, turnedWrong, stayedWrong: 0 })

it('puts rare classes first, and among them what changed most', () => {
  const classes = [one('cat', 'many', 9, 0), one('fox', 'few', 1, 0), one('lynx', 'few', 0, 4), one('ant', 'few', 0, 0), one('bee', 'medium', 2, 2)]
  expect(sortedClasses(classes, null).map(({ name }) => name)).toEqual(['lynx', 'fox', 'ant', 'bee', 'cat'])
  expect(sortedClasses(classes, { key: 'change', descending: true }).map(({ name }) => name)[0]).toBe('cat')
  expect(sortedClasses(classes, { key: 'name', descending: false }).map(({ name }) => name)).toEqual(['ant', 'bee', 'cat', 'fox', 'lynx'])
})

const epoch = (n: number, few: number | null) => ({ epoch: n, learningRate: 0.1, loss: 1, top1: 0.5, many: null, medium: null, few, experts: [], imagesPerSecond: 1, seconds: 1 })

it('lays one curve of each run over the other', () => {
  const curves = pairOfCurves('few', { id: 4, epochs: [epoch(1, 0.1), epoch(2, 0.2)] }, { id: 7, epochs: [epoch(1, 0.3)] })
  expect(curves).toMatchObject([{ name: 'run 4', dashed: true, points: [[1, 10], [2, 20]] }, { name: 'run 7', dashed: false }])
  expect(pairOfCurves('few', { id: 4, epochs: [] }, { id: 7, epochs: [epoch(1, null)] })).toEqual([])
})
