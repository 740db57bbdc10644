/**
 * Builds the program: build.mjs [--electron22]
 *
 * Main-process programs become CommonJS bundles beside their native packages; the window's page is built by Vite.
 * `--electron22` builds for the old Electron that tests may have to make do with, into a folder of its own.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build as bundle } from 'esbuild'
import { build as buildPage } from 'vite'
import { notices } from './notices.mjs'

const root = path.resolve(import.meta.dirname, '..')
const old = process.argv.includes('--electron22')
const out = path.join(root, old ? 'out/electron22' : 'out')
const external = ['electron', 'better-sqlite3', 'sharp', '@tensorflow/tfjs-node-gpu', 'onnxruntime-web']

const programs = {
  main: 'main/main.ts',
  cli: 'main/cli.ts',
  trainer: 'main/trainer/entry.ts',
  decoder: 'main/importer/decoder.ts',
}

for (const folder of ['main', 'renderer']) rmSync(path.join(out, folder), { recursive: true, force: true })

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: path.join(out, 'main'),
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: old ? 'node16' : 'node24',
  external,
  sourcemap: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
}
const { metafile } = await bundle({
  ...common,
  entryPoints: programs,
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'bundleUrl', RIDE_BUNDLED: 'true' },
})
// Sandboxed, the preload can require nothing but electron.
await bundle({ ...common, entryPoints: { preload: 'main/shell/preload.ts' } })

const built = await buildPage({
  configFile: path.join(root, 'renderer/vite.config.ts'),
  root: path.join(root, 'renderer'),
  logLevel: 'warn',
  build: { outDir: path.join(out, 'renderer'), emptyOutDir: true, target: old ? 'chrome108' : 'chrome140' },
})

const chunks = [built].flat().flatMap((page) => ('output' in page ? page.output : []))
const pageFiles = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
writeFileSync(path.join(out, 'THIRD-PARTY-NOTICES.txt'), notices(root, [...Object.keys(metafile?.inputs ?? {}), ...pageFiles]))

if (old) {
  // That Electron is given this folder as its app, which needs a manifest of its own.
  const { name, productName, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  writeFileSync(path.join(out, 'package.json'), JSON.stringify({ name, productName, version, main: 'main/main.cjs' }))
}
