/** The .pth files in `fixtures/` were written by PyTorch (`fixtures/pth.py`); the rest is made of them here. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../shared/failure.ts'
import { unpickle } from './pickle.ts'
import { decodePth } from './pth.ts'
import { readWeightsFile } from './weightsFile.ts'

const place = (name: string): string => path.join(import.meta.dirname, 'fixtures', name)
const fixture = (name: string): Buffer => readFileSync(place(name))
const range = (size: number): Float32Array => Float32Array.from({ length: size }, (_, n) => n)

const wanted = new Map([
  ['conv1.weight', { shape: [2, 3, 2, 2], values: range(24) }],
  ['bn1.weight', { shape: [2], values: Float32Array.of(1.5, -2) }],
  ['bn1.running_mean', { shape: [2], values: Float32Array.of(0.25, 1 / 3) }],
  ['bn1.num_batches_tracked', { shape: [], values: BigInt64Array.of(7n) }],
  ['half', { shape: [2], values: Float32Array.of(1, -0.5) }],
  ['bfloat', { shape: [2], values: Float32Array.of(3, -0.125) }],
  ['transposed', { shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) }],
  ['channels_last', { shape: [1, 2, 3, 4], values: range(24) }],
  ['part', { shape: [3], values: Float32Array.of(4, 5, 6) }],
  ['empty', { shape: [0, 3], values: new Float32Array(0) }],
])

describe('.pth files', () => {
  it.each(['checkpoint.pth', 'checkpoint-old.pth'])('%s: the state_dict’s tensors, whatever their type and layout, without their wrappers', (name) => {
    expect(readWeightsFile(place(name)).tensors).toEqual(wanted)
  })

  it('are read where the dictionary itself holds the tensors', () => {
    expect(readWeightsFile(place('bare.pth')).tensors).toEqual(new Map([['a', { shape: [2, 2], values: Float32Array.of(1, 1, 1, 1) }]]))
  })

  it('are read where a tensor is a turned corner of another', () => {
    expect(readWeightsFile(place('corner.pth')).tensors).toEqual(new Map([['a', { shape: [3, 2], values: Float32Array.of(5, 9, 6, 10, 7, 11) }]]))
  })

  it.each([
    ['canary.pth', 'posix.system was refused'],
    ['canary-old.pth', 'posix.system was refused'],
    ['canary.bin', 'bare Python pickle'],
    ['config.pth', 'parse_config.ConfigParser was refused'],
    ['integers.pth', 'a type or kind of tensor that is not read here: torch.IntStorage was refused'],
    ['sparse.pth', 'a type or kind of tensor that is not read here: torch._utils._rebuild_sparse_tensor was refused'],
    ['negative.pth', '_rebuild_tensor_v2 what it does not take'],
    ['protocol4.pth', 'pickled with a protocol after 2: the operation FRAME was refused'],
    ['expanded.pth', 'more numbers than the file has'],
    ['spread.pth', 'more numbers than the file has'],
    ['deep.pth', '0 entries data.pkl'],
    ['deflated.pth', 'is compressed'],
  ])('%s is refused by name', (name, words) => {
    expect(() => readWeightsFile(place(name))).toThrow(words)
  })

  it('are refused where they end early, wherever that is', () => {
    for (const name of ['checkpoint.pth', 'checkpoint-old.pth']) {
      const whole = fixture(name)
      // A magic number that is itself cut off is no .pth any more.
      for (let length = 15; length < whole.length; length++) expect(() => decodePth(whole.subarray(0, length)), `${name} of ${length} bytes`).toThrow(Failure)
    }
  })

  it('are refused or read, and nothing else, whatever bytes are changed', () => {
    const files = [fixture('checkpoint.pth'), fixture('checkpoint-old.pth')]
    const change = fc.record({ file: fc.constantFrom(...files), changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }) })
    fc.assert(
      fc.property(change, ({ file, changes }) => {
        const changed = Buffer.from(file)
        for (const [at, byte] of changes) changed[at % changed.length] = byte
        onlyFailures(() => decodePth(changed))
      }),
      { numRuns: 5000 },
    )
  })

  it('have every byte of their tensors behind a checksum', () => {
    const changed = fixture('bare.pth')
    changed[changed.indexOf(Buffer.from(Float32Array.of(1, 1, 1, 1).buffer))]! ^= 1
    expect(() => decodePth(changed)).toThrow('the checksum of its entry bare/data/0 does not match')
  })
})

const pickled = (...parts: (string | number[])[]): Uint8Array => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

/** A tensor of one number, and what follows its strides. */
const tensorPickle = (last: string): Uint8Array => pickled('ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0aX\x03\0\0\0cpuK\x01tQK\0K\x01\x85K\x01\x85', last, 'tR.')

describe('pickles', () => {
  it.each([
    ['a global of another module', pickled('cbuiltins\neval\n.'), 'builtins.eval was refused'],
    ['a global that only begins like one of PyTorch’s', pickled('ctorch\nFloatStorage.__reduce__\n.'), 'torch.FloatStorage.__reduce__ was refused'],
    ['an instance', pickled('(ios\nsystem\n.'), 'INST was refused'],
    ['an object', pickled('(o.'), 'OBJ was refused'],
    ['a new object', pickled(')\x81.'), 'NEWOBJ was refused'],
    ['an extension', pickled([0x82, 1]), 'EXT1 was refused'],
    ['an operation that there is not', pickled([0xfe]), '0xfe was refused'],
    ['attributes of a list', pickled(']}b.'), 'gives attributes'],
    ['arguments that a global does not take', pickled('ctorch._utils\n_rebuild_tensor_v2\n)R.'), 'what it does not take'],
    ['a storage type called', pickled('ctorch\nFloatStorage\n)R.'), 'what it does not take'],
    ['a text called', pickled('X\x01\0\0\0a)R.'), 'calls what is no function'],
    ['values that are not there', pickled('R.'), 'more values than it has'],
    ['values below a mark', pickled('N(0.'), 'POP was refused'],
    ['a mark that is not there', pickled('t.'), 'lacks a mark'],
    ['a memo that is not there', pickled('h\x07.'), 'refers to a value'],
    ['a text longer than the file', pickled('X\xff\xff\xff\xff.'), 'ends too early'],
    ['a name without end', pickled(`c${'a'.repeat(1000)}`), 'name without end'],
    ['one key twice', pickled('}(K\x01NK\x01Nu.'), 'names "1" twice'],
    ['a key that is a list', pickled('}]Ns.'), 'no text or number'],
    ['values left behind', pickled('NN.'), 'leaves values behind'],
    ['a storage told more than it needs', pickled('(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0aX\x03\0\0\0cpuK\x01NNtQ.'), 'in a way that is not known'],
    ['a tensor told more than it needs', tensorPickle('\x89}N}N'), 'what it does not take'],
    ['a tensor stored as something else', tensorPickle('\x89}}X\x03\0\0\0neg\x88s'), 'what it does not take'],
    ['more bytes than any network needs', pickled('X\0\0\x80\0', 'a'.repeat(2 ** 23), '.'), 'more than 8388608 bytes'],
    ['more dictionaries than any network needs', pickled('}'.repeat(2 ** 17 + 1)), 'more than 131072 lists'],
    ['a number of 255 bytes', pickled([0x8a, 255], 'a'.repeat(255), '.'), 'more than eight bytes'],
  ])('with %s are refused', (_what, bytes, words) => {
    expect(() => unpickle(bytes)).toThrow(words)
  })

  it('of tensors take what PyTorch gives them', () => {
    for (const last of ['\x89}', '\x88}N', '\x89}}']) expect(unpickle(tensorPickle(last)).value).toMatchObject({ kind: 'tensor', shape: [1] })
  })

  it('that hold themselves are no trap', () => {
    expect(unpickle(pickled(']q\0h\0a.')).end).toBe(7)
    expect(() => unpickle(pickled('}q\0h\0]s.'))).toThrow('no text or number')
  })

  it('end, whatever they are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => onlyFailures(() => unpickle(bytes))), { numRuns: 5000 })
  })
})

function onlyFailures(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
  }
}
