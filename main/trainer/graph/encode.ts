/** A graph as the bytes of a SavedModel: the few messages of TensorFlow's protocol buffers that one needs. */
import protobuf from 'protobufjs/light.js'
import { endianness } from 'node:os'
import type { Attribute, DataType, Graph, Operation, Tensor } from './graph.ts'

const messages = protobuf.Root.fromJSON({
  nested: {
    SavedModel: { fields: { savedModelSchemaVersion: { id: 1, type: 'int64' }, metaGraphs: { id: 2, rule: 'repeated', type: 'MetaGraph' } } },
    MetaGraph: {
      fields: {
        info: { id: 1, type: 'MetaInfo' },
        graph: { id: 2, type: 'Graph' },
        signatureDef: { id: 5, keyType: 'string', type: 'Signature' } as protobuf.IMapField,
      },
    },
    Signature: {
      fields: {
        inputs: { id: 1, keyType: 'string', type: 'TensorInfo' } as protobuf.IMapField,
        outputs: { id: 2, keyType: 'string', type: 'TensorInfo' } as protobuf.IMapField,
        methodName: { id: 3, type: 'string' },
      },
    },
    TensorInfo: { fields: { name: { id: 1, type: 'string' }, dtype: { id: 2, type: 'int32' }, tensorShape: { id: 3, type: 'Shape' } } },
    MetaInfo: { fields: { tags: { id: 4, rule: 'repeated', type: 'string' } } },
    Graph: { fields: { node: { id: 1, rule: 'repeated', type: 'Node' }, versions: { id: 4, type: 'Versions' } } },
    Versions: { fields: { producer: { id: 1, type: 'int32' } } },
    Node: {
      fields: {
        name: { id: 1, type: 'string' },
        op: { id: 2, type: 'string' },
        input: { id: 3, rule: 'repeated', type: 'string' },
        attr: { id: 5, keyType: 'string', type: 'Attribute' } as protobuf.IMapField,
      },
    },
    Attribute: {
      oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        list: { id: 1, type: 'List' },
        s: { id: 2, type: 'bytes' },
        i: { id: 3, type: 'int64' },
        f: { id: 4, type: 'float' },
        b: { id: 5, type: 'bool' },
        type: { id: 6, type: 'int32' },
        shape: { id: 7, type: 'Shape' },
        tensor: { id: 8, type: 'Literal' },
      },
    },
    List: { fields: { i: { id: 3, rule: 'repeated', type: 'int64' } } },
    Shape: { fields: { dim: { id: 2, rule: 'repeated', type: 'Size' } } },
    Size: { fields: { size: { id: 1, type: 'int64' } } },
    Literal: { fields: { dtype: { id: 1, type: 'int32' }, tensorShape: { id: 2, type: 'Shape' }, tensorContent: { id: 4, type: 'bytes' } } },
  },
})

/** The numbers of TensorFlow's DataType. */
export const dataTypeNumbers: Readonly<Record<DataType, number>> = { float32: 1, int32: 3, uint8: 4, int64: 9, bool: 10, bfloat16: 14, float16: 19, resource: 20 }

/** GraphDef version whose rules for attributes and defaults the graphs follow. */
const producer = 1000

/** What goes in and comes out, for those who do not know the graph. */
export interface Signature {
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly outputs: ReadonlyMap<string, Tensor>
}

/** The name that others look a signature up by, and what it is for. */
const signatureName = 'serving_default'
const methodName = 'tensorflow/serving/predict'

/** The bytes of `saved_model.pb`, with one graph under the tag. */
export function encodeSavedModel(graph: Graph, tag: string, signature?: Signature): Uint8Array {
  if (endianness() !== 'LE') throw new Error('Graphs are encoded on little-endian machines only.')
  const model = {
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        info: { tags: [tag] },
        graph: { node: graph.operations.map(node), versions: { producer } },
        signatureDef: signature && { [signatureName]: { inputs: infos(signature.inputs), outputs: infos(signature.outputs), methodName } },
      },
    ],
  }
  return messages.lookupType('SavedModel').encode(model).finish()
}

function infos(tensors: ReadonlyMap<string, Tensor>): object {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, { name: tensorName(tensor), dtype: dataTypeNumbers[tensor.dtype], tensorShape: shape(tensor.shape) }]))
}

/** How a tensor is called in a run and in other nodes' inputs. */
export function tensorName(tensor: Tensor): string {
  return `${tensor.operation.name}:${tensor.index}`
}

function node(operation: Operation): object {
  const controls = operation.controls.map((control) => `^${control.name}`)
  const attr = Object.fromEntries(Object.entries(operation.attributes).map(([name, value]) => [name, attribute(value)]))
  return { name: operation.name, op: operation.type, input: [...operation.inputs.map(tensorName), ...controls], attr }
}

function attribute(value: Attribute): object {
  if ('type' in value) return { type: dataTypeNumbers[value.type] }
  if ('int' in value) return { i: value.int }
  if ('ints' in value) return { list: { i: value.ints } }
  if ('float' in value) return { f: value.float }
  if ('bool' in value) return { b: value.bool }
  if ('text' in value) return { s: new TextEncoder().encode(value.text) }
  if ('shape' in value) return { shape: shape(value.shape) }
  const { dtype, values } = value.tensor
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { tensor: { dtype: dataTypeNumbers[dtype], tensorShape: shape(value.tensor.shape), tensorContent: content } }
}

function shape(sizes: readonly number[]): object {
  return { dim: sizes.map((size) => ({ size })) }
}
