/** Every operation's gradient against finite differences, on small values. */
import { afterAll, describe, expect, it } from 'vitest'
import { uniform } from '../random.ts'
import { add, atLeast, divide, exponential, multiply, power, reciprocalSquareRoot, relu, square, stopGradient, subtract, sumOf } from './arithmetic.ts'
import { besideEachOther } from './concat.ts'
import { gradients } from './gradients.ts'
import { constant, Graph, integers, placeholder, sizeOf, unknownSize, type Shape, type Tensor } from './graph.ts'
import { batchNorm, biasAdd, conv2d, matMul, maxPool, normalize, subsample } from './layers.ts'
import { sigmoid, softplus } from './logistic.ts'
import { mean } from './mean.ts'
import { loadTensorFlow } from './native.ts'
import { sum } from './reduce.ts'
import { openSession, type Values } from './session.ts'
import { gather, pad, reshape } from './shaping.ts'
import { crossEntropy, logSoftmax, softmax } from './softmax.ts'

interface Case {
  readonly shapes: readonly Shape[]
  readonly build: (...inputs: Tensor[]) => Tensor
  /** Where the inputs lie: 0.5 to 1.5 unless said otherwise. */
  readonly from?: number
}

const batch = 6
const indices = (graph: Graph): Tensor => integers(graph, [2, 0, 2, 1, 3, 0])
const cases: Record<string, Case> = {
  'add, spread over the batch': { shapes: [[batch, 4], [4]], build: (a, b) => square(add(a!, b!)) },
  'subtract, spread over columns': { shapes: [[batch, 4], [batch, 1]], build: (a, b) => square(subtract(a!, b!)) },
  'multiply, spread over everything': { shapes: [[batch, 4], []], build: (a, b) => multiply(a!, b!) },
  divide: { shapes: [[batch, 4], [4]], build: (a, b) => divide(a!, b!) },
  atLeast: { shapes: [[batch, 4]], build: (x) => square(atLeast(x!, 1.1)) },
  reciprocalSquareRoot: { shapes: [[batch, 4]], build: (x) => reciprocalSquareRoot(x!) },
  exponential: { shapes: [[batch, 4]], build: (x) => exponential(x!) },
  power: { shapes: [[batch, 4]], build: (x) => power(x!, 3) },
  relu: { shapes: [[batch, 4]], build: (x) => square(relu(x!)), from: -0.5 },
  sumOf: { shapes: [[batch, 4], [batch, 4]], build: (a, b) => square(sumOf([a!, b!, a!])) },
  'sum over an axis': { shapes: [[batch, 2, 4]], build: (x) => square(sum(x!, [1])) },
  'sum, axis kept': { shapes: [[batch, 4]], build: (x) => multiply(x!, sum(x!, [1], true)) },
  'mean over the batch': { shapes: [[batch, 4]], build: (x) => square(mean(x!, [0])) },
  'mean over places': { shapes: [[batch, 2, 2, 3]], build: (x) => square(mean(x!, [1, 2])) },
  reshape: { shapes: [[batch, 4]], build: (x) => square(reshape(x!, [-1, 2])) },
  pad: { shapes: [[batch, 2]], build: (x) => square(pad(x!, [[0, 0], [1, 2]])) },
  gather: { shapes: [[4, 2]], build: (table) => square(gather(table!, indices(table!.operation.graph))) },
  matMul: { shapes: [[batch, 4], [4, 2]], build: (a, b) => square(matMul(a!, b!)) },
  'matMul, the second transposed': { shapes: [[batch, 4], [2, 4]], build: (a, b) => square(matMul(a!, b!, { transposeB: true })) },
  'matMul, the first transposed': { shapes: [[4, 3], [4, 2]], build: (a, b) => square(matMul(a!, b!, { transposeA: true })) },
  'matMul, both transposed': { shapes: [[4, 3], [2, 4]], build: (a, b) => square(matMul(a!, b!, { transposeA: true, transposeB: true })) },
  biasAdd: { shapes: [[batch, 2, 2, 3], [3]], build: (x, bias) => square(biasAdd(x!, bias!)) },
  'convolution, stride 1': { shapes: [[batch, 4, 4, 2], [3, 3, 2, 3]], build: (x, filter) => conv2d(x!, filter!, 1), from: -0.5 },
  'convolution, stride 2': { shapes: [[batch, 5, 4, 2], [3, 3, 2, 3]], build: (x, filter) => conv2d(x!, filter!, 2), from: -0.5 },
  'convolution, 1 x 1, stride 2': { shapes: [[batch, 5, 4, 2], [1, 1, 2, 3]], build: (x, filter) => conv2d(x!, filter!, 2), from: -0.5 },
  'convolution in groups, stride 1': { shapes: [[batch, 4, 3, 6], [3, 3, 2, 6]], build: (x, filter) => conv2d(x!, filter!, 1, 3), from: -0.5 },
  'convolution in groups, stride 2': { shapes: [[batch, 5, 4, 4], [3, 3, 2, 6]], build: (x, filter) => conv2d(x!, filter!, 2, 2), from: -0.5 },
  subsample: { shapes: [[batch, 5, 4, 2]], build: (x) => square(subsample(x!, 2)) },
  maxPool: { shapes: [[2, 4, 3, 2]], build: (x) => maxPool(apart(x!)) },
  'batch norm': { shapes: [[batch, 2, 2, 3], [3], [3]], build: (x, scale, offset) => normed(x!, scale!, offset!), from: -0.5 },
  normalize: { shapes: [[batch, 4]], build: (x) => normalize(x!, 1), from: -0.5 },
  softmax: { shapes: [[batch, 4]], build: (x) => softmax(x!), from: -0.5 },
  logSoftmax: { shapes: [[batch, 4]], build: (x) => logSoftmax(x!), from: -0.5 },
  sigmoid: { shapes: [[batch, 4]], build: (x) => sigmoid(x!), from: -0.5 },
  softplus: { shapes: [[batch, 4]], build: (x) => softplus(x!), from: -0.5 },
  'besideEachOther, of three widths': { shapes: [[batch, 1], [batch, 3], [batch, 2]], build: (a, b, c) => square(besideEachOther([a!, b!, c!])) },
  crossEntropy: { shapes: [[batch, 4]], build: (x) => crossEntropy(x!, reshape(indices(x!.operation.graph), [unknownSize])), from: -0.5 },
}

const graph = new Graph()
const built = Object.entries(cases).map(([name, { shapes, build, from = 0.5 }], n) => {
  // A first axis as long as the batch stands for it, its size unknown to the graph.
  const inputs = shapes.map((shape, i) => placeholder(graph, `input_${n}_${i}`, 'float32', shape.map((size, axis) => (axis === 0 && size === batch ? unknownSize : size))))
  const values = shapes.map((shape, i) => Float32Array.from({ length: sizeOf(shape) }, (_, place) => from + uniform(n, i, place)))
  const output = build(...inputs)
  // Unequal weights, so that gradients of different places cannot stand in for each other.
  const weighted = multiply(output, weightsFor(output.shape, n))
  const loss = sum(weighted)
  return { name, inputs, values, loss, byInputs: gradients(loss, inputs) }
})
const session = openSession(loadTensorFlow('cpu'), graph)
afterAll(() => session.close())

describe('gradients', () => {
  it.each(built)('of $name', ({ inputs, values, loss, byInputs }) => {
    const feeds = (changed?: { readonly input: number; readonly place: number; readonly by: number }): [Tensor, Values][] =>
      inputs.map((input, i) => {
        const given = values[i]!.slice()
        if (changed?.input === i) given[changed.place] = given[changed.place]! + changed.by
        return [input, given]
      })
    const analytic = session.run(feeds(), byInputs)
    for (const [input, gradient] of analytic.entries()) {
      for (const [place, slope] of gradient.entries()) {
        const [above] = session.run(feeds({ input, place, by: step }), [loss])
        const [below] = session.run(feeds({ input, place, by: -step }), [loss])
        const measured = (above![0]! - below![0]!) / (2 * step)
        expect(Math.abs(slope - measured), `input ${input}, place ${place}: ${slope} against ${measured}`).toBeLessThan(0.02 * Math.max(1, Math.abs(measured)))
      }
    }
  })

  it('do not flow through stopGradient', () => {
    const other = new Graph()
    const x = placeholder(other, 'x', 'float32', [2])
    const [byX] = gradients(sum(multiply(x, stopGradient(x))), [x])
    const own = openSession(loadTensorFlow('cpu'), other)
    expect([...own.run([[x, Float32Array.of(3, 5)]], [byX!])[0]!]).toEqual([3, 5])
    own.close()
  })

  it('are refused where there are none, and of what is no scalar', () => {
    const other = new Graph()
    const [x, y] = ['x', 'y'].map((name) => placeholder(other, name, 'float32', [2]))
    expect(() => gradients(sum(x!), [y!])).toThrow(/does not depend on y/)
    expect(() => gradients(x!, [x!])).toThrow(/of a scalar/)
  })
})

describe('a convolution in groups', () => {
  it('shows each group of the results its group of the channels alone', () => {
    const other = new Graph()
    const x = placeholder(other, 'x', 'float32', [unknownSize, 1, 1, 4])
    const filter = constant(other, Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40), [1, 1, 2, 4])
    const y = conv2d(x, filter, 1, 2)
    const own = openSession(loadTensorFlow('cpu'), other)
    // Channels 0 and 1 go to results 0 and 1, channels 2 and 3 to results 2 and 3.
    expect([...own.run([[x, Float32Array.of(1, 2, 3, 4)]], [y])[0]!]).toEqual([21, 42, 129, 172])
    own.close()
  })
})

describe('max pooling', () => {
  it('takes the largest of every 3 x 3, two apart, one beyond the edge', () => {
    const other = new Graph()
    const x = placeholder(other, 'x', 'float32', [unknownSize, 4, 4, 1])
    const pooled = maxPool(x)
    const own = openSession(loadTensorFlow('cpu'), other)
    expect(pooled.shape).toEqual([unknownSize, 2, 2, 1])
    expect([...own.run([[x, Float32Array.of(9, 1, 2, 3, 4, 5, 6, 12, 8, 7, 10, 11, 0, 15, 14, 13)]], [pooled])[0]!]).toEqual([9, 12, 15, 15])
    own.close()
  })
})

describe('shapes', () => {
  it('that do not fit are refused when the graph is written', () => {
    const other = new Graph()
    const [a, b] = [placeholder(other, 'a', 'float32', [unknownSize, 4]), placeholder(other, 'b', 'float32', [3])]
    expect(() => add(a, b)).toThrow(/\[-1, 4\] and \[3\] do not broadcast/)
    expect(() => conv2d(reshape(a, [-1, 2, 2, 1]), constant(other, new Float32Array(18), [3, 3, 2, 1]), 1)).toThrow(/2 channels was given 1/)
    const image = reshape(a, [-1, 1, 1, 4])
    expect(() => conv2d(image, constant(other, new Float32Array(18), [1, 1, 3, 6]), 1, 2)).toThrow(/6 channels was given 4/)
    expect(() => conv2d(image, constant(other, new Float32Array(10), [1, 1, 2, 5]), 1, 2)).toThrow(/2 groups cannot have 5/)
    expect(() => placeholder(other, 'a', 'float32', [])).toThrow(/named a already/)
  })
})

const step = 1 / 128

function weightsFor(shape: Shape, n: number): Tensor {
  const alike = shape.map((size) => (size === unknownSize ? 1 : size))
  return constant(graph, Float32Array.from({ length: sizeOf(alike) }, (_, place) => 0.5 + uniform(n, 99, place)), alike)
}

function normed(x: Tensor, scale: Tensor, offset: Tensor): Tensor {
  const zeros = constant(x.operation.graph, new Float32Array(3), [3])
  return batchNorm(x, { scale, offset, runningMean: zeros, runningVariance: zeros }, true).y
}

/** Values that differ by more than the steps of the differences, so that the largest stays the largest. */
function apart(x: Tensor): Tensor {
  const size = sizeOf(x.shape)
  return add(x, constant(x.operation.graph, Float32Array.from({ length: size }, (_, place) => 2 * ((place * 7) % size)), x.shape))
}
