import * as fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { exifOf } from './exif.ts'

/** The EXIF block of a JPEG that was written with these tags. */
async function blockOf(image: Record<string, string>, photo: Record<string, string> = {}): Promise<Buffer> {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
  const { exif } = await sharp(await picture.withExif({ IFD0: image, IFD2: photo }).jpeg().toBuffer()).metadata()
  return exif!
}

/** A block by hand: entries of the first directory as [tag, type, values, value or offset]. */
function block(entries: readonly (readonly [number, number, number, number])[], length = 256): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.write('Exif\0\0II*\0', 'latin1')
  bytes.writeUInt32LE(8, 10)
  bytes.writeUInt16LE(entries.length, 14)
  entries.forEach(([tag, type, values, value], n) => {
    const at = 16 + n * 12
    bytes.writeUInt16LE(tag, at)
    bytes.writeUInt16LE(type, at + 2)
    bytes.writeUInt32LE(values, at + 4)
    bytes.writeUInt32LE(value, at + 8)
  })
  return bytes
}

test('when the shutter opened, and the camera, without its maker named twice', async () => {
  const found = exifOf(await blockOf({ Make: 'Canon', Model: 'Canon EOS R7 ', DateTime: '2026:05:06 10:00:00' }, { DateTimeOriginal: '2026:05:04 09:08:07', SubSecTimeOriginal: '25' }))
  expect(found).toMatchObject({ takenAt: Date.UTC(2026, 4, 4, 9, 8, 7, 250), camera: 'Canon EOS R7' })
  expect(exifOf(await blockOf({ Make: 'NIKON CORPORATION', Model: 'Z 50' })).camera).toBe('NIKON CORPORATION Z 50')
  // The time of the last change is not the time that it was taken.
  expect(exifOf(await blockOf({ DateTime: '2026:05:06 10:00:00' })).takenAt).toBeNull()
  for (const nonsense of ['0000:00:00 00:00:00', 'yesterday', '    :  :     :  :  ']) expect(exifOf(await blockOf({}, { DateTimeOriginal: nonsense })).takenAt).toBeNull()
})

test('tags read as words with their units', async () => {
  const { tags } = exifOf(await blockOf({ Artist: 'Ada', Copyright: '© Ada', Orientation: '1' }, { ExposureTime: '1/250', FNumber: '28/10', FocalLength: '50/1', ISOSpeedRatings: '400' }))
  const values = Object.fromEntries(tags.map(({ name, value }) => [name, value]))
  expect(values).toMatchObject({ Artist: 'Ada', 'Exposure time': '1/250 s', 'F number': 'f/2.8', 'Focal length': '50 mm', 'ISO speed ratings': '400' })
  expect(values['Copyright']).toContain('Ada')
  expect(exifOf(undefined)).toEqual({ takenAt: null, camera: null, tags: [] })
})

test('text is bounded and holds nothing that is no character', async () => {
  const { camera, tags } = exifOf(await blockOf({ Make: 'A\u0007\u001b[31m', Model: 'M'.repeat(5000), ImageDescription: '<img onerror=alert(1)>\r\n\u202Egnp.exe '.repeat(500) }))
  expect(camera).toMatch(/^A \[31m M+…$/)
  expect(camera).toHaveLength(120)
  for (const { name, value } of tags) {
    expect(value.length).toBeLessThanOrEqual(400)
    expect(name + value).not.toMatch(/\p{C}/u)
  }
})

// Read as they claim, these would fill gigabytes.
test('a block that claims more than it holds is not read, nor one whose directories lead in circles', () => {
  const many = Array.from({ length: 1000 }, (_, n) => [0x1000 + n, 3, 0x7fffffff, 0] as const)
  expect(exifOf(block(many, 65_536)).tags).toEqual([])
  expect(exifOf(block([[0x8769, 4, 1, 8], [0x8825, 4, 1, 8]])).tags).toEqual([])
  expect(exifOf(block([[0x8769, 3, 1, 8]])).tags).toEqual([])
  expect(exifOf(Buffer.alloc(5 * 2 ** 20, 'Exif\0\0II*\0')).tags).toEqual([])
})

test('whatever the bytes are, reading them answers', async () => {
  const honest = await blockOf({ Make: 'Canon', Model: 'EOS', Artist: 'Ada' }, { DateTimeOriginal: '2026:05:04 09:08:07', UserComment: 'a fox' })
  const edits = fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { maxLength: 12 })
  fc.assert(
    fc.property(edits, fc.nat(honest.length), (changes, end) => {
      const bytes = Buffer.from(honest.subarray(0, end))
      for (const [at, value] of changes) if (at < end) bytes[at] = value
      const { takenAt, tags } = exifOf(bytes)
      expect(takenAt === null || Number.isFinite(takenAt)).toBe(true)
      for (const { value } of tags) expect(value).not.toMatch(/\p{C}/u)
    }),
    { numRuns: 2000 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => void exifOf(Buffer.concat([Buffer.from('Exif\0\0MM\0*'), tail]))), { numRuns: 1000 })
})
