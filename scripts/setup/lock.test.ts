import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'

/** A set-up that makes a folder and removes it again; another one inside would find the folder there, and fail. */
const program = `
import { mkdirSync, rmdirSync } from 'node:fs'
import { alone } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.mjs'))}
const [root, inside] = process.argv.slice(1)
await alone(root, async () => {
  mkdirSync(inside)
  await new Promise((resolve) => setTimeout(resolve, 20))
  rmdirSync(inside)
})
`

test('of many set-ups that find the lock of a dead one, one works at a time', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'ride-lock-'))
  const dead = spawnSync(process.execPath, ['--version']).pid
  mkdirSync(path.join(root, 'out'))
  writeFileSync(path.join(root, 'out', '.ride-setup-lock'), String(dead))
  const codes = await Promise.all(
    Array.from({ length: 8 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program, root, path.join(root, 'inside')], { stdio: ['ignore', 'ignore', 'inherit'] })
      return new Promise((resolve) => child.once('close', resolve))
    }),
  )
  expect(codes).toEqual(Array.from({ length: 8 }, () => 0))
  expect(readdirSync(path.join(root, 'out'))).toEqual([])
  rmSync(root, { recursive: true })
})
