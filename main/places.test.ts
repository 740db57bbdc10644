import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { existingPlaceOf, placeOf } from './places.ts'

test('a tilde is the home where it stands for a folder, and a letter of a name elsewhere', () => {
  expect(placeOf('~')).toBe(homedir())
  expect(placeOf('~/a/../b')).toBe(path.join(homedir(), 'b'))
  expect(placeOf('~a')).toBe(path.resolve('~a'))
  expect(placeOf('a/~')).toBe(path.resolve('a/~'))
  expect(placeOf('/a/./b/')).toBe(path.resolve('/a/b'))
})

test('no path holds NUL', () => {
  for (const written of ['\0', '/a\0b', '~/\0']) expect(() => placeOf(written)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
})

test('a link and what it leads to are one place; nothing is none', () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'ride-places-')))
  try {
    symlinkSync(folder, path.join(folder, 'link'))
    expect(existingPlaceOf(path.join(folder, 'link', 'link'))).toBe(folder)
    expect(() => existingPlaceOf(path.join(folder, 'gone'))).toThrow(expect.objectContaining({ code: 'not-found' }))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
