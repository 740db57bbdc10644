import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cacheFolder } from '../../main/runtime/cache.mjs'
import { electronFailedBefore, electronIsReady, fetchElectron } from './electron.mjs'
import { nodeProgram } from './packages.mjs'

let root = ''
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'ride-electron-'))
  for (const name of ['XDG_CACHE_HOME', 'HOME', 'LOCALAPPDATA']) vi.stubEnv(name, path.join(root, 'home'))
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', '')
  mkdirSync(path.dirname(nodeProgram(root)), { recursive: true })
  symlinkSync(process.execPath, nodeProgram(root))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

/** Electron's package with an install script of these words. */
function electron(version: string, script: string): void {
  const folder = path.join(root, 'node_modules', 'electron')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ version }))
  writeFileSync(path.join(folder, 'install.js'), script)
}

test('a failed download is remembered until another version is wanted, or one succeeds', async () => {
  electron('45.0.0', 'process.exit(1)')
  expect(electronFailedBefore(root)).toBe(false)
  expect(await fetchElectron(root)).toBe(false)
  const [stamp] = readdirSync(cacheFolder())
  utimesSync(path.join(cacheFolder(), stamp!), new Date(0), new Date(0))
  expect(electronFailedBefore(root), 'however long ago').toBe(true)
  electron('46.0.0', 'process.exit(1)')
  expect(electronFailedBefore(root)).toBe(false)

  electron('45.0.0', `
    const fs = require('node:fs'), path = require('node:path')
    const program = path.join(__dirname, 'dist', ${JSON.stringify(process.platform === 'linux' ? 'electron' : process.platform === 'win32' ? 'electron.exe' : 'Electron.app/Contents/MacOS/Electron')})
    fs.mkdirSync(path.dirname(program), { recursive: true })
    fs.writeFileSync(program, '')
    fs.writeFileSync(path.join(__dirname, 'path.txt'), '')
  `)
  expect(await fetchElectron(root)).toBe(true)
  expect(electronIsReady(root)).toBe(true)
  expect(electronFailedBefore(root)).toBe(false)
})
