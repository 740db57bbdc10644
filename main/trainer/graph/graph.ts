/** Symbolic tensors: a graph grows by operations; shapes and types are known before anything runs. */

/** What networks compute in. The narrow two are for inference alone, and never fed or fetched: JavaScript has no arrays of them. */
export type FloatType = 'float32' | 'bfloat16' | 'float16'
export type DataType = FloatType | 'int32' | 'int64' | 'uint8' | 'bool' | 'resource'

/** Row-major; -1 stands for the batch, whose size is known only when the graph runs. */
export type Shape = readonly number[]

export const unknownSize = -1

export interface Tensor {
  readonly operation: Operation
  readonly index: number
  readonly dtype: DataType
  readonly shape: Shape
}

/** An attribute of a TensorFlow operation, tagged by its kind. */
export type Attribute =
  | { readonly type: DataType }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly shape: Shape }
  | { readonly tensor: Literal }

/** Values that are part of the graph itself. */
interface Literal {
  readonly dtype: DataType
  readonly shape: Shape
  readonly values: Float32Array | Int32Array
}

/**
 * From the gradients of the loss by an operation's outputs to those by its inputs. An output that the loss does not
 * depend on, and an input that has no gradient, is undefined.
 */
export type Gradient = (dys: readonly (Tensor | undefined)[], operation: Operation) => readonly (Tensor | undefined)[]

export interface Operation {
  readonly graph: Graph
  /** Place in the order of creation, in which every operation comes after its inputs. */
  readonly place: number
  readonly name: string
  readonly type: string
  readonly inputs: readonly Tensor[]
  /** What has to run before, without giving a value. */
  readonly controls: readonly Operation[]
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly outputs: readonly Tensor[]
  /** Null where no gradient flows through: integers, comparisons, state. */
  readonly gradient: Gradient | null
}

export interface OperationDefinition {
  readonly name?: string
  readonly inputs?: readonly Tensor[]
  readonly controls?: readonly Operation[]
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly outputs: readonly { readonly dtype: DataType; readonly shape: Shape }[]
  readonly gradient: Gradient | null
}

export class Graph {
  readonly operations: Operation[] = []
  readonly #names = new Set<string>()

  /** Adds an operation; a name that is not given is made from its type. */
  add(type: string, definition: OperationDefinition): Operation {
    const place = this.operations.length
    const name = definition.name ?? `${type}_${place}`
    if (this.#names.has(name)) throw new Error(`The graph has an operation named ${name} already.`)
    this.#names.add(name)
    const outputs: Tensor[] = []
    const operation: Operation = {
      graph: this,
      place,
      name,
      type,
      inputs: definition.inputs ?? [],
      controls: definition.controls ?? [],
      attributes: definition.attributes ?? {},
      outputs,
      gradient: definition.gradient,
    }
    for (const [index, { dtype, shape }] of definition.outputs.entries()) outputs.push({ operation, index, dtype, shape })
    this.operations.push(operation)
    return operation
  }
}

/** Adds an operation with one output to the graph of its first input. */
export function apply(type: string, inputs: readonly [Tensor, ...Tensor[]], shape: Shape, gradient: Gradient | null, attributes: Readonly<Record<string, Attribute>> = {}, dtype: DataType = inputs[0].dtype): Tensor {
  return inputs[0].operation.graph.add(type, { inputs, attributes, outputs: [{ dtype, shape }], gradient }).outputs[0]!
}

/** A value fed with every run. */
export function placeholder(graph: Graph, name: string, dtype: DataType, shape: Shape): Tensor {
  return graph.add('Placeholder', { name, attributes: { dtype: { type: dtype }, shape: { shape } }, outputs: [{ dtype, shape }], gradient: null }).outputs[0]!
}

export function constant(graph: Graph, values: Float32Array | Int32Array, shape: Shape): Tensor {
  if (values.length !== sizeOf(shape)) throw new Error(`A constant of shape [${shape.join(', ')}] was given ${values.length} values.`)
  const dtype = values instanceof Float32Array ? 'float32' : 'int32'
  return graph.add('Const', { attributes: { dtype: { type: dtype }, value: { tensor: { dtype, shape, values } } }, outputs: [{ dtype, shape }], gradient: null }).outputs[0]!
}

export function integers(graph: Graph, values: readonly number[]): Tensor {
  return constant(graph, Int32Array.from(values), [values.length])
}

export function scalar(graph: Graph, value: number): Tensor {
  return constant(graph, Float32Array.of(value), [])
}

/**
 * A scalar that is there once everything in `after` has run: what to fetch where only the effects matter.
 */
export function done(graph: Graph, name: string, after: readonly Operation[]): Tensor {
  const one: Literal = { dtype: 'int32', shape: [], values: Int32Array.of(1) }
  return graph.add('Const', { name, controls: after, attributes: { dtype: { type: 'int32' }, value: { tensor: one } }, outputs: [{ dtype: 'int32', shape: [] }], gradient: null }).outputs[0]!
}

/** Numbers in a tensor of a shape that is wholly known. */
export function sizeOf(shape: Shape): number {
  if (shape.includes(unknownSize)) throw new Error(`The size of shape [${shape.join(', ')}] is not known before the graph runs.`)
  return shape.reduce((product, size) => product * size, 1)
}

/** The attribute that most operations call T. */
export function typed(x: Tensor): { T: { type: DataType } } {
  return { T: { type: x.dtype } }
}

/** The shape as a tensor: a constant where it is wholly known. */
export function shapeOf(x: Tensor): Tensor {
  if (!x.shape.includes(unknownSize)) return integers(x.operation.graph, x.shape)
  return apply('Shape', [x], [x.shape.length], null, { ...typed(x), out_type: { type: 'int32' } }, 'int32')
}
