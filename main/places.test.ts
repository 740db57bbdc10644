import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { existingPlaceOf, isPlainFile, placeOf, refuseKernelPlace } from './places.ts'

test('a tilde is the home where it stands for a folder, and a letter of a name elsewhere', () => {
  expect(placeOf('~')).toBe(homedir())
  expect(placeOf('~/a/../b')).toBe(path.join(homedir(), 'b'))
  expect(placeOf('~a')).toBe(path.resolve('~a'))
  expect(placeOf('a/~')).toBe(path.resolve('a/~'))
  expect(placeOf('/a/./b/')).toBe(path.resolve('/a/b'))
})

test('no path is empty or holds NUL', () => {
  for (const written of ['', '\0', '/a\0b', '~/\0']) expect(() => placeOf(written)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
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

test('nothing is made in a folder of the kernel, neither by its name nor by a link', () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'ride-places-')))
  try {
    symlinkSync('/dev', path.join(folder, 'devices'))
    for (const place of ['/proc/birds', '/sys', '/dev/null/birds', path.join(folder, 'devices', 'birds', 'here')]) expect(() => refuseKernelPlace(place)).toThrow(expect.objectContaining({ code: 'permission' }))
    for (const place of [path.join(folder, 'birds', 'here'), '/process/birds']) expect(() => refuseKernelPlace(place)).not.toThrow()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a plain file is one that ends, also by way of a link', () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'ride-places-')))
  try {
    const at = (name: string): string => path.join(folder, name)
    writeFileSync(at('file'), '')
    execFileSync('mkfifo', [at('pipe')])
    for (const [name, to] of [['link', at('file')], ['version', '/proc/version'], ['zero', '/dev/zero']] as const) symlinkSync(to, at(name))
    expect(['file', 'link'].map((name) => isPlainFile(at(name)))).toEqual([true, true])
    expect(['version', 'zero', 'pipe', '.'].map((name) => isPlainFile(at(name)))).toEqual([false, false, false, false])
    expect(() => isPlainFile(at('gone'))).toThrow('ENOENT')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
