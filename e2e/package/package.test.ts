import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unpack, type Unpacked } from './unpacked.ts'

let unpacked: Unpacked
beforeAll(() => {
  if (process.platform === 'linux' && !process.env['DISPLAY']) throw new Error('There is no display, so the package cannot be tested. Run it under xvfb-run.')
  unpacked = unpack()
})
afterAll(() => unpacked.remove())

/** Its own sentence among Chromium's lines, which begin with a bracket. */
const sentences = (stderr: string): string[] => stderr.split('\n').filter((line) => line !== '' && !line.startsWith('['))

test('holds what it needs and nothing else', () => {
  const folder = path.dirname(unpacked.resources)
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  expect(entries.filter((name) => /\.(h|cc|map|ts|mts|cts|test\.\w+)$/.test(name))).toEqual([])
  expect(entries.filter((name) => lstatSync(path.join(folder, name)).isSymbolicLink())).toEqual([])
  for (const name of ['LICENSES.chromium.html', 'LICENSE.electron.txt', 'resources/LICENSE', 'resources/THIRD-PARTY.md', 'resources/THIRD-PARTY-NOTICES.txt']) expect(entries).toContain(name)
  const notices = readFileSync(path.join(unpacked.resources, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
  for (const name of ['vue-router', 'better-sqlite3', 'sharp', 'onnxruntime-web', '@tensorflow/tfjs-node-gpu']) expect(notices).toMatch(new RegExp(`^${name} \\d\\S+ \\(`, 'm'))
  for (const words of ['TensorFlow (Apache-2.0)', 'Node.js is licensed for use as follows', 'GNU LESSER GENERAL PUBLIC LICENSE']) expect(notices).toContain(words)
})

test('is fused', async () => {
  const wire = await getCurrentFuseWire(unpacked.program)
  const wanted = {
    RunAsNode: FuseState.DISABLE,
    EnableCookieEncryption: FuseState.ENABLE,
    EnableNodeOptionsEnvironmentVariable: FuseState.DISABLE,
    EnableNodeCliInspectArguments: FuseState.DISABLE,
    EnableEmbeddedAsarIntegrityValidation: FuseState.ENABLE,
    OnlyLoadAppFromAsar: FuseState.ENABLE,
    LoadBrowserProcessSpecificV8Snapshot: FuseState.DISABLE,
    GrantFileProtocolExtraPrivileges: FuseState.DISABLE,
  } as const
  // Electron before 29 has no fuse for the last.
  const known = Object.keys(wire).filter((key) => key !== 'version').length
  expect(known).toBeGreaterThanOrEqual(7)
  const names = Object.keys(wanted).slice(0, known) as (keyof typeof wanted)[]
  expect(Object.fromEntries(names.map((name) => [name, wire[FuseV1Options[name]]]))).toEqual(Object.fromEntries(names.map((name) => [name, wanted[name]])))
})

test('tests itself where there is nothing else of it, runs no code of others, and leaves nothing behind', () => {
  const canary = path.join(unpacked.home, '..', 'canary.cjs')
  const sung = path.join(unpacked.home, '..', 'sung')
  writeFileSync(canary, `require('node:fs').writeFileSync(${JSON.stringify(sung)}, process.argv.join(' '))`)
  const loose = path.join(unpacked.resources, 'app')
  mkdirSync(loose)
  writeFileSync(path.join(loose, 'package.json'), JSON.stringify({ main: canary }))

  const done = unpacked.run(['--self-test'], { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${canary}`, RIDE_NODE: canary })
  expect(done, done.stderr).toMatchObject({ code: 0 })
  const report = JSON.parse(done.stdout)
  expect(report).toMatchObject({ ok: true, failure: null, packaged: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  expect(report.steps.map(({ step, ok }: { step: string; ok: boolean }) => `${step} ${ok}`)).toEqual(['program', 'window', 'store', 'import', 'picture', 'train', 'export', 'close'].map((step) => `${step} true`))
  expect(report.steps.find(({ step }: { step: string }) => step === 'train').facts).toMatchObject({ steps: 2, tensorflow: expect.stringMatching(/^2\./), device: expect.any(String) })
  expect(existsSync(sung)).toBe(false)
  expect(readdirSync(unpacked.temporary)).toEqual([])
  // Chromium makes a folder for its certificates whatever it is told.
  expect(readdirSync(unpacked.home).filter((name) => name !== '.pki')).toEqual([])
})

test('starts with no debugger', () => {
  for (const word of ['--remote-debugging-port=9333', '--remote-debugging-pipe', '--inspect=9334', '--js-flags=--expose-gc']) {
    const done = unpacked.run([word, '--self-test'])
    expect({ ...done, stderr: sentences(done.stderr) }, word).toEqual({ code: 1, stdout: '', stderr: [expect.stringMatching(new RegExp(`^RIDE Workbench does not start with ${word.split('=')[0]}, .*Start it without\\.$`))] })
  }
})

/** Changes one bit of a file; the function that it returns puts it back. */
function alter(file: string): () => void {
  const place = path.join(unpacked.resources, file)
  const bytes = readFileSync(place)
  const altered = Buffer.from(bytes)
  altered[bytes.length - 1]! ^= 1
  writeFileSync(place, altered)
  return () => writeFileSync(place, bytes)
}

test('loads nothing that was altered, and says which file it was', () => {
  for (const [file, step] of [['decoder/decoder.cjs', 'import'], ['tensorflow/lib/napi-v8/tfjs_binding.node', 'train']] as const) {
    const report = path.join(unpacked.home, '..', 'report.json')
    const mend = alter(file)
    const done = unpacked.run([`--self-test=${report}`])
    mend()
    expect(done.code, file).toBe(1)
    expect(sentences(done.stderr).at(-1)).toMatch(new RegExp(`^The self-test failed at the step "${step}"\\. .*is not what was installed: .*${path.basename(file).replaceAll('.', '\\.')}\\.`))
    const { ok, steps } = JSON.parse(readFileSync(report, 'utf8'))
    expect({ ok, last: steps.at(-1) }).toMatchObject({ ok: false, last: { step, ok: false } })
    expect(readdirSync(unpacked.temporary)).toEqual([])
  }
})
