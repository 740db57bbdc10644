/** Element by element, with NumPy's broadcasting. */
import { apply, scalar, typed, unknownSize, type FloatType, type Gradient, type Shape, type Tensor } from './graph.ts'
import { reduceTo } from './reduce.ts'

type Operand = Tensor | number

export function add(a: Tensor, b: Operand): Tensor {
  return binary('AddV2', a, b, ([dy], { inputs: [x, y] }) => [reduceTo(dy!, x!), reduceTo(dy!, y!)])
}

export function subtract(a: Tensor, b: Operand): Tensor {
  return binary('Sub', a, b, ([dy], { inputs: [x, y] }) => [reduceTo(dy!, x!), reduceTo(multiply(dy!, -1), y!)])
}

export function multiply(a: Tensor, b: Operand): Tensor {
  return binary('Mul', a, b, ([dy], { inputs: [x, y] }) => [reduceTo(multiply(dy!, y!), x!), reduceTo(multiply(dy!, x!), y!)])
}

/** d(x / y) = dx / y - dy x / y^2 */
export function divide(a: Tensor, b: Operand): Tensor {
  return binary('RealDiv', a, b, ([dy], { inputs: [x, y], outputs: [ratio] }) => {
    const byX = divide(dy!, y!)
    return [reduceTo(byX, x!), reduceTo(multiply(multiply(byX, ratio!), -1), y!)]
  })
}

/** The larger of the two; the gradient goes to `a` where it is the larger, else to nobody: `floor` is a number. */
export function atLeast(a: Tensor, floor: number): Tensor {
  return binary('Maximum', a, floor, ([dy], { inputs: [x, low] }) => [multiply(dy!, cast(apply('Greater', [x!, low!], x!.shape, null, typed(x!), 'bool'), 'float32')), undefined])
}

/** Within `low` and `high`; no gradient flows back. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const { graph } = x.operation
  return apply('ClipByValue', [x, scalar(graph, low), scalar(graph, high)], x.shape, null, typed(x))
}

export function square(x: Tensor): Tensor {
  return unary('Square', x, ([dy]) => [multiply(dy!, multiply(x, 2))])
}

/** d(x^-1/2) = -1/2 x^-3/2 */
export function reciprocalSquareRoot(x: Tensor): Tensor {
  return unary('Rsqrt', x, ([dy], { outputs: [y] }) => [multiply(multiply(dy!, multiply(square(y!), y!)), -0.5)])
}

export function exponential(x: Tensor): Tensor {
  return unary('Exp', x, ([dy], { outputs: [y] }) => [multiply(dy!, y!)])
}

export function relu(x: Tensor): Tensor {
  return unary('Relu', x, ([dy], { outputs: [y] }) => [apply('ReluGrad', [dy!, y!], x.shape, null, typed(x))])
}

/** x to the power of a fixed number. */
export function power(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x
  return binary('Pow', x, exponent, ([dy]) => [multiply(dy!, multiply(power(x, exponent - 1), exponent)), undefined])
}

/** The value itself; no gradient flows back. */
export function stopGradient(x: Tensor): Tensor {
  return apply('StopGradient', [x], x.shape, null, typed(x))
}

export function cast(x: Tensor, dtype: FloatType | 'int32'): Tensor {
  if (x.dtype === dtype) return x
  return apply('Cast', [x], x.shape, null, { SrcT: { type: x.dtype }, DstT: { type: dtype } }, dtype)
}

/** Sum of tensors of one shape. */
export function sumOf(terms: readonly [Tensor, ...Tensor[]]): Tensor {
  if (terms.length === 1) return terms[0]
  return apply('AddN', terms, terms[0].shape, ([dy]) => terms.map(() => dy), { N: { int: terms.length }, ...typed(terms[0]) })
}

function unary(type: string, x: Tensor, gradient: Gradient): Tensor {
  return apply(type, [x], x.shape, gradient, typed(x))
}

function binary(type: string, a: Tensor, b: Operand, gradient: Gradient): Tensor {
  const y = typeof b === 'number' ? scalar(a.operation.graph, b) : b
  return apply(type, [a, y], broadcast(a.shape, y.shape), gradient, typed(a))
}

/** The shape of two broadcast together; -1 (the batch) matches itself and 1. */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, n) => {
    const x = a[a.length - rank + n] ?? 1
    const y = b[b.length - rank + n] ?? 1
    if (x === y || y === 1) return x
    if (x === 1) return y
    const sizes = [x, y].map((size) => (size === unknownSize ? 'batch' : size)).join(' and ')
    throw new Error(`Shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast: sizes ${sizes} differ.`)
  })
}
