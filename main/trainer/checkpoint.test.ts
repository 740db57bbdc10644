import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadCheckpoint, loadWholeCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint.ts'

let runFolder: string
beforeEach(() => {
  runFolder = mkdtempSync(path.join(tmpdir(), 'ride-checkpoint-'))
})
afterEach(() => rmSync(runFolder, { recursive: true }))

const at = (epochsDone: number, stepsDone = 0): Checkpoint => ({
  position: { epochsDone, stepsDone, lossSum: 1.5, seed: 3 },
  tensors: new Map([
    ['conv1.weight', { shape: [2, 2], values: Float32Array.of(epochsDone, 2, 3, 4) }],
    ['conv1.weight/momentum', { shape: [2, 2], values: Float32Array.of(0, stepsDone, 0, 0) }],
  ]),
})
const files = () => readdirSync(path.join(runFolder, 'checkpoints')).sort()

describe('checkpoints', () => {
  it('loads the newest', () => {
    saveCheckpoint(runFolder, at(1))
    saveCheckpoint(runFolder, at(1, 40))
    const { checkpoint, damaged } = loadWholeCheckpoint(runFolder)
    expect(checkpoint).toEqual(at(1, 40))
    expect(damaged).toEqual([])
  })

  it('keeps the last two', () => {
    for (const epoch of [1, 2, 3, 10]) saveCheckpoint(runFolder, at(epoch))
    expect(files()).toEqual(['epoch-000003-step-00000000.safetensors', 'epoch-000010-step-00000000.safetensors'])
  })

  it.each([
    ['a flipped byte', (file: string) => flip(file)],
    ['a lost end', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -5))],
    ['bytes too many', (file: string) => appendFileSync(file, 'x')],
    ['a flipped byte of its format', (file: string) => writeFileSync(file, readFileSync(file, 'latin1').replace('"version":"1"', '"version":"q"'), 'latin1')],
    ['nothing left', (file: string) => writeFileSync(file, '')],
  ])('falls back to the one before for %s, and says so', (_what, damage) => {
    saveCheckpoint(runFolder, at(1))
    saveCheckpoint(runFolder, at(2))
    damage(path.join(runFolder, 'checkpoints', files()[1]!))
    const { checkpoint, damaged } = loadWholeCheckpoint(runFolder)
    expect(checkpoint).toEqual(at(1))
    expect(damaged).toEqual(['epoch-000002-step-00000000.safetensors'])
    expect(() => loadCheckpoint(runFolder)).toThrow(/newest checkpoint, epoch-000002-step-00000000.safetensors, is damaged. The one before it, from after 1 epoch, is whole/)
  })

  it('takes a later format for no damage', () => {
    saveCheckpoint(runFolder, at(1))
    saveCheckpoint(runFolder, at(2))
    const file = path.join(runFolder, 'checkpoints', files()[1]!)
    const bytes = readFileSync(file)
    bytes.write('"version":"2"', bytes.indexOf('"version":"1"'))
    writeFileSync(file, bytes)
    expect(() => loadWholeCheckpoint(runFolder)).toThrow(/has checkpoint format 2; format 1 was expected/)
  })

  it('says where there is none, and where none can be read', () => {
    expect(() => loadCheckpoint(runFolder)).toThrow(/has no checkpoint yet/)
    saveCheckpoint(runFolder, at(1))
    flip(path.join(runFolder, 'checkpoints', files()[0]!))
    expect(() => loadCheckpoint(runFolder)).toThrow(/damaged/)
  })

  it('never lists a file that is half written, and sweeps what the dead left', () => {
    saveCheckpoint(runFolder, at(1))
    const left = 'epoch-000002-step-00000000.safetensors.tmp-999999999-00000000-0000-4000-8000-000000000000'
    writeFileSync(path.join(runFolder, 'checkpoints', left), 'half')
    expect(loadCheckpoint(runFolder)).toEqual(at(1))
    saveCheckpoint(runFolder, at(3))
    expect(files()).toEqual(['epoch-000001-step-00000000.safetensors', 'epoch-000003-step-00000000.safetensors'])
  })
})

/** Changes one bit of the last tensor. */
function flip(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 2]! ^= 1
  writeFileSync(file, bytes)
}
