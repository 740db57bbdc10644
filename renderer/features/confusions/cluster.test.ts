import { array, assert, integer, property, shuffledSubarray } from 'fast-check'
import { expect, it } from 'vitest'
import { clusterOrder } from './cluster.ts'

/** Blocks of classes that are taken for each other and never for others. @param shuffled where each class stands */
function planted(blocks: number, perBlock: number, shuffled: readonly number[]): { counts: Int32Array; supports: Int32Array; blockAt: (place: number) => number } {
  const size = blocks * perBlock
  const counts = new Int32Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const isNear = Math.floor(row / perBlock) === Math.floor(column / perBlock)
      counts[shuffled[row]! * size + shuffled[column]!] = row === column ? 50 : isNear ? 10 + ((row * 7 + column * 3) % 5) : 0
    }
  }
  const classAt = new Map(shuffled.map((place, one) => [place, one]))
  return { counts, supports: new Int32Array(size).fill(100), blockAt: (place) => Math.floor(classAt.get(place)! / perBlock) }
}

it('puts planted blocks together, however they were strewn', () => {
  const places = Array.from({ length: 24 }, (_, n) => n)
  assert(
    property(shuffledSubarray(places, { minLength: 24, maxLength: 24 }), (shuffled) => {
      const { counts, supports, blockAt } = planted(6, 4, shuffled)
      const blocks = clusterOrder(counts, supports).map(blockAt)
      expect(blocks.filter((block, n) => block !== blocks[n - 1])).toHaveLength(6)
    }),
    { numRuns: 50 },
  )
})

it('orders every class once, whatever the counts', () => {
  assert(
    property(integer({ min: 0, max: 9 }).chain((size) => array(integer({ min: 0, max: 5 }), { minLength: size * size, maxLength: size * size })), (counts) => {
      const size = Math.sqrt(counts.length)
      const order = clusterOrder(counts, new Int32Array(size).fill(5))
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, n) => n))
    }),
  )
})

it('puts a chain of neighbours end to end', () => {
  const size = 6
  const chain = [3, 0, 5, 1, 4, 2]
  const counts = new Int32Array(size * size)
  for (let n = 0; n + 1 < size; n++) counts[chain[n]! * size + chain[n + 1]!] = n % 2 === 0 ? 40 : 20
  const order = clusterOrder(counts, new Int32Array(size).fill(100))
  expect([chain, [...chain].reverse()]).toContainEqual(order)
})

it('orders a thousand classes', () => {
  const shuffled = Array.from({ length: 1000 }, (_, n) => (n * 617) % 1000)
  const { counts, supports, blockAt } = planted(50, 20, shuffled)
  const blocks = clusterOrder(counts, supports).map(blockAt)
  expect(blocks.filter((block, n) => block !== blocks[n - 1])).toHaveLength(50)
})
