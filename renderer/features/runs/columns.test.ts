import { expect, it } from 'vitest'
import { fittingColumns } from './columns.ts'

const columns = ['id', 'status', 'experts', 'epochs', 'top1', 'many', 'medium', 'few', 'createdAt'].map((key) => ({ key, minimum: 100 }))
const keysAt = (width: number): string[] => fittingColumns(columns, width).map(({ key }) => key)

it('gives up what a run is made of before what it reached', () => {
  expect(keysAt(900)).toHaveLength(9)
  expect(keysAt(899)).toEqual(['id', 'status', 'experts', 'top1', 'many', 'medium', 'few', 'createdAt'])
  expect(keysAt(700)).toEqual(['id', 'status', 'top1', 'many', 'medium', 'few', 'createdAt'])
  expect(keysAt(100)).toEqual(['id', 'top1', 'few'])
})

it('gives up nothing before the width is known', () => {
  expect(keysAt(0)).toHaveLength(9)
})
