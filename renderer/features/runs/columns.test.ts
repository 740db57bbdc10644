import { expect, it } from 'vitest'
import { fittingColumns } from './columns.ts'

const columns = ['id', 'experts', 'epochs', 'top1', 'many', 'medium', 'few', 'createdAt'].map((key) => ({ key, minimum: 100 }))
const keysAt = (width: number): string[] => fittingColumns(columns, width).map(({ key }) => key)

it('gives up what a run is made of before what it reached', () => {
  expect(keysAt(800)).toHaveLength(8)
  expect(keysAt(799)).toEqual(['id', 'experts', 'top1', 'many', 'medium', 'few', 'createdAt'])
  expect(keysAt(600)).toEqual(['id', 'top1', 'many', 'medium', 'few', 'createdAt'])
  expect(keysAt(100)).toEqual(['id', 'top1', 'few'])
})

it('gives up nothing before the width is known', () => {
  expect(keysAt(0)).toHaveLength(8)
})
