import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openParts } from '../../main/parts.ts'
import { contents } from './contents.mjs'
import { localElectron } from './electron.mjs'
import { stage } from './stage.mjs'

const root = path.resolve(import.meta.dirname, '../..')
let work: string
beforeEach(() => {
  work = mkdtempSync(path.join(tmpdir(), 'ride-stage-'))
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(work, file)), { recursive: true })
  writeFileSync(path.join(work, file), text)
}

const below = (folder: string): string[] => readdirSync(path.join(work, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(path.join(work, folder), path.join(entry.parentPath, entry.name)))

/** What is built and installed here stands in small; the packages are the real ones. */
async function staged(platform: NodeJS.Platform): Promise<void> {
  for (const name of ['main', 'preload', 'trainer', 'decoder', 'cli']) write(`built/main/${name}.cjs`, name)
  for (const file of ['index.html', 'assets/a.js', 'assets/a.js.map']) write(`built/renderer/${file}`, file)
  for (const file of ['addon/tfjs_binding.node', 'tensorflow/libtensorflow_cc.so.2', 'tensorflow/include/tensorflow/c/c_api.h', 'manifest.json', ...(platform === 'win32' ? ['tensorflow/tensorflow.dll'] : [])]) write(`runtime/${file}`, file)
  await stage(path.join(work, 'package'), contents({ root, built: path.join(work, 'built'), runtime: path.join(work, 'runtime'), platform, arch: 'x64' }), { manifest: { name: 'x' }, notices: 'licences' })
}

test('the archive holds programs and page, and what lies beside it is listed with its hash', async () => {
  await staged('linux')
  const app = below('package/app')
  expect(app.filter((file) => !file.startsWith('node_modules/')).sort()).toEqual(['out/main/main.cjs', 'out/main/parts.json', 'out/main/preload.cjs', 'out/main/trainer.cjs', 'out/renderer/assets/a.js', 'out/renderer/index.html', 'package.json'])
  expect(app.filter((file) => file.endsWith('.node'))).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node'])
  expect(below('package/resources/onnx').filter((file) => file.includes('onnxruntime-web')).sort()).toEqual(['dist/ort-wasm-simd-threaded.mjs', 'dist/ort-wasm-simd-threaded.wasm', 'dist/ort.node.min.js', 'package.json'].map((file) => `node_modules/onnxruntime-web/${file}`))
  expect(below('package/resources/tensorflow').sort()).toEqual(['deps/lib/libtensorflow_cc.so.2', 'lib/napi-v8/tfjs_binding.node'])
  expect(below('package/resources/decoder')).toEqual(expect.arrayContaining(['node', 'decoder.cjs', 'node_modules/sharp/package.json', 'node_modules/detect-libc/package.json']))
  expect([...app, ...below('package/resources')].filter((file) => /\.(map|h|cc|d\.ts|d\.cts)$/.test(file))).toEqual([])

  const list = JSON.parse(readFileSync(path.join(work, 'package/app/out/main/parts.json'), 'utf8'))
  expect(list.tensorflow['lib/napi-v8/tfjs_binding.node']).toBe(createHash('sha256').update('addon/tfjs_binding.node').digest('hex'))
  const parts = openParts((part) => path.join(work, 'package/resources', part), { ...list, store: {} })
  for (const part of ['decoder', 'onnx', 'tensorflow'] as const) await parts.requireWhole(part)
})

test("Windows finds TensorFlow's library beside the addon, and decodes in a thread", async () => {
  await staged('win32')
  expect(below('package/resources/tensorflow')).toEqual(expect.arrayContaining(['lib/napi-v8/tensorflow.dll']))
  expect(below('package/resources/decoder')).not.toContain('node')
})

test('an Electron at hand tells its version by a file, or by what it says to servers', () => {
  expect(() => localElectron(work)).toThrow(/there is no Electron in it: name the folder/)
  write('electron', `${'x'.repeat(100)}Mozilla/5.0 Chrome/108.0 Electron/22.3.25 Safari`)
  expect(localElectron(work)).toEqual({ folder: work, version: '22.3.25', isOld: true, isStandIn: false })
  write('version', 'v45.4.1\n')
  expect(localElectron(work)).toMatchObject({ version: '45.4.1', isOld: false })
  write('electron.bin', '')
  write('resources/app/package.json', '{}')
  expect(localElectron(work)).toMatchObject({ isStandIn: true })
})

test('the package names no page and no mailbox that could be somebody else’s', () => {
  const settings = readFileSync(path.join(root, 'electron-builder.yml'), 'utf8').replaceAll(/#.*$/gm, '')
  const hosts = [...settings.matchAll(/(?:@|https?:\/\/)([\w.-]+)/g)].map(([, host]) => host!)
  expect(hosts.length).toBeGreaterThan(1)
  expect(hosts.filter((host) => !host.endsWith('.invalid'))).toEqual([])
})
