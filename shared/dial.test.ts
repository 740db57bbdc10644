import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { adjust, balancedAccuracy, bestAdjusted, dialOfOffsets, DialSchema, dialWords, expectedAccuracy, fieldMix, isNeutral, logitOffsets, neutralDial, type Dial } from './dial.ts'
import { bestClass } from './routing.ts'

const classesOf = (...counts: readonly number[]): { classId: number; train: number }[] => counts.map((train, n) => ({ classId: n + 1, train }))

const someClasses = fc.array(fc.nat(5000), { minLength: 2, maxLength: 30 }).map((counts) => classesOf(...counts))
const someDial = (classes: number): fc.Arbitrary<Dial> =>
  fc.record({
    tau: fc.double({ min: 0, max: 3, noNaN: true }),
    mix: fc.double({ min: -1, max: 1, noNaN: true }),
    shares: fc.uniqueArray(fc.record({ classId: fc.integer({ min: 1, max: classes }), share: fc.double({ min: 0, max: 1 / classes, noNaN: true }) }), { selector: ({ classId }) => classId }),
  })
const someSetting = someClasses.chain((classes) => fc.record({ classes: fc.constant(classes), dial: someDial(classes.length) }))
const someLogits = (classes: number): fc.Arbitrary<Float32Array> => fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: classes, maxLength: classes }).map((values) => Float32Array.from(values))

const refused = (dial: unknown): boolean => !v.safeParse(DialSchema, dial).success
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

describe('the mix of the field', () => {
  const classes = classesOf(800, 150, 50)

  it('goes from that of training through even to its mirror image', () => {
    expect(fieldMix(classes, { mix: 1, shares: [] })).toEqual([0.8, 0.15, 0.05])
    expect(fieldMix(classes, { mix: 0, shares: [] })).toEqual([1 / 3, 1 / 3, 1 / 3])
    const [head, middle, tail] = fieldMix(classes, { mix: -1, shares: [] })
    expect(tail! / head!).toBeCloseTo(16)
    expect(tail! / middle!).toBeCloseTo(3)
  })

  it('is as it is typed, and what is not typed shares the rest as the slider says', () => {
    const mix = fieldMix(classes, { mix: 1, shares: [{ classId: 3, share: 0.24 }] })
    expect(mix[2]).toBeCloseTo(0.24, 12)
    expect(mix[0]! / mix[1]!).toBeCloseTo(800 / 150, 12)
    const all = fieldMix(classes, { mix: 1, shares: classes.map(({ classId }) => ({ classId, share: classId / 10 })) })
    expect(all[2]! / all[0]!).toBeCloseTo(3, 12)
  })

  it('comes to 1 and holds a little of every class, whatever is set', () => {
    fc.assert(
      fc.property(someSetting, ({ classes: some, dial }) => {
        const mix = fieldMix(some, dial)
        expect(sum(mix)).toBeCloseTo(1, 9)
        expect(Math.min(...mix)).toBeGreaterThan(0)
      }),
    )
    expect(fieldMix(classes, { mix: 0, shares: [{ classId: 1, share: 1 }] })[1]).toBeCloseTo(1e-9, 12)
    expect(sum(fieldMix(classes, { mix: 0, shares: classes.map(({ classId }) => ({ classId, share: 0 })) }))).toBeCloseTo(1)
  })
})

describe('offsets', () => {
  it('are minus tau times the logarithm of the training share, and the logarithm of the field share over an even one', () => {
    const classes = classesOf(60, 30, 10)
    const offsets = logitOffsets(classes, { tau: 0.5, mix: 0, shares: [{ classId: 1, share: 0.5 }, { classId: 2, share: 0.3 }] })
    const exact = [[0.6, 0.5], [0.3, 0.3], [0.1, 0.2]].map(([trained, field]) => Math.fround(-0.5 * Math.log(trained!) + Math.log(field! / (1 / 3))))
    expect([...offsets].map((offset, c) => offset - exact[c]!)).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6), expect.closeTo(0, 6)])
  })

  it('are none where nothing is set', () => {
    fc.assert(
      fc.property(someClasses.chain((classes) => fc.tuple(fc.constant(classes), someLogits(classes.length))), ([classes, logits]) => {
        const offsets = logitOffsets(classes, neutralDial)
        expect(offsets.every((offset) => offset === 0)).toBe(true)
        expect(bestAdjusted(logits, 0, offsets)).toBe(bestClass(logits))
      }),
    )
  })

  it('undo the training mix and put it in again: tau 1 with the mix of training changes no answer', () => {
    fc.assert(
      fc.property(someClasses, (classes) => {
        const offsets = logitOffsets(classes, { tau: 1, mix: 1, shares: [] })
        for (const offset of offsets) expect(offset - offsets[0]!).toBeCloseTo(0, 4)
      }),
    )
  })

  it('follow from shares alone: as many times the images are the same, and what is added to all alike changes nothing', () => {
    fc.assert(
      fc.property(someClasses, fc.integer({ min: 2, max: 9 }), fc.double({ min: 0, max: 3, noNaN: true }), (some, times, tau) => {
        const classes = some.map((one) => ({ ...one, train: one.train + 1 }))
        const offsets = logitOffsets(classes, { tau, mix: 0.5, shares: [] })
        const more = logitOffsets(classes.map((one) => ({ ...one, train: one.train * times })), { tau, mix: 0.5, shares: [] })
        for (const [c, offset] of offsets.entries()) expect(more[c]).toBeCloseTo(offset, 3)
        const field = dialOfOffsets(classes.map(({ classId }) => classId), offsets.map((offset) => offset + 7))
        const again = logitOffsets(classes, field)
        // Below the least share nothing is told apart, so all are held against the class of the largest.
        const largest = offsets.indexOf(Math.max(...offsets))
        for (const [c, offset] of offsets.entries()) if (offset - offsets[largest]! > -15) expect(again[c]! - again[largest]!).toBeCloseTo(offset - offsets[largest]!, 3)
      }),
    )
  })

  it('are finite without training images, and say nothing where no class has any', () => {
    expect(logitOffsets(classesOf(10, 0), { tau: 3, mix: -1, shares: [{ classId: 2, share: 0 }] }).every(Number.isFinite)).toBe(true)
    expect([...logitOffsets(classesOf(0, 0, 0), { tau: 2, mix: 1, shares: [] })]).toEqual(Array.from({ length: 3 }, () => expect.closeTo(2 * Math.log(3), 5)))
  })

  it('are added in float32, as one image at a time and as many of them in a row', () => {
    fc.assert(
      fc.property(someSetting.chain(({ classes, dial }) => fc.record({ offsets: fc.constant(logitOffsets(classes, dial)), first: someLogits(classes.length), second: someLogits(classes.length) })), ({ offsets, first, second }) => {
        const means = Float32Array.of(...first, ...second)
        const found = [bestAdjusted(means, 0, offsets), bestAdjusted(means, first.length, offsets)]
        adjust(first, offsets)
        adjust(second, offsets)
        expect(found).toEqual([bestClass(first), bestClass(second)])
      }),
    )
  })
})

it('a larger tau never takes an answer from a rarer class for a more frequent one', () => {
  fc.assert(
    fc.property(someClasses.chain((classes) => fc.record({ classes: fc.constant(classes), logits: someLogits(classes.length), taus: fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true })) })), ({ classes, logits, taus }) => {
      const [less, more] = [Math.min(...taus), Math.max(...taus)].map((tau) => classes[bestAdjusted(logits, 0, logitOffsets(classes, { ...neutralDial, tau }))]!.train)
      expect(Math.max(1, more!)).toBeLessThanOrEqual(Math.max(1, less!))
    }),
  )
})

describe('accuracy', () => {
  it('in the field is the sum of share times recall, over the classes that have images here', () => {
    expect(expectedAccuracy([0.9, 0.5, 0.1], [0.5, 0.3, 0.2])).toEqual({ accuracy: expect.closeTo(0.62), covered: expect.closeTo(1) })
    expect(expectedAccuracy([0.9, null, 0.1], [0.5, 0.3, 0.2])).toEqual({ accuracy: expect.closeTo(0.47 / 0.7), covered: expect.closeTo(0.7) })
    expect(expectedAccuracy([null, null], [0.5, 0.5])).toEqual({ accuracy: null, covered: 0 })
  })

  it('is balanced where every class counts alike', () => {
    expect(balancedAccuracy([1, 0.5, null])).toBe(0.75)
    expect(balancedAccuracy([null])).toBeNull()
  })
})

describe('a setting', () => {
  it('is refused where its numbers cannot be', () => {
    expect(refused({ tau: 1, mix: -1, shares: [{ classId: 1, share: 0.1 }, { classId: 2, share: 0.9 }] })).toBe(false)
    for (const wrong of [{ tau: -0.1 }, { tau: 3.1 }, { tau: Number.NaN }, { mix: 1.1 }, { shares: [{ classId: 1, share: 1.1 }] }, { shares: [{ classId: 1, share: 0.6 }, { classId: 2, share: 0.5 }] }, { shares: [{ classId: 1, share: 0.1 }, { classId: 1, share: 0.2 }] }]) {
      expect(refused({ ...neutralDial, ...wrong }), JSON.stringify(wrong)).toBe(true)
    }
  })

  it('is told in a few words', () => {
    expect(dialWords({ tau: 0.6, mix: -0.3, shares: [] })).toBe('tau 0.6, mix tail-heavy 0.3')
    expect(dialWords({ tau: 1, mix: 0.25, shares: [{ classId: 1, share: 0.5 }] })).toBe('tau 1, mix head-heavy 0.25, 1 typed share')
    expect(dialWords(neutralDial)).toBe('tau 0, mix even')
    expect([isNeutral(neutralDial), isNeutral({ ...neutralDial, tau: 0.1 })]).toEqual([true, false])
  })
})
