import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WheelSet } from './pins.mjs'
import { findPython, unpackWheels } from './wheels.mjs'

/** A wheel as pip takes it, with a library, a header that is wanted and one that is not. */
const makeWheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    for name in ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/include/tensorflow/c/c_api.h', 'tensorflow/include/other.h', 'tensorflow/__init__.py']:
        wheel.writestr(name, name)
    wheel.writestr('ride_trial-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: ride-trial\\nVersion: 1.0\\n')
    wheel.writestr('ride_trial-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nTag: cp312-cp312-manylinux_2_27_x86_64\\n')
    wheel.writestr('ride_trial-1.0.dist-info/RECORD', '')
`

let work = ''
let target = ''
let sha256 = ''

beforeEach(() => {
  work = mkdtempSync(path.join(os.tmpdir(), 'ride-wheels-'))
  target = path.join(work, 'target')
  const index = path.join(work, 'index')
  for (const folder of [target, index]) mkdirSync(folder)
  const wheel = path.join(index, 'ride_trial-1.0-cp312-cp312-manylinux_2_27_x86_64.whl')
  execFileSync('python3', ['-c', makeWheel, wheel])
  sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex')
  vi.stubEnv('PIP_NO_INDEX', '1')
  vi.stubEnv('PIP_FIND_LINKS', index)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(work, { recursive: true })
})

const wheels = (hash: string): WheelSet => ({
  platforms: ['manylinux_2_27_x86_64'],
  packages: [{ name: 'ride-trial', version: '1.0', hashes: { cp312: hash } }],
  unpack: ['tensorflow/libtensorflow_cc.', 'tensorflow/include/tensorflow/c/'],
  downloadBytes: 1000,
  diskBytes: 1000,
})
const unpack = async (set: WheelSet) => unpackWheels(await findPython(), set, target, () => {})

test("a pinned wheel's wanted files are unpacked, for whatever Python is at hand, and the wheel is not kept", async () => {
  await unpack(wheels(sha256))
  expect(readdirSync(target, { recursive: true }).map(String).filter((name) => /\.(so\.2|h|py|whl|txt)$/.test(name)).sort()).toEqual([
    'tensorflow/include/tensorflow/c/c_api.h',
    'tensorflow/libtensorflow_cc.so.2',
  ])
})

test('a wheel that is not the pinned one is refused', async () => {
  await expect(unpack(wheels('0'.repeat(64)))).rejects.toThrow(/its SHA-256 differs.*pip config list.*run the command again\.$/)
  expect(existsSync(path.join(target, 'tensorflow'))).toBe(false)
})

test('an index without the wheel, and an index out of reach, are told with the remedy', async () => {
  vi.stubEnv('PIP_FIND_LINKS', target)
  await expect(unpack(wheels(sha256))).rejects.toThrow(/^TensorFlow could not be fetched: the package index that pip uses does not have it/)
  rmSync(path.join(target, 'wheels'), { recursive: true })
  vi.stubEnv('PIP_NO_INDEX', '')
  vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple')
  vi.stubEnv('PIP_CONFIG_FILE', os.devNull)
  await expect(unpack(wheels(sha256))).rejects.toThrow(/^TensorFlow could not be fetched: pip reached no package index; connect to the network/)
})
