import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonElements, type JsonElement } from './jsonElements.ts'

async function read(text: string | Uint8Array, chunkBytes = 7): Promise<JsonElement[]> {
  const bytes = Buffer.from(text)
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const found: JsonElement[] = []
  for await (const batch of jsonElements(chunks())) found.push(...batch)
  return found
}

const entries = (key: string, value: unknown): unknown[] => (Array.isArray(value) ? value.map((entry: unknown, index) => ({ key, index, value: entry })) : [{ key, index: null, value }])

test('any document, however it is cut and indented, is its entries', async () => {
  const documents = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()), { noNullPrototype: true })
  await fc.assert(
    fc.asyncProperty(documents, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 1, '\t'), async (document, chunkBytes, indent) => {
      const wanted = Object.entries(document).flatMap(([key, value]) => entries(key, value))
      const found = await read(JSON.stringify(document, null, indent), chunkBytes)
      expect(found.map(({ key, index, value }) => ({ key, index, value }))).toEqual(JSON.parse(JSON.stringify(wanted)))
    }),
    { numRuns: 200 },
  )
})

test('entries are told with their lines', async () => {
  const found = await read('{\r\n"images": [\r\n {"id": 1},\r\n\r\n {"id":\n 2}], "n": 3 }\n')
  expect(found.map(({ key, index, line }) => [key, index, line])).toEqual([['images', 0, 3], ['images', 1, 5], ['n', null, 6]])
})

test.each([
  ['', /line 1: the file ends in the middle/],
  ['[]', /line 1: expected \{, and found \[/],
  ['{"images": [{"id": 1}', /ends in the middle/],
  ['{"images": [{"id": 1}\n{"id": 2}]}', /line 2: expected a comma, or \], and found \{/],
  ['{"images": [{"id": NaN}]}', /line 1: the entry 1 of "images" is no JSON/],
  ['{"images": [1,]}', /line 1: expected an entry, and found \]/],
  ['{"images": [\n{"id": 1, "id": 2}]}', /line 2: the entry 1 of "images" has "id" twice/],
  ['{"images": [], "images": []}', /"images" stands in the file twice/],
  ['{"images": []} x', /expected nothing more, and found x/],
  ['{"info": undefined}', /the value of "info" is no JSON/],
  ["{'images': []}", /expected a name in quotes, or \}, and found '/],
  [`{"images": [${'['.repeat(1000)}`, /nested more than 200 levels deep/],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22]), /is not UTF-8/],
] as const)('refusal %#', async (text, words) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'unreadable', message: expect.stringMatching(words) })
})

async function* endless(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"images": ["')
  for (;;) yield Buffer.alloc(1024 * 1024, 'x')
}

test('an entry without an end does not fill the memory', async () => {
  const batches = jsonElements(endless())
  const readOn = async (): Promise<never> => {
    for (;;) await batches.next()
  }
  await expect(readOn()).rejects.toMatchObject({ code: 'unreadable', message: expect.stringMatching(/larger than 16 MB/) })
})
