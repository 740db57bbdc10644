/** setup.mjs in a clone of its own, on machines that lack something: one sentence, exit 1, nothing half-installed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findProgram } from '../../main/runtime/processes.mjs'

const root = path.resolve(import.meta.dirname, '../..')
/** A port that nothing listens on. */
const nowhere = 'http://127.0.0.1:9/'
let work = ''
let bare = ''
let withPackages = ''

/** The tree that a clone has; its packages, where wanted, are those of this one. */
function clone(name: string): string {
  const folder = path.join(work, name)
  mkdirSync(path.join(folder, 'scripts'), { recursive: true })
  for (const file of ['setup.mjs', 'package.json', 'package-lock.json']) copyFileSync(path.join(root, file), path.join(folder, file))
  for (const tree of ['main/runtime', 'scripts/setup']) cpSync(path.join(root, tree), path.join(folder, tree), { recursive: true })
  return folder
}

function linkPackages(folder: string): void {
  const from = path.join(root, 'node_modules')
  const to = path.join(folder, 'node_modules')
  const binding = path.join('@tensorflow', 'tfjs-node-gpu')
  mkdirSync(path.join(to, '@tensorflow'), { recursive: true })
  for (const name of readdirSync(from)) if (name !== '@tensorflow' && !name.startsWith('.ride')) symlinkSync(path.join(from, name), path.join(to, name))
  for (const part of ['package.json', 'scripts', 'binding']) cpSync(path.join(from, binding, part), path.join(to, binding, part), { recursive: true })
  const lock = createHash('sha256').update(readFileSync(path.join(folder, 'package-lock.json'))).digest('hex')
  writeFileSync(path.join(to, '.ride-packages'), `${lock} ${process.platform}-${process.arch}\n`)
}

/** A PATH with these programs alone. */
function only(...programs: string[]): string {
  const folder = mkdtempSync(path.join(work, 'path-'))
  for (const name of programs) {
    // A Python that is a script of a version manager needs more than itself.
    const program = name === 'python3' ? execFileSync(name, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim() : findProgram([name])
    if (program === null) throw new Error(`${name} is needed for this test`)
    symlinkSync(program, path.join(folder, name))
  }
  return folder
}

function setup(folder: string, environment: NodeJS.ProcessEnv, { target = 'ready', args = [] as readonly string[], pretend = '' } = {}) {
  const imports = pretend === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`]
  const done = spawnSync(process.execPath, [...imports, path.join(folder, 'setup.mjs'), target, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 100_000,
    env: { HOME: work, PATH: process.env['PATH'] ?? '', RIDE_RUNTIME_VARIANT: 'cpu', TFJS_NODE_BASE_URI: nowhere, RIDE_RUNTIME_DIR: path.join(work, 'runtimes'), ...environment },
  })
  return { code: done.status, stdout: done.stdout, stderr: done.stderr, sentence: done.stderr.trim().split('\n').at(-1) ?? '' }
}

beforeAll(() => {
  work = mkdtempSync(path.join(os.tmpdir(), 'ride-setup-'))
  bare = clone('bare')
  withPackages = clone('with-packages')
  linkPackages(withPackages)
})
afterAll(() => rmSync(work, { recursive: true }))
beforeEach(() => rmSync(path.join(work, 'runtimes'), { recursive: true, force: true }))

/** No set-up that failed may leave a runtime, a part of one, or its lock. */
function expectNothingInstalled(): void {
  const runtimes = path.join(work, 'runtimes')
  expect(existsSync(runtimes) ? readdirSync(runtimes) : []).toEqual([])
  expect(existsSync(path.join(withPackages, 'out', '.ride-setup-lock'))).toBe(false)
}

test('an old Node, an unknown system and an unknown target', () => {
  const old = setup(bare, {}, { pretend: "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })" })
  expect(old).toMatchObject({ code: 1, sentence: expect.stringMatching(/^Set-up cannot go on\. Node\.js 20 or newer is needed, and this is 18\.20\.4: install/) })
  const arm = setup(withPackages, {}, { pretend: "Object.defineProperty(process, 'arch', { value: 'riscv64' })" })
  expect(arm).toMatchObject({ code: 1, sentence: expect.stringContaining('Linux x64, macOS and Windows x64, and this is linux-riscv64') })
  expect(setup(bare, {}, { target: 'fly' })).toMatchObject({ code: 1, sentence: expect.stringContaining('There is no fly: name one of start, test, ride, bench, bench:memory, bench:ui, package, ready') })
})

test('no registry for the packages', () => {
  const done = setup(bare, { npm_config_registry: nowhere, npm_config_fetch_retries: '0', npm_config_cache: path.join(work, 'npm-cache') })
  expect(done).toMatchObject({ code: 1, stdout: '', sentence: expect.stringContaining('npm reached no registry; connect to the network') })
  expect(existsSync(path.join(bare, 'node_modules', '.ride-packages'))).toBe(false)
})

test('no npm', () => {
  expect(setup(bare, { PATH: only('python3') })).toMatchObject({ code: 1, sentence: expect.stringContaining('npm was not found on the PATH') })
})

test('no Python', () => {
  const done = setup(withPackages, { PATH: only('g++') })
  expect(done).toMatchObject({ code: 1, stdout: '', sentence: expect.stringMatching(/Python 3 was not found.*apt-get install python3 python3-pip/) })
  expectNothingInstalled()
})

test('what a command can do is told without TensorFlow', () => {
  const folder = clone('for-help')
  linkPackages(folder)
  const echo = "console.log(process.argv.slice(2).join(' '))"
  writeFileSync(path.join(folder, 'scripts', 'build.mjs'), `import { mkdirSync, writeFileSync } from 'node:fs'; mkdirSync('out/main', { recursive: true }); writeFileSync('out/main/cli.cjs', ${JSON.stringify(echo)})`)
  const environment = { PATH: only('g++') }
  for (const args of [['--help'], ['--version'], ['help', 'train'], ['labels', 'import', '--help']]) {
    expect(setup(folder, environment, { target: 'ride', args })).toMatchObject({ code: 0, stdout: `${args.join(' ')}\n` })
  }
  expect(setup(folder, environment, { target: 'ride', args: ['devices'] })).toMatchObject({ code: 1, stdout: '', sentence: expect.stringContaining('Python 3 was not found') })
  expectNothingInstalled()
})

test('a Python without pip', () => {
  const environment = path.join(work, 'without-pip')
  expect(spawnSync('python3', ['-m', 'venv', '--without-pip', environment]).status).toBe(0)
  const done = setup(withPackages, { PATH: `${path.join(environment, 'bin')}${path.delimiter}${only('g++')}` })
  expect(done).toMatchObject({ code: 1, sentence: expect.stringMatching(/python3 has no pip.*apt-get install python3-pip/) })
  expectNothingInstalled()
})

test('no compiler is told before anything is fetched', () => {
  const done = setup(withPackages, { PATH: only('python3'), PIP_INDEX_URL: nowhere })
  expect(done).toMatchObject({ code: 1, sentence: expect.stringMatching(/No C\+\+ compiler was found.*apt-get install g\+\+/) })
  expectNothingInstalled()
})

test('no package index for TensorFlow', () => {
  const done = setup(withPackages, { PIP_CONFIG_FILE: os.devNull, PIP_INDEX_URL: `${nowhere}simple`, PIP_FIND_LINKS: '' })
  expect(done).toMatchObject({ code: 1, sentence: expect.stringContaining('pip reached no package index; connect to the network') })
  expectNothingInstalled()
})

/** As a file system with so many bytes free tells it. */
const withFree = (bytes: number) => `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; fs.statfsSync = () => ({ bavail: ${bytes}, bsize: 1 }); syncBuiltinESMExports()`

test('too little room for CUDA is no hindrance where the CPU build fits', () => {
  const cuda = { RIDE_RUNTIME_VARIANT: 'cuda', PIP_CONFIG_FILE: os.devNull, PIP_INDEX_URL: `${nowhere}simple`, PIP_FIND_LINKS: '' }
  const done = setup(withPackages, cuda, { pretend: withFree(3e9) })
  expect(done.stderr).toMatch(/has 3\.0 GB free, and 6\.5 GB are needed[^]*trying the cpu wheels instead/)
  expect(done).toMatchObject({ code: 1, sentence: expect.stringContaining('pip reached no package index') })
  const full = setup(withPackages, cuda, { pretend: withFree(1e8) })
  expect(full).toMatchObject({ code: 1, sentence: expect.stringMatching(/^Set-up cannot go on\. The disk of .* has 100 MB free, and 1\.\d GB are needed for installing TensorFlow/) })
  expect(full.stderr, 'told before anything is tried').not.toContain('instead')
  expectNothingInstalled()
})

test('a cache folder that cannot be written to', () => {
  const file = path.join(work, 'a-file')
  writeFileSync(file, '')
  const done = setup(withPackages, { RIDE_RUNTIME_DIR: path.join(file, 'below') })
  expect(done).toMatchObject({ code: 1, sentence: expect.stringMatching(/a-file.below cannot be written to \(ENOTDIR\): make it writable or name another folder in RIDE_RUNTIME_DIR/) })
  expect(lstatSync(file).size).toBe(0)
})
