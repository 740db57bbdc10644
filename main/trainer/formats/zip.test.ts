import { describe, expect, it } from 'vitest'
import { crc32OfBytes } from '../crc32.ts'
import { readZip } from './zip.ts'

interface Made {
  readonly name?: string
  readonly listedName?: string
  readonly bytes?: Buffer
  readonly flags?: number
  readonly offset?: number
  readonly size?: number
  /** Numbers in 64 bits, as PyTorch has them beyond 4 GB. */
  readonly long?: boolean
}

const u16 = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer)
const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer)

/** An archive of these entries, and its end. */
function zip(entries: readonly Made[], { count = entries.length, long = false, trailing = '' } = {}): Buffer {
  let body = Buffer.alloc(0)
  const listed = entries.map(({ name = 'a', listedName = name, bytes = Buffer.from('content'), flags = 0, offset = body.length, size = bytes.length, long: wide = false }) => {
    body = Buffer.concat([body, u32(0x04034b50), u16(0), u16(flags), u16(0), u32(0), u32(0), u32(0), u32(0), u16(name.length), u16(4), Buffer.from(name), u32(0), bytes])
    const extra = wide ? Buffer.concat([u16(0x1234), u16(2), u16(0), u16(1), u16(24), u64(size), u64(size), u64(offset)]) : Buffer.alloc(0)
    const [shortSize, shortOffset] = wide ? [0xffffffff, 0xffffffff] : [size, offset]
    return Buffer.concat([u32(0x02014b50), u16(0), u16(0), u16(flags), u16(0), u32(0), u32(crc32OfBytes(bytes)), u32(shortSize), u32(shortSize), u16(listedName.length), u16(extra.length), u16(0), u16(0), u16(0), u32(0), u32(shortOffset), Buffer.from(listedName), extra])
  })
  const directory = Buffer.concat(listed)
  const end64 = Buffer.concat([u32(0x06064b50), u64(44), u16(0), u16(0), u32(0), u32(0), u64(count), u64(count), u64(directory.length), u64(body.length), u32(0x07064b50), u32(0), u64(body.length + directory.length), u32(1)])
  const numbers = long ? [u16(0xffff), u16(0xffff), u32(0xffffffff), u32(0xffffffff)] : [u16(count), u16(count), u32(directory.length), u32(body.length)]
  return Buffer.concat([body, directory, ...(long ? [end64] : []), u32(0x06054b50), u16(0), u16(0), ...numbers, u16(0), Buffer.from(trailing)])
}

const contents = (file: Buffer): Record<string, string> => Object.fromEntries([...readZip(file)].map(([name, entry]) => [name, Buffer.from(entry.bytes()).toString()]))

describe('a zip archive', () => {
  it('is read, its numbers in 32 or in 64 bits', () => {
    const made = (long: boolean): Buffer => zip([{ name: 'x/a', bytes: Buffer.from('one'), long }, { name: 'x/o', bytes: Buffer.alloc(0), long }], { long })
    for (const long of [false, true]) expect(contents(made(long))).toEqual({ 'x/a': 'one', 'x/o': '' })
    expect(contents(zip([]))).toEqual({})
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
