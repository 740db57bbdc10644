/**
 * From a graph as TensorFlow runs it to ONNX's operators, those that inference needs. ONNX's convolutions take channels
 * first: [n, c, h, w]. A tensor stays in the layout that its operation gives; the few that are wanted in the other are
 * turned round once.
 */
import type { Attribute, DataType, Operation, Shape, Tensor } from '../graph/graph.ts'
import { toAuthors } from '../weights.ts'
import { onnxTypes, type OnnxConstant, type OnnxModel, type OnnxNode, type OnnxType, type OnnxValue } from './encode.ts'

/** `last`: as TensorFlow has it, channels last. */
type Layout = 'last' | 'first'

interface Emitted {
  readonly name: string
  readonly layout: Layout
}

const last = (name: string): Emitted => ({ name, layout: 'last' })

/** Where each axis of [n, h, w, c] stands in [n, c, h, w]. */
const placeInFirst = [0, 2, 3, 1] as const
const permutations: Readonly<Record<Layout, readonly number[]>> = { first: [0, 3, 1, 2], last: [0, 2, 3, 1] }

/** Operators that differ from TensorFlow's in nothing but their names. */
const elementwise: Readonly<Record<string, string>> = {
  AddV2: 'Add',
  AddN: 'Sum',
  Greater: 'Greater',
  Maximum: 'Max',
  Mul: 'Mul',
  RealDiv: 'Div',
  Relu: 'Relu',
  SelectV2: 'Where',
  Sigmoid: 'Sigmoid',
  Sub: 'Sub',
}

/**
 * The model that computes `outputs`, each under its name, from `input`; what they do not need is left out.
 * @throws Error for an operation that inference does not use
 */
export function translate(input: Tensor, outputs: ReadonlyMap<string, Tensor>, metadata: Readonly<Record<string, string>>): OnnxModel {
  const nodes: OnnxNode[] = []
  const constants = new Map<string, OnnxConstant>()
  const emitted = new Map<string, Emitted>()

  const add = (type: string, name: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string => {
    nodes.push({ type, inputs, outputs: [name], attributes })
    return name
  }
  const constant = (name: string, values: OnnxConstant['values'], shape: Shape = [values.length]): string => {
    constants.set(name, { name, shape, values })
    return name
  }
  const integers = (name: string, values: readonly number[]): string => constant(name, BigInt64Array.from(values, BigInt))

  /** The tensor's name in a layout; below rank four there is but one. */
  const named = (tensor: Tensor, layout: Layout = 'last'): string => {
    const { name, layout: own } = of(tensor)
    if (own === layout || tensor.shape.length !== 4) return name
    const turned = `${name}/${layout}`
    if (!emitted.has(turned)) emitted.set(turned, { name: add('Transpose', turned, [name], { perm: permutations[layout] }), layout })
    return turned
  }

  const of = (tensor: Tensor): Emitted => {
    const name = nameOf(tensor)
    const known = emitted.get(name) ?? emit(tensor.operation, tensor)
    emitted.set(name, known)
    return known
  }

  const emit = (operation: Operation, tensor: Tensor): Emitted => {
    const { type, inputs, attributes } = operation
    const name = nameOf(tensor)
    const [x, y] = inputs as [Tensor, Tensor]
    const operator = elementwise[type]
    if (operator !== undefined) {
      const layout = inputs.some((each) => each.shape.length === 4 && of(each).layout === 'first') ? 'first' : 'last'
      // Both broadcast from the last axis on, which is the channels' in one layout and the width's in the other.
      const vector = layout === 'first' ? inputs.find(({ shape }) => shape.length !== 4 && shape.length > 0) : undefined
      if (vector) throw new Error(`${name} has ${nameOf(vector)}, of ${vector.shape.length} axes, beside channels first.`)
      return { name: add(operator, name, inputs.map((each) => named(each, layout))), layout }
    }
    switch (type) {
      case 'Placeholder':
        if (tensor !== input) throw new Error(`The model needs ${name} fed, besides ${nameOf(input)}.`)
        return last(name)
      case 'Const':
        return last(constant(name, literalOf(tensor).values, literalOf(tensor).shape))
      case 'Cast':
        return { name: add('Cast', name, [of(x).name], { to: onnxTypes[onnxType(tensor.dtype)] }), layout: of(x).layout }
      case 'Square':
        return { name: add('Mul', name, [of(x).name, of(x).name]), layout: of(x).layout }
      case 'Rsqrt':
        return last(add('Reciprocal', name, [add('Sqrt', `${name}/root`, [named(x)])]))
      case 'Conv2D':
        return { name: convolution(operation, name), layout: 'first' }
      case 'BiasAdd':
        // A convolution adds its bias itself.
        if (x.operation.type === 'Conv2D') return { name: convolution(x.operation, name, named(y)), layout: 'first' }
        return last(add('Add', name, [named(x), named(y)]))
      case 'MaxPool': {
        const [, height, width] = intsOf(attributes['ksize'])
        const [, down, across] = intsOf(attributes['strides'])
        return { name: add('MaxPool', name, [named(x, 'first')], { kernel_shape: [height!, width!], strides: [down!, across!] }), layout: 'first' }
      }
      case 'Pad': {
        const pads = padsOf(operation)
        return { name: add('Pad', name, [named(x, 'first'), integers(`${name}/pads`, [...pads.before, ...pads.after])]), layout: 'first' }
      }
      case 'Sum': {
        const first = of(x).layout === 'first'
        if (first && tensor.shape.length === 4) throw new Error(`${name} keeps four axes, of which it sums some.`)
        const axes = valuesOf(y).map((axis) => (first ? placeInFirst[axis]! : axis))
        return last(add('ReduceSum', name, [of(x).name, integers(`${name}/axes`, axes)], { keepdims: flagOf(attributes['keep_dims']) }))
      }
      case 'MatMul':
        return last(add('Gemm', name, [named(x), named(y)], { transA: flagOf(attributes['transpose_a']), transB: flagOf(attributes['transpose_b']) }))
      case 'Reshape':
        return last(add('Reshape', name, [named(x), integers(`${name}/shape`, valuesOf(y))]))
      case 'ConcatV2':
        return last(add('Concat', name, inputs.slice(0, -1).map((each) => named(each)), { axis: valuesOf(inputs.at(-1)!)[0]! }))
      case 'TopKV2': {
        const both = operation.outputs.map(nameOf)
        nodes.push({ type: 'TopK', inputs: [named(x), integers(`${name}/k`, valuesOf(y))], outputs: both, attributes: { axis: -1 } })
        for (const each of both) emitted.set(each, last(each))
        return last(name)
      }
      default:
        throw new Error(`There is no ONNX operator for ${type} here.`)
    }
  }

  const convolution = ({ inputs, attributes }: Operation, name: string, bias?: string): string => {
    const [x, filter] = inputs as [Tensor, Tensor]
    const { values, shape } = literalOf(filter)
    const [height, width, inside, out] = shape as [number, number, number, number]
    const weight = constant(`${nameOf(filter)}/first`, toAuthors(values as Float32Array, shape), [out, inside, height, width])
    const [, down, across] = intsOf(attributes['strides'])
    const [around, source] = aroundOf(x, attributes['padding'], height, width)
    return add('Conv', name, [named(source, 'first'), weight, ...(bias === undefined ? [] : [bias])], {
      kernel_shape: [height, width],
      strides: [down!, across!],
      pads: [...around, ...around],
      group: source.shape[3]! / inside,
    })
  }

  const results = [...outputs].map(([name, tensor]): OnnxValue => {
    add('Identity', name, [named(tensor)])
    return { name, type: onnxType(tensor.dtype), shape: tensor.shape }
  })
  const inputName = nameOf(input)
  return { nodes, constants: [...constants.values()], inputs: [{ name: inputName, type: onnxType(input.dtype), shape: input.shape }], outputs: results, metadata }
}

/**
 * Zeros that a convolution puts on each side, down and across, and what it then reads: where they were put there by an
 * operation of their own, that falls away.
 */
function aroundOf(x: Tensor, padding: Attribute | undefined, height: number, width: number): [around: readonly [number, number], source: Tensor] {
  if (padding && 'text' in padding && padding.text === 'SAME') return [[(height - 1) / 2, (width - 1) / 2], x]
  if (x.operation.type !== 'Pad') return [[0, 0], x]
  const { before, after } = padsOf(x.operation)
  const [n, c, down, across] = before as [number, number, number, number]
  const even = before.every((count, axis) => count === after[axis])
  return n === 0 && c === 0 && even ? [[down, across], x.operation.inputs[0]!] : [[0, 0], x]
}

/** Of [n, h, w, c], in the order [n, c, h, w]. */
function padsOf({ inputs }: Operation): { before: number[]; after: number[] } {
  const pads = valuesOf(inputs[1]!)
  if (pads.length !== 8) throw new Error('Only images are padded here.')
  const inFirst = (side: 0 | 1): number[] => permutations.first.map((axis) => pads[2 * axis + side]!)
  return { before: inFirst(0), after: inFirst(1) }
}

function nameOf({ operation, index }: Tensor): string {
  return index === 0 ? operation.name : `${operation.name}/${index}`
}

function literalOf({ operation }: Tensor): { values: Float32Array | Int32Array; shape: Shape } {
  const value = operation.attributes['value']
  if (!value || !('tensor' in value)) throw new Error(`${operation.name} is no constant.`)
  return value.tensor
}

function valuesOf(tensor: Tensor): number[] {
  return [...literalOf(tensor).values]
}

function intsOf(attribute: Attribute | undefined): readonly number[] {
  return attribute && 'ints' in attribute ? attribute.ints : []
}

function flagOf(attribute: Attribute | undefined): number {
  return attribute && 'bool' in attribute && attribute.bool ? 1 : 0
}

function onnxType(type: DataType): OnnxType {
  const known = (Object.keys(onnxTypes) as OnnxType[]).find((each) => each === type)
  if (known === undefined) throw new Error(`A model with values of type ${type} is not exported.`)
  return known
}
