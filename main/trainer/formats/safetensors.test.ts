import { describe, expect, it } from 'vitest'
import { decodeTensors, encodeTensors, type TensorFile } from './safetensors.ts'

const file: TensorFile = {
  tensors: new Map([
    ['conv1.weight', { shape: [2, 1, 1, 2], values: Float32Array.of(1, -2, 3.5, NaN) }],
    ['bn1.num_batches_tracked', { shape: [], values: BigInt64Array.of(7n) }],
    ['empty', { shape: [0], values: new Float32Array(0) }],
  ]),
  metadata: { format: 'pt' },
}

function withHeader(header: unknown, data: Uint8Array = Buffer.alloc(8)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, data])
}

const tensor = (changes: object = {}) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes })

describe('safetensors', () => {
  it('reads back what it wrote', () => {
    const read = decodeTensors(Buffer.concat(encodeTensors(file)))
    expect(read.metadata).toEqual(file.metadata)
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...file.tensors].sort()))
  })

  it('reads from an unaligned place', () => {
    const bytes = Buffer.concat([Buffer.alloc(3), ...encodeTensors(file)]).subarray(3)
    expect(decodeTensors(bytes).tensors.get('conv1.weight')).toEqual(file.tensors.get('conv1.weight'))
  })

  it.each([
    ['F16', [0x00, 0x3c, 0x00, 0xc1, 0x01, 0x00, 0x00, 0x7c], [1, -2.5, 2 ** -24, Infinity]],
    ['BF16', [0x80, 0x3f, 0x20, 0xc0, 0x80, 0x7f, 0xc0, 0x7f], [1, -2.5, Infinity, NaN]],
    ['F64', [...new Uint8Array(Float64Array.of(1 / 3, -2).buffer)], [Math.fround(1 / 3), -2]],
  ])('reads %s as float32', (dtype, bytes, values) => {
    const { tensors } = decodeTensors(withHeader({ a: tensor({ dtype, shape: [values.length], data_offsets: [0, bytes.length] }) }, Uint8Array.from(bytes)))
    expect(tensors.get('a')).toEqual({ shape: [values.length], values: Float32Array.from(values) })
  })

  it('reads quotes, backslashes and colons in names and texts, however long', () => {
    const metadata = { 'a:"\\': ':'.repeat(5), long: '\\"'.repeat(2 ** 21) }
    const tensors = new Map([['{"b":[\\', { shape: [], values: Float32Array.of(2) }]])
    expect(decodeTensors(Buffer.concat(encodeTensors({ tensors, metadata })))).toEqual({ tensors, metadata })
  })

  it.each([
    ['nothing', Buffer.alloc(0), /too short/],
    ['a header length of 2^63', Buffer.from('0000000000000080', 'hex'), /longer than the file/],
    ['a truncated file', Buffer.concat(encodeTensors(file)).subarray(0, -4), /do not fit/],
    ['a truncated header', Buffer.concat(encodeTensors(file)).subarray(0, 40), /longer than the file/],
    ['no JSON', withHeader('{"a": '), /no JSON/],
    ['a list', withHeader([1]), /no JSON object/],
    ['another type', withHeader({ a: tensor({ dtype: 'F8_E4M3' }) }), /F8_E4M3/],
    ['a shape that does not fit', withHeader({ a: tensor({ shape: [3] }) }), /do not fit/],
    ['a shape whose product is beyond 2^53', withHeader({ a: tensor({ shape: [2 ** 30, 2 ** 30] }) }), /do not fit/],
    ['a shape of 2^40', withHeader({ a: tensor({ shape: [2 ** 40] }) }), /no shape/],
    ['a negative size', withHeader({ a: tensor({ shape: [-2] }) }), /no shape/],
    ['offsets beyond the file', withHeader({ a: tensor({ data_offsets: [8, 16] }) }), /do not fit/],
    ['offsets turned round', withHeader({ a: tensor({ data_offsets: [8, 0] }) }), /do not fit/],
    ['overlapping tensors', withHeader({ a: tensor(), b: tensor() }), /overlap/],
    ['bytes of no tensor', withHeader({ a: tensor() }, Buffer.alloc(12)), /belong to no tensor/],
    ['one name twice', withHeader(`{"a":${JSON.stringify(tensor())},"a":${JSON.stringify(tensor())}}`), /twice/],
    ['one name twice, once escaped', withHeader(`{"a":${JSON.stringify(tensor())},"\\u0061":${JSON.stringify(tensor())}}`), /twice/],
    ['a shape twice', withHeader('{"a":{"dtype":"F32","shape":[9],"shape":[2],"data_offsets":[0,8]}}'), /twice/],
    ['an entry in an entry', withHeader({ a: tensor({ dtype: { of: 'F32' } }) }), /an entry in an entry/],
    ['more than a description', withHeader({ a: tensor({ strides: [1] }) }), /more than a type, a shape and a place/],
    ['a type of lists in lists', withHeader(`{"a":{"dtype":${'['.repeat(1e5)}${']'.repeat(1e5)},"shape":[2],"data_offsets":[0,8]}}`), /has no type/],
    ['a shape of no file', withHeader({ a: tensor({ shape: [0, 1e15], data_offsets: [0, 0] }) }, Buffer.alloc(0)), /no shape/],
    ['65 axes', withHeader({ a: tensor({ shape: [...new Array<number>(64).fill(1), 2] }) }), /no shape/],
    ['a byte order mark', withHeader(`\ufeff${JSON.stringify({ a: tensor() })}`), /no JSON object/],
    ['space before the header', withHeader(` ${JSON.stringify({ a: tensor() })}`), /no JSON object/],
    ['a long name', withHeader({ ['"'.repeat(1001)]: tensor() }), /a name of 1001 characters/],
    ['a header too long to be taken apart', withHeader(' '.repeat(2 ** 24 + 1)), /at most 16777216 were expected/],
    ['metadata that is no text', withHeader({ __metadata__: { epoch: 3 }, a: tensor() }), /metadata/],
  ])('refuses %s', (_what, bytes, words) => {
    expect(() => decodeTensors(bytes)).toThrow(words)
  })
})
