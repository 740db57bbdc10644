/** What set-up runs once everything is ready. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { say } from '../../main/runtime/words.mjs'
import { electronIsReady, electronProgram, noSandboxBecause, noWindowBecause } from './electron.mjs'
import { nodeProgram } from './packages.mjs'

/**
 * Runs a program in the foreground, waits for it whatever signal comes, and returns its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} root
 * @param {string} [folder] where it runs; the user's own where left out
 * @returns {Promise<number>}
 */
function foreground(command, args, root, folder) {
  return new Promise((resolve, reject) => {
    const bin = path.join(root, 'node_modules', '.bin')
    const child = spawn(command, args, {
      cwd: folder ?? process.env['INIT_CWD'] ?? process.cwd(),
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
      stdio: 'inherit',
    })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => {
        // Ctrl+C reaches the program from the terminal already; a second one would cut its closing short.
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
      })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? 128 + (os.constants.signals[signal ?? 'SIGKILL'] ?? 0)))
  })
}

/** @param {string} root @param {readonly string[]} args */
export function start(root, args) {
  const reason = noWindowBecause() ?? (electronIsReady(root) ? noSandboxBecause(root) : "Electron's program could not be had (npm run setup -- --electron tries again)")
  if (reason === null) return foreground(electronProgram(root), [root, ...args], root)
  say(`${reason}: the workbench opens in the browser instead.`)
  return ride(root, ['serve', ...args])
}

/** @param {string} root @param {readonly string[]} args */
export function ride(root, args) {
  return foreground(nodeProgram(root), [path.join(root, 'out', 'main', 'cli.cjs'), ...args], root)
}

/** @param {string} root @param {readonly string[]} args */
export function bench(root, args) {
  return foreground(nodeProgram(root), [path.join(root, 'scripts', 'bench.mjs'), ...args], root)
}

/** @param {string} root @param {readonly string[]} args */
export function benchMemory(root, args) {
  return foreground(nodeProgram(root), [path.join(root, 'scripts', 'bench', 'memory.ts'), ...args], root)
}

/** @param {string} root @param {readonly string[]} args */
export function benchUi(root, args) {
  return foreground(nodeProgram(root), [path.join(root, 'scripts', 'bench', 'ui.ts'), ...args], root)
}

/** @param {string} root @param {readonly string[]} args */
export function makePackage(root, args) {
  return foreground(nodeProgram(root), [path.join(root, 'scripts', 'package.mjs'), ...args], root, root)
}

/** Vitest's counts of the unit tests and of the journey in the browser. */
const reports = ['out/test/unit.json', 'out/test/journey.json']

/**
 * Types, lint, walls and unused code, unit and parity tests, the browser journey: all of them, each after the one
 * before passed. With arguments, only the unit tests that they name.
 * @param {string} root
 * @param {readonly string[]} args
 */
export async function test(root, args) {
  for (const report of reports) rmSync(path.join(root, report), { force: true })
  const node = nodeProgram(root)
  const vitest = [path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run']
  if (args.length > 0) return foreground(node, [...vitest, ...args], root, root)
  const code =
    (await npmScript(root, 'check')) ||
    (await foreground(node, [...vitest, '--reporter=default', '--reporter=json', `--outputFile.json=${reports[0]}`], root, root)) ||
    (await npmScript(root, 'test:browser'))
  summarise(root)
  return code
}

/** @param {string} root @param {string} name */
function npmScript(root, name) {
  const script = process.env['npm_execpath']
  return script?.endsWith('.js') ? foreground(nodeProgram(root), [script, 'run', name], root, root) : foreground('npm', ['run', name], root, root)
}

/** One line with the tests of both kinds, where both were counted. @param {string} root */
function summarise(root) {
  const files = reports.map((report) => path.join(root, report))
  if (!files.every((file) => existsSync(file))) return
  const counts = files.map((file) => JSON.parse(readFileSync(file, 'utf8')))
  /** @param {'numPassedTests' | 'numFailedTests'} name */
  const sum = (name) => counts.reduce((total, count) => total + count[name], 0)
  process.stdout.write(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed\n`)
}
