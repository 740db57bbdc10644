import { describe, expect, it } from 'vitest'
import { crc32OfBytes } from '../crc32.ts'
import { readZip } from './zip.ts'

interface Made {
  readonly name?: string
  readonly listedName?: string
  readonly bytes?: Buffer
  readonly flags?: number
  /** What the local header says, where that differs. */
  readonly local?: { readonly flags?: number; readonly method?: number; readonly crc?: number; readonly size?: number; readonly unpacked?: number }
  /** What stands behind its bytes. */
  readonly after?: Buffer
  readonly disk?: number
  readonly offset?: number
  readonly size?: number
  /** Numbers in 64 bits, as PyTorch has them beyond 4 GB. */
  readonly long?: boolean
}

interface Whole {
  readonly count?: number
  readonly onDisk?: number
  /** With numbers in 64 bits; the others saturated, or the same. */
  readonly long?: boolean | 'beside'
  readonly before?: string
  readonly end64Disk?: number
  readonly comment?: number
  readonly trailing?: string
}

const u16 = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer)
const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer)

/** An archive of these entries, and its end. */
function zip(entries: readonly Made[], { count = entries.length, onDisk: partly, long = false, before = '', end64Disk = 0, comment = 0, trailing = '' }: Whole = {}): Buffer {
  const onDisk = partly ?? count
  let body = Buffer.alloc(0)
  const listed = entries.map(({ name = 'a', listedName = name, bytes = Buffer.from('content'), flags = 0, offset = body.length, size = bytes.length, long: wide = false, local = {}, after = Buffer.alloc(0), disk = 0 }) => {
    const told = [local.crc ?? crc32OfBytes(bytes), local.size ?? size, local.unpacked ?? local.size ?? size].map(u32)
    body = Buffer.concat([body, u32(0x04034b50), u16(0), u16(local.flags ?? flags), u16(local.method ?? 0), u32(0), ...told, u16(name.length), u16(4), Buffer.from(name), u32(0), bytes, after])
    const extra = wide ? Buffer.concat([u16(0x1234), u16(2), u16(0), u16(1), u16(24), u64(size), u64(size), u64(offset)]) : Buffer.alloc(0)
    const [shortSize, shortOffset] = wide ? [0xffffffff, 0xffffffff] : [size, offset]
    return Buffer.concat([u32(0x02014b50), u16(0), u16(0), u16(flags), u16(0), u32(0), u32(crc32OfBytes(bytes)), u32(shortSize), u32(shortSize), u16(listedName.length), u16(extra.length), u16(0), u16(disk), u16(0), u32(0), u32(shortOffset), Buffer.from(listedName), extra])
  })
  const directory = Buffer.concat(listed)
  body = Buffer.concat([body, Buffer.from(before)])
  const end64 = Buffer.concat([u32(0x06064b50), u64(44), u16(0), u16(0), u32(end64Disk), u32(0), u64(onDisk), u64(count), u64(directory.length), u64(body.length), u32(0x07064b50), u32(0), u64(body.length + directory.length), u32(1)])
  const numbers = long === true ? [u16(0xffff), u16(0xffff), u32(0xffffffff), u32(0xffffffff)] : [u16(onDisk), u16(count), u32(directory.length), u32(body.length)]
  return Buffer.concat([body, directory, ...(long ? [end64] : []), u32(0x06054b50), u16(0), u16(0), ...numbers, u16(comment), Buffer.from(trailing)])
}

/** With another byte so far before its end. */
function spoilt(file: Buffer, fromEnd: number): Buffer {
  file[file.length - fromEnd]! ^= 0x77
  return file
}

const contents = (file: Buffer): Record<string, string> => Object.fromEntries([...readZip(file)].map(([name, entry]) => [name, Buffer.from(entry.bytes()).toString()]))

describe('a zip archive', () => {
  it('is read, its numbers in 32 or in 64 bits', () => {
    const made = (long: boolean | 'beside'): Buffer => zip(['one', ''].map((text, n) => ({ name: n ? 'x/o' : 'x/a', bytes: Buffer.from(text), long: long === true })), { long })
    for (const long of [false, true, 'beside'] as const) expect(contents(made(long))).toEqual({ 'x/a': 'one', 'x/o': '' })
    expect(contents(zip([]))).toEqual({})
  })

  it('is read where what was not known when an entry began stands behind it', () => {
    const crc = crc32OfBytes(Buffer.from('content'))
    const local = { crc: 0, size: 0 }
    const descriptors = [[u32(7), u32(7)], [u64(7), u64(7)]].map((numbers) => Buffer.concat([u32(0x08074b50), u32(crc), ...numbers]))
    for (const after of descriptors) expect(contents(zip([{ flags: 8, local, after }, { name: 'b' }]))).toEqual({ a: 'content', b: 'content' })
    for (const after of [Buffer.alloc(0), Buffer.alloc(16), descriptors[0]!.subarray(0, 15)]) expect(() => readZip(zip([{ flags: 8, local, after }]))).toThrow('what follows its entry a')
  })

  it.each([
    ['nothing', Buffer.alloc(0), 'its end is missing'],
    ['a comment after the end', zip([{}], { trailing: 'x' }), 'its end is missing'],
    ['one name twice', zip([{}, {}]), 'two entries a'],
    ['two names for one entry', zip([{ name: 'a', listedName: 'b' }]), 'two names'],
    ['an encrypted entry', zip([{ flags: 1 }]), 'is encrypted'],
    ['an entry somewhere else', zip([{ offset: 5 }]), 'is not where the directory says'],
    ['an entry behind the end', zip([{ offset: 10_000 }]), 'is not where the directory says'],
    ['an entry that goes on too long', zip([{ size: 8 }]), 'goes beyond its end'],
    ['an entry over another', zip([{ name: 'a' }, { name: 'b', offset: 0 }]), 'overlaps'],
    ['an entry that another lies in', zip([{ name: 'a', size: 20 }, { name: 'b' }]), 'overlaps'],
    ['more entries than are listed', zip([{}], { count: 2 }), 'too small for 2 entries'],
    ['bytes of no entry', zip([{}], { before: 'x' }), 'bytes of no entry lie before its directory'],
    ['bytes between entries', zip([{ after: Buffer.from('x') }, { name: 'b' }]), 'bytes of no entry lie before its entry b'],
    ['a comment that is not there', zip([{}], { comment: 1 }), 'a comment that is not there'],
    ['an entry of another part', zip([{ disk: 1 }]), 'lies in another archive'],
    ['entries of other parts', zip([{}], { onDisk: 2 }), 'a part of a larger archive'],
    ['entries of other parts, in 64 bits', zip([{}], { long: true, onDisk: 2 }), 'a part of a larger archive'],
    ['two directories', spoilt(zip([{}], { long: 'beside' }), 6), 'its directory is not where its end says'],
    ['numbers in 64 bits that are not there', spoilt(zip([{}], { long: true }), 42), 'its directory is not where its end says'],
    ['another part, in 64 bits', zip([{}], { long: true, end64Disk: 1 }), 'a part of a larger archive'],
    ...[{ flags: 2 }, { method: 8 }, { crc: 0 }, { size: 6 }, { unpacked: 6 }, { crc: 0, size: 0 }].map((local): [string, Buffer, string] => [`a local header with ${JSON.stringify(local)}`, zip([{ local }]), 'its entry a is not what the directory says']),
    ['a name that a sentence has no room for', zip([{ name: `${'a'.repeat(100)}b`, flags: 1 }]), `entry ${'a'.repeat(100)}… is encrypted`],
    ['a long name', zip([{ name: 'a'.repeat(1001) }]), 'a name of 1001 bytes'],
    ['fewer entries than are listed', zip([{ name: 'a' }, { name: 'b' }], { count: 1 }), 'more than its entries'],
  ])('with %s is refused', (_what, file, words) => {
    expect(() => readZip(file)).toThrow(words)
  })

  it('with a 64-bit place beyond it is refused', () => {
    const file = zip([{ long: true }])
    file.writeBigUInt64LE(2n ** 60n, file.length - 22 - 8)
    expect(() => readZip(file)).toThrow('a place outside of it')
  })
})
