import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheFolder, runtimesFolder } from './cache.mjs'
import { requireSpace } from './disk.mjs'
import { moveIntoPlace, sweep } from './install.mjs'
import { writeManifest } from './manifest.mjs'

let home = ''
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'ride-runtimes-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function runtime(name: string, content: string): string {
  const folder = path.join(home, name)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'library'), content)
  writeManifest(folder, { tensorflow: '2.21.0', addon: '4.22.0', variant: 'cpu', route: 'wheel' })
  return folder
}

function leftover(host: string, pid: number): string {
  const name = `.installing-${host}-${pid}-${crypto.randomUUID()}`
  mkdirSync(path.join(home, name))
  return name
}

test('of two set-ups that end at once, the first keeps its place', () => {
  const target = path.join(home, 'target')
  moveIntoPlace(runtime('first', 'one'), target)
  const second = runtime('second', 'two')
  moveIntoPlace(second, target)
  expect(readFileSync(path.join(target, 'library'), 'utf8')).toBe('one')
  expect(existsSync(second), 'its maker discards it').toBe(true)
})

test('a damaged runtime is replaced whole', () => {
  const target = runtime('target', 'one')
  writeFileSync(path.join(target, 'library'), 'o')
  moveIntoPlace(runtime('new', 'two'), target)
  expect(readFileSync(path.join(target, 'library'), 'utf8')).toBe('two')
  expect(readdirSync(home)).toEqual(['target'])
})

test('leftovers of dead processes are swept, those of the living and of other machines stay for a day', () => {
  const dead = spawnSync(process.execPath, ['--version']).pid
  const swept = leftover(os.hostname(), dead)
  const alive = leftover(os.hostname(), process.pid)
  const elsewhere = leftover('another-machine', dead)
  const old = leftover('another-machine', dead)
  utimesSync(path.join(home, old), new Date(0), new Date(0))
  runtime('tensorflow-2.21.0-cpu-linux-x64-addon-4.22.0', 'installed')
  sweep(home)
  expect(readdirSync(home).sort()).toEqual([alive, elsewhere, 'tensorflow-2.21.0-cpu-linux-x64-addon-4.22.0'].sort())
  expect(existsSync(path.join(home, swept))).toBe(false)
})

test('too little room is said with what is needed, what is free and the remedy', () => {
  const needs = [
    { folder: path.join(home, 'not', 'yet'), bytes: 6e17, what: 'the npm packages' },
    { folder: home, bytes: 4e17, what: 'TensorFlow', remedy: ' (or name another folder)' },
  ]
  expect(() => requireSpace(needs)).toThrow(/has [\d.]+ [kMG]B free, and 1000000000\.0 GB are needed for the npm packages and TensorFlow: free some space \(or name another folder\)/)
  expect(() => requireSpace([{ folder: home, bytes: 1, what: 'one byte' }])).not.toThrow()
})

test('the cache lies where each system keeps such things, and RIDE_RUNTIME_DIR moves it', () => {
  expect(cacheFolder({}, 'linux', '/home/ada')).toBe('/home/ada/.cache/ride-workbench')
  expect(cacheFolder({ XDG_CACHE_HOME: '/fast' }, 'linux', '/home/ada')).toBe('/fast/ride-workbench')
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ada')).toBe('/home/ada/.cache/ride-workbench')
  expect(cacheFolder({}, 'darwin', '/Users/ada')).toBe('/Users/ada/Library/Caches/ride-workbench')
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', '/ada')).toBe(path.join('/local', 'ride-workbench'))
  expect(runtimesFolder({ RIDE_RUNTIME_DIR: '/big/disk' })).toBe('/big/disk')
})
