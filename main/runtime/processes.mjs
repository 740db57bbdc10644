/** Starts programs and keeps what they say. */
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'

/** The last words of a program that are kept to tell what went wrong. */
const keptCharacters = 64 * 1024

/**
 * Runs a program to its end, or to this process's own. `code` is null where it could not be started, was killed or ran past its time.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function execute(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    const stop = () => child.kill()
    process.once('exit', stop)
    let output = ''
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-keptCharacters)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
    /** @param {number | null} code */
    const end = (code) => {
      clearTimeout(timer)
      process.removeListener('exit', stop)
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += error.message
      end(null)
    })
    child.on('close', end)
  })
}

/**
 * The first of the names that the PATH holds, as a full path.
 * @param {readonly string[]} names
 * @param {string | undefined} searchPath
 */
export function findProgram(names, searchPath = process.env['PATH']) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const name of names)
    for (const folder of (searchPath ?? '').split(path.delimiter))
      for (const ending of endings) {
        const file = path.resolve(folder, name + ending)
        if (folder !== '' && existsSync(file) && statSync(file).isFile()) return file
      }
  return null
}

/**
 * The words of a failed program that say why: its last line that speaks of an error, else its last line.
 * @param {string} output
 */
export function lastWords(output) {
  const lines = output.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  return lines.reverse().find((line) => /error|fatal/i.test(line)) ?? lines[0] ?? 'it said nothing'
}
