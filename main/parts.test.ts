import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openParts, type PackedParts, type Parts } from './parts.ts'

let folder: string
let parts: Parts
const files = { 'deps/lib/library.so.2': 'many bytes', 'lib/addon.node': 'few bytes' }
const place = (file: string): string => path.join(folder, 'tensorflow', file)

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-parts-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(place(file)), { recursive: true })
    writeFileSync(place(file), text)
  }
  const tensorflow = Object.fromEntries(Object.entries(files).map(([file, text]) => [file, createHash('sha256').update(text).digest('hex')]))
  const list: PackedParts = { store: {}, decoder: {}, onnx: {}, tensorflow }
  parts = openParts((part) => path.join(folder, part), list)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a part that is as it was packed passes, however often it is asked for and whatever its times say', async () => {
  await parts.requireWhole('tensorflow')
  utimesSync(place('lib/addon.node'), 0, 0)
  await Promise.all([parts.requireWhole('tensorflow'), parts.requireWhole('tensorflow'), parts.requireWhole('store')])
})

test('a file with other bytes, also of the same length and time, is told by its name', async () => {
  await parts.requireWhole('tensorflow')
  writeFileSync(place('lib/addon.node'), 'FEW bytes')
  utimesSync(place('lib/addon.node'), 0, 0)
  await expect(parts.requireWhole('tensorflow')).rejects.toMatchObject({ code: 'damaged', message: expect.stringMatching(/is not what was installed: .*addon\.node\. Nothing of it was run\. Install/) })
})

test('a missing file, a missing folder and a file too many', async () => {
  cpSync(place('lib'), place('lab'), { recursive: true })
  await expect(parts.requireWhole('tensorflow')).rejects.toMatchObject({ message: expect.stringMatching(/is no part of it: .*lab.addon\.node/) })
  rmSync(place('lab'), { recursive: true })
  rmSync(place('lib/addon.node'))
  await expect(parts.requireWhole('tensorflow')).rejects.toMatchObject({ message: expect.stringMatching(/cannot be read \(ENOENT\): .*addon\.node/) })
  rmSync(path.join(folder, 'tensorflow'), { recursive: true })
  await expect(parts.requireWhole('tensorflow')).rejects.toMatchObject({ code: 'damaged' })
})

test('a part that was mended passes again', async () => {
  const whole = readFileSync(place('lib/addon.node'))
  writeFileSync(place('lib/addon.node'), 'other')
  await expect(parts.requireWhole('tensorflow')).rejects.toMatchObject({ code: 'damaged' })
  writeFileSync(place('lib/addon.node'), whole)
  await parts.requireWhole('tensorflow')
})
