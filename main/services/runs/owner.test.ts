import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isAlive, thisProcess } from './owner.ts'

test('this process lives', () => {
  expect(thisProcess.pid).toBe(process.pid)
  expect(isAlive(thisProcess)).toBe(true)
})

test('a process that ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  const { pid } = child
  await once(child, 'exit')
  expect(isAlive({ pid: pid!, started: null })).toBe(false)
})

test.runIf(process.platform === 'linux')('a number that was given to another process since is not the owner', () => {
  expect(thisProcess.started).toMatch(/^\d+$/)
  expect(isAlive({ pid: process.pid, started: '1' })).toBe(false)
})
