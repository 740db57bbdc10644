import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkpointFolder, checkpointName, checkpointNames, epochsSaved, hasCheckpoint } from './checkpoints.ts'

const runFolder = mkdtempSync(path.join(tmpdir(), 'ride-checkpoints-'))
afterAll(() => rmSync(runFolder, { recursive: true }))

test('only whole checkpoints count, the newest first', () => {
  expect(hasCheckpoint(runFolder)).toBe(false)
  mkdirSync(checkpointFolder(runFolder))
  const whole = [checkpointName({ epochsDone: 2, stepsDone: 0 }), checkpointName({ epochsDone: 10, stepsDone: 0 }), checkpointName({ epochsDone: 2, stepsDone: 70 })]
  const strays = ['.DS_Store', 'Thumbs.db', 'copy of epoch-000002.safetensors', `${whole[0]}.tmp-1-00000000-0000-4000-8000-000000000000`]
  for (const name of strays) writeFileSync(path.join(checkpointFolder(runFolder), name), '')
  expect(hasCheckpoint(runFolder)).toBe(false)
  expect(epochsSaved(runFolder)).toBe(0)
  for (const name of whole) writeFileSync(path.join(checkpointFolder(runFolder), name), '')
  expect(checkpointNames(runFolder)).toEqual([whole[1], whole[2], whole[0]])
  expect(hasCheckpoint(runFolder)).toBe(true)
  expect(epochsSaved(runFolder)).toBe(10)
})
