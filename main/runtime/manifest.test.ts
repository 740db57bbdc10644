import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isWhole, readManifest, writeManifest } from './manifest.mjs'

let folder = ''
let library = ''

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ride-manifest-'))
  mkdirSync(path.join(folder, 'tensorflow'))
  library = path.join(folder, 'tensorflow', 'libtensorflow_cc.so.2')
  writeFileSync(library, 'a library')
  writeManifest(folder, { tensorflow: '2.21.0', addon: '4.22.0', variant: 'cpu', route: 'wheel' })
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what was just listed is whole, and every file is in the list with its hash', () => {
  expect(isWhole(folder)).toBe(true)
  expect(readManifest(folder)?.files).toMatchObject([{ path: 'tensorflow/libtensorflow_cc.so.2', bytes: 9, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
})

test('a file that was cut, removed or changed in place is noticed', () => {
  const listed = readFileSync(library)
  truncateSync(library, 4)
  expect(isWhole(folder)).toBe(false)
  writeFileSync(library, listed)
  expect(isWhole(folder), 'the same bytes at another time').toBe(true)
  writeFileSync(library, 'A library')
  expect(isWhole(folder), 'the same size, other bytes').toBe(false)
  rmSync(library)
  expect(isWhole(folder)).toBe(false)
})

test('a touched file is read again and found whole', () => {
  utimesSync(library, new Date(0), new Date(0))
  expect(isWhole(folder)).toBe(true)
})

test('a manifest that is missing, cut or empty makes nothing whole', () => {
  const file = path.join(folder, 'manifest.json')
  for (const content of ['', '{"files": [', '{"files": []}', 'null']) {
    writeFileSync(file, content)
    expect(isWhole(folder)).toBe(false)
  }
  rmSync(file)
  expect(isWhole(folder)).toBe(false)
})
