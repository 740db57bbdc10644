import { describe, expect, it } from 'vitest'
import { cast, multiply } from './graph/arithmetic.ts'
import { Graph, placeholder } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { sum } from './graph/reduce.ts'
import { openSession } from './graph/session.ts'
import { mixedImages, mixedLoss, mixup, mixupFeeds } from './mixup.ts'

const graph = new Graph()
const mixing = mixup(graph)
const images = placeholder(graph, 'images', 'float32', [-1, 1, 1, 2])
const labels = placeholder(graph, 'labels', 'int32', [-1])

it('mixes images with their partners, and the losses of both labels alike', () => {
  const places = placeholder(graph, 'places', 'float32', [-1])
  const mixed = mixedImages(images, mixing)
  // A loss in which every place has a weight of its own.
  const loss = mixedLoss((own) => sum(multiply(cast(own, 'float32'), places)), labels, mixing)
  const session = openSession(loadTensorFlow('cpu'), graph)
  try {
    const feeds = [
      [images, Float32Array.of(0, 1, 10, 11, 20, 21)],
      [labels, Int32Array.of(3, 5, 7)],
      [places, Float32Array.of(1, 100, 10_000)],
      [mixing.weight, Float32Array.of(0.75)],
      [mixing.partners, Int32Array.of(2, 0, 1)],
    ] as const
    const [pixels, value] = session.run(feeds, [mixed, loss])
    expect([...pixels!]).toEqual([5, 6, 7.5, 8.5, 17.5, 18.5])
    expect(value![0]).toBeCloseTo(0.75 * 70_503 + 0.25 * (7 + 300 + 50_000), 1)
  } finally {
    session.close()
  }
})

describe('what is fed', () => {
  const draw = { mixup: 0.4, seed: 1, epoch: 2, step: 3 }
  const fed = (changes: Partial<typeof draw> = {}, part = 0): [weight: number, partners: number[]] => {
    const [weight, partners] = mixupFeeds(mixing, { ...draw, ...changes }, part, 50)
    return [weight![1][0]!, [...partners![1]]]
  }

  it('follows from seed, epoch and step; partners are a permutation', () => {
    expect(fed()).toEqual(fed())
    expect(fed()[1].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n))
    for (const other of [fed({ seed: 2 }), fed({ epoch: 3 }), fed({ step: 4 })]) {
      expect(other[0]).not.toBe(fed()[0])
      expect(other[1]).not.toEqual(fed()[1])
    }
  })

  it('has one weight for all parts of a step, and partners for each', () => {
    expect(fed({}, 1)[0]).toBe(fed()[0])
    expect(fed({}, 1)[1]).not.toEqual(fed()[1])
  })
})
