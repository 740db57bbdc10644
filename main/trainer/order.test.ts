import { describe, expect, it } from 'vitest'
import { epochPlan } from './order.ts'

/** 40, 8 and 2 images of the classes 0, 2 and 5, mixed up; rows lie elsewhere in the file. */
const counts = new Map([[0, 40], [2, 8], [5, 2]])
const labels = Uint32Array.from([...counts].flatMap(([label, count]) => Array.from({ length: count }, () => label))).map((_, n, all) => all[(n * 7) % all.length]!)
const set = { labels, rows: labels.map((_, n) => 1000 - n) }
const usual = { seed: 0, resample: 'never', reweightEpoch: 3 } as const
const balanced = { ...usual, resample: 'always' } as const

describe('an epoch', () => {
  it('shows every image once, by its row', () => {
    const { order, showings } = epochPlan(set, usual, 1)
    expect([...order].sort((a, b) => a - b)).toEqual([...labels.keys()])
    expect(showings).toEqual(order.map((image) => set.rows[image]!))
  })

  it.each([usual, balanced])('follows from the seed and its number alone ($resample)', (sampling) => {
    expect(epochPlan(set, sampling, 1)).toEqual(epochPlan(set, sampling, 1))
    expect(epochPlan(set, sampling, 1).order).not.toEqual(epochPlan(set, sampling, 2).order)
    expect(epochPlan(set, sampling, 1).order).not.toEqual(epochPlan(set, { ...sampling, seed: 1 }, 1).order)
  })
})

describe('class-balanced sampling', () => {
  const { order, showings } = epochPlan(set, balanced, 1)
  const shown = (image: number): number => order.filter((other) => other === image).length

  it('has as many draws as images, each class as often as any other', () => {
    expect(order).toHaveLength(labels.length)
    const draws = [...counts.keys()].map((label) => order.filter((image) => labels[image] === label).length)
    expect(Math.max(...draws) - Math.min(...draws)).toBeLessThanOrEqual(1)
  })

  it('shows every image of a rare class, each about as often as any other', () => {
    for (const label of [2, 5]) {
      const times = [...labels.keys()].filter((image) => labels[image] === label).map(shown)
      expect(Math.min(...times)).toBeGreaterThan(0)
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
    }
  })

  it('gets through a frequent class over the epochs', () => {
    const seen = new Set(Array.from({ length: 20 }, (_, n) => [...epochPlan(set, balanced, n + 1).order]).flat())
    expect(seen.size).toBe(labels.length)
  })

  it('numbers each showing, so that no image is augmented the same way twice', () => {
    expect(new Set(showings).size).toBe(showings.length)
    const first = order.findIndex((image) => labels[image] === 5)
    expect(showings[first]).toBe(set.rows[order[first]!])
  })

  it('begins after the re-weighting epoch where it is deferred', () => {
    const deferred = { ...usual, resample: 'deferred' } as const
    expect(epochPlan(set, deferred, 3)).toEqual(epochPlan(set, usual, 3))
    expect(epochPlan(set, deferred, 4)).toEqual(epochPlan(set, balanced, 4))
  })
})
