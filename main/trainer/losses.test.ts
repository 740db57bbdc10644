/** The losses that no reference covers, against straightforward computations in float64; gradients by finite differences. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Loss } from '../../shared/recipe.ts'
import { gradients } from './graph/gradients.ts'
import { Graph, placeholder, type Tensor } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import { lossOf, taught } from './losses.ts'
import { tausOf } from './losses/adjusted.ts'
import { classWeightsOf } from './losses/crossEntropy.ts'
import type { LossConfig } from './losses/inputs.ts'
import { temperatureOf } from './losses/ride.ts'
import { uniform } from './random.ts'

const classCounts = [60, 9, 1, 0]
const classes = classCounts.length
const images = 5
const trueClasses = [0, 2, 1, 0, 3]
const experts = 3
const temperature = 1.5

type Logits = readonly (readonly number[])[]
/** [expert][image][class] */
const drawn: readonly Logits[] = Array.from({ length: experts }, (_, e) => rowsOf((n, c) => 4 * uniform(1, e, n, c) - 2))
const teacherDrawn = rowsOf((n, c) => 4 * uniform(2, n, c) - 2)
const weights = [0.25, 0.5, 1.5, 1.75]
const none = weights.map(() => 1)

const graph = new Graph()
const logits = drawn.map((_, e) => placeholder(graph, `logits_${e}`, 'float32', [-1, classes])) as unknown as readonly [Tensor, ...Tensor[]]
const labels = placeholder(graph, 'labels', 'int32', [-1])
const classWeights = placeholder(graph, 'classWeights', 'float32', [classes])
const temperatures = placeholder(graph, 'temperature', 'float32', [classes])
const teacher = placeholder(graph, 'teacher', 'float32', [-1, classes])
const config = (loss: Loss): LossConfig => ({ loss, classCounts, scale: 30, maxMargin: 0.5, diversityFactor: -0.45, tau: 1.25, tauSpread: 0.5 })
const inputs = { logits, labels, classWeights, temperature: temperatures }

/** Of the experts' logits, every image's own label and every class's weight. */
type Plain = (all: readonly Logits[], weightOf: readonly number[]) => number
const plain: Readonly<Record<'ce' | 'focal' | 'balanced-softmax' | 'logit-adjusted' | 'balpoe', Plain>> = {
  ce: (all, weightOf) => weighted(weightOf, (n) => surprise(meanLogits(all)[n]!, trueClasses[n]!)),
  focal: (all, weightOf) => weighted(weightOf, (n) => {
    const own = surprise(meanLogits(all)[n]!, trueClasses[n]!)
    return (1 - Math.exp(-own)) * own
  }),
  'balanced-softmax': (all, weightOf) => weighted(weightOf, (n) => surprise(meanLogits(all)[n]!.map((z, c) => z + Math.log([60, 9, 1, 1][c]!)), trueClasses[n]!)),
  'logit-adjusted': (all, weightOf) => weighted(weightOf, (n) => surprise(meanLogits(all)[n]!.map((z, c) => z + 1.25 * Math.log([60, 9, 1, 1][c]! / 71)), trueClasses[n]!)),
  balpoe: (all, weightOf) => all.reduce((total, own, e) => total + weighted(weightOf, (n) => surprise(own[n]!.map((z, c) => z + [0.75, 1.25, 1.75][e]! * Math.log([60, 9, 1, 1][c]! / 71)), trueClasses[n]!)) / all.length, 0),
}
const names = Object.keys(plain) as (keyof typeof plain)[]
const built = new Map(names.map((name) => {
  const loss = lossOf(config(name), inputs)
  const distilled = taught(lossOf(config(name), inputs), inputs.logits, teacher, temperature)
  return [name, { loss, distilled, unweighted: lossOf(config(name), { ...inputs, classWeights: null }), gradients: gradients(loss, logits) }]
}))
const session = openSession(loadTensorFlow('cpu'), graph)
afterAll(() => session.close())

describe.each(names)('%s', (name) => {
  const { loss, distilled, unweighted, gradients: byLogits } = built.get(name)!

  it('is what its equation says, weighted and not', () => {
    expect(fetch([loss], weights)[0]![0]).toBeCloseTo(plain[name](drawn, weights), 4)
    expect(fetch([loss], none)[0]![0]).toBeCloseTo(plain[name](drawn, none), 4)
    expect(fetch([unweighted], weights)[0]![0]).toBeCloseTo(plain[name](drawn, none), 4)
  })

  it('has the gradients of finite differences', () => {
    const got = fetch(byLogits, weights)
    const step = 1e-5
    for (const [e, gradient] of got.entries()) {
      for (const [i, value] of gradient.entries()) {
        const moved = (by: number): readonly Logits[] => drawn.map((own, other) => own.map((row, n) => row.map((z, c) => z + (other === e && n * classes + c === i ? by : 0))))
        const wanted = (plain[name](moved(step), weights) - plain[name](moved(-step), weights)) / (2 * step)
        expect(value, `expert ${e}, number ${i}`).toBeCloseTo(wanted, 5)
      }
    }
  })

  it('is added once for every expert where there is a teacher, each time with the teacher’s divergence', () => {
    const divergence = teacherDrawn.reduce((sum, row, n) => {
      const [target, student] = [row, meanLogits(drawn)[n]!].map((z) => logProbabilities(z.map((value) => value / temperature))) as [number[], number[]]
      return sum + target.reduce((own, p, c) => own + Math.exp(p) * (p - student[c]!), 0) / images
    }, 0)
    expect(fetch([distilled], weights)[0]![0]).toBeCloseTo(experts * (plain[name](drawn, weights) + temperature ** 2 * divergence), 3)
  })
})

it('needs no operation whose kernel on a GPU refuses to run deterministically', () => {
  // The training turns TF_DETERMINISTIC_OPS on; TensorFlow's kernels of these then answer Unimplemented.
  const refusing = new Set(['SparseSoftmaxCrossEntropyWithLogits', 'SoftmaxCrossEntropyWithLogits'])
  expect(graph.operations.map(({ type }) => type).filter((type) => refusing.has(type))).toEqual([])
})

it('spreads tau evenly over the experts', () => {
  expect(tausOf(1, 1, 1)).toEqual([1])
  expect(tausOf(2, 1, 1)).toEqual([0, 2])
  expect(tausOf(3, 1, 1)).toEqual([0, 1, 2])
  expect(tausOf(5, 1.5, 0.5)).toEqual([1, 1.25, 1.5, 1.75, 2])
})

it('weights rare classes more, in total as if none were weighted', () => {
  const own = classWeightsOf([500, 50, 5], 0.9999)
  expect(own.reduce((total, value) => total + value, 0)).toBeCloseTo(3, 5)
  // Far below 1 / (1 - beta) images, the effective number is nearly the number itself.
  expect(own[2]! / own[0]!).toBeCloseTo(100, -1)
})

it('tells rare classes apart more sharply', () => {
  const own = temperatureOf([500, 50, 5], 0.05)
  expect(own[0]).toBe(1)
  expect(own[2]).toBeCloseTo((3 * (5 / 555) * 0.05 + 0.95) / (3 * (500 / 555) * 0.05 + 0.95), 6)
})

it('stays finite where a class has no image', () => {
  for (const values of [classWeightsOf([3, 0], 0.9999), temperatureOf([3, 0], 0.05)]) expect([...values].every((value) => Number.isFinite(value) && value > 0)).toBe(true)
})

function fetch(fetches: readonly Tensor[], weightOf: readonly number[]): Values[] {
  return session.run(
    [
      ...drawn.map((own, e) => [logits[e]!, Float32Array.from(own.flat())] as const),
      [labels, Int32Array.from(trueClasses)],
      [classWeights, Float32Array.from(weightOf)],
      [temperatures, new Float32Array(classes).fill(1)],
      [teacher, Float32Array.from(teacherDrawn.flat())],
    ],
    fetches,
  )
}

function rowsOf(logit: (image: number, c: number) => number): number[][] {
  return trueClasses.map((_label, n) => Array.from({ length: classes }, (_logit, c) => logit(n, c)))
}

function weighted(weightOf: readonly number[], lossAt: (image: number) => number): number {
  const total = trueClasses.reduce((sum, label) => sum + weightOf[label]!, 0)
  return trueClasses.reduce((sum, label, n) => sum + (weightOf[label]! * lossAt(n)) / total, 0)
}

function meanLogits(all: readonly Logits[]): number[][] {
  return rowsOf((n, c) => all.reduce((sum, own) => sum + own[n]![c]! / all.length, 0))
}

function surprise(row: readonly number[], label: number): number {
  return -logProbabilities(row)[label]!
}

function logProbabilities(row: readonly number[]): number[] {
  const total = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0))
  return row.map((z) => z - total)
}
