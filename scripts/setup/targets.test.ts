import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { nodeProgram } from './packages.mjs'
import { ride } from './targets.mjs'

test("a target runs where npm was called, so that a folder's name counts from there", async () => {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ride-targets-')))
  const called = path.join(root, 'elsewhere')
  for (const folder of [called, path.join(root, 'out', 'main'), path.dirname(nodeProgram(root))]) mkdirSync(folder, { recursive: true })
  symlinkSync(process.execPath, nodeProgram(root))
  writeFileSync(path.join(root, 'out', 'main', 'cli.cjs'), "require('node:fs').writeFileSync('told', process.argv.slice(2).join(' '))")
  vi.stubEnv('INIT_CWD', called)
  expect(await ride(root, ['serve', 'project'])).toBe(0)
  expect(readFileSync(path.join(called, 'told'), 'utf8')).toBe('serve project')
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})
