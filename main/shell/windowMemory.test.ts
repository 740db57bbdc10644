import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeOn, smallest, windowMemory } from './windowMemory.ts'

describe('the memory of a window', () => {
  let folder = ''
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'ride-window-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const file = (): string => path.join(folder, 'user', 'window.json')
  const open = () => windowMemory(path.join(folder, 'user'))

  it('outlives the program, whole or not at all', () => {
    const memory = open()
    expect(memory.now()).toMatchObject({ bounds: null, theme: 'system', keepsAwake: true })
    memory.keep({ bounds: { x: 10, y: 20, width: 1000, height: 700 }, zoomLevel: 1, theme: 'dark' })
    memory.keep({ isMaximized: true })
    memory.flush()
    expect(open().now()).toEqual({ bounds: { x: 10, y: 20, width: 1000, height: 700 }, isMaximized: true, isFullScreen: false, zoomLevel: 1, theme: 'dark', keepsAwake: true })
    expect(readdirSync(path.join(folder, 'user'))).toEqual(['window.json'])
  })

  it('counts a damaged file as none, and mends it with the next change', () => {
    const memory = open()
    memory.keep({ zoomLevel: 2 })
    memory.flush()
    for (const damaged of ['', '{"bounds": {"x"', '{"bounds": "left", "zoomLevel": 2}', '[]', '{"zoomLevel": 1e9}']) {
      writeFileSync(file(), damaged)
      expect(open().now()).toMatchObject({ bounds: null, zoomLevel: 0 })
    }
    const mending = open()
    mending.keep({ theme: 'light' })
    mending.flush()
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ theme: 'light' })
  })

  it('writes nothing where nothing changed', () => {
    const memory = open()
    memory.keep({ zoomLevel: 0 })
    memory.flush()
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('the place of a window', () => {
  const [left, right] = [{ x: 0, y: 0, width: 1920, height: 1040 }, { x: 1920, y: 0, width: 1280, height: 984 }]
  const bounds = { x: 2000, y: 50, width: 1100, height: 800 }

  it('is where it was while the display is there', () => {
    expect(placeOn([left, right], bounds)).toEqual(bounds)
    expect(placeOn([left, right], { ...bounds, x: 1800 })).toEqual({ ...bounds, x: 1800 })
  })

  it('is left to the system, with the size it had, once the display is gone or its title bar would lie out of reach', () => {
    expect(placeOn([left], bounds)).toEqual({ width: 1100, height: 800 })
    expect(placeOn([left], { ...bounds, x: 100, y: -300 })).toEqual({ width: 1100, height: 800 })
    expect(placeOn([left], { ...bounds, x: -1090, y: 0 })).toEqual({ width: 1100, height: 800 })
    expect(placeOn([left], { ...bounds, x: 100, y: 1039 })).toEqual({ width: 1100, height: 800 })
  })

  it('is never larger than its display, nor smaller than a window may be', () => {
    expect(placeOn([right], { x: 1920, y: 0, width: 1920, height: 1080 })).toEqual({ x: 1920, y: 0, width: 1280, height: 984 })
    expect(placeOn([left], { x: 0, y: 0, width: 10, height: 10 })).toEqual(smallest)
    expect(placeOn([{ x: 0, y: 0, width: 1280, height: 700 }], null)).toEqual({ width: 1280, height: 700 })
    expect(placeOn([], null)).toEqual({ width: 1360, height: 880 })
  })
})
