/** An ONNX model as bytes: the few messages of its protocol buffers that one needs. */
import protobuf from 'protobufjs/light.js'
import { Failure } from '../../../shared/failure.ts'

const messages = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        graph: { id: 7, type: 'Graph' },
        opsetImport: { id: 8, rule: 'repeated', type: 'OperatorSet' },
        metadata: { id: 14, rule: 'repeated', type: 'Entry' },
      },
    },
    OperatorSet: { fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } } },
    Entry: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
    Graph: {
      fields: {
        node: { id: 1, rule: 'repeated', type: 'Node' },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, rule: 'repeated', type: 'Literal' },
        input: { id: 11, rule: 'repeated', type: 'Value' },
        output: { id: 12, rule: 'repeated', type: 'Value' },
      },
    },
    Node: {
      fields: {
        input: { id: 1, rule: 'repeated', type: 'string' },
        output: { id: 2, rule: 'repeated', type: 'string' },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, rule: 'repeated', type: 'Attribute' },
      },
    },
    Attribute: {
      fields: { name: { id: 1, type: 'string' }, i: { id: 3, type: 'int64' }, ints: { id: 8, rule: 'repeated', type: 'int64' }, type: { id: 20, type: 'int32' } },
    },
    Literal: {
      fields: { dims: { id: 1, rule: 'repeated', type: 'int64' }, dataType: { id: 2, type: 'int32' }, name: { id: 8, type: 'string' }, rawData: { id: 9, type: 'bytes' } },
    },
    Value: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'Type' } } },
    Type: { fields: { tensorType: { id: 1, type: 'TensorType' } } },
    TensorType: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } } },
    Shape: { fields: { dim: { id: 1, rule: 'repeated', type: 'Size' } } },
    Size: { oneofs: { value: { oneof: ['dimValue', 'dimParam'] } }, fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } } },
  },
})

/** The numbers of ONNX's TensorProto.DataType. */
export const onnxTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const
export type OnnxType = keyof typeof onnxTypes

/** Of AttributeProto.AttributeType. */
const attributeTypes = { int: 2, ints: 7 } as const

/** The version of the operators that the nodes are written in, and the oldest of the format that has them. */
const opset = 17
const irVersion = 8

export interface OnnxNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, number | readonly number[]>>
}

export interface OnnxConstant {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array | BigInt64Array
}

/** What goes in or out; -1 stands for the batch. */
export interface OnnxValue {
  readonly name: string
  readonly type: OnnxType
  readonly shape: readonly number[]
}

export interface OnnxModel {
  /** In the order that they run in. */
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly metadata: Readonly<Record<string, string>>
}

/** What one protocol buffer can hold. */
const largest = 2 ** 31 - 1

/** @throws Failure `unsupported` where it would be larger than the format allows in one file */
export function encodeOnnx({ nodes, constants, inputs, outputs, metadata }: OnnxModel): Uint8Array {
  const bytes = constants.reduce((sum, { values }) => sum + values.byteLength, 0)
  // Names and nodes are small beside the constants.
  if (bytes > largest - 2 ** 24) throw new Failure('unsupported', `The model has ${bytes} bytes of weights; an ONNX file holds less than 2 GB. Export a SavedModel or the weights.`)
  const model = {
    irVersion,
    producerName: 'RIDE Workbench',
    opsetImport: [{ domain: '', version: opset }],
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'ride',
      node: nodes.map(node),
      initializer: constants.map(literal),
      input: inputs.map(info),
      output: outputs.map(info),
    },
  }
  return messages.lookupType('Model').encode(model).finish()
}

function node({ type, inputs, outputs, attributes }: OnnxNode): object {
  const attribute = Object.entries(attributes).map(([name, set]) => (typeof set === 'number' ? { name, i: set, type: attributeTypes.int } : { name, ints: set, type: attributeTypes.ints }))
  return { name: outputs[0], opType: type, input: inputs, output: outputs, attribute }
}

function literal({ name, shape, values }: OnnxConstant): object {
  const type: OnnxType = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'int64'
  return { name, dims: shape, dataType: onnxTypes[type], rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

function info({ name, type, shape }: OnnxValue): object {
  return { name, type: { tensorType: { elemType: onnxTypes[type], shape: { dim: shape.map((size) => (size < 0 ? { dimParam: 'batch' } : { dimValue: size })) } } } }
}
