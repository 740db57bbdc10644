/** `ride serve` as a program of its own, on the built page, with a system whose browser runs in the helper's foreground. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'

const place = mkdtempSync(path.join(tmpdir(), 'ride-serve-'))
const started: ChildProcess[] = []
afterAll(() => {
  for (const program of started) program.kill('SIGKILL')
  rmSync(place, { recursive: true, force: true })
})

/** @param opener the shell program that stands for xdg-open */
function serve(words: readonly string[], opener = 'exit 0') {
  const bin = mkdtempSync(path.join(place, 'bin-'))
  writeFileSync(path.join(bin, 'xdg-open'), `#!/bin/sh\n${opener}\n`, { mode: 0o755 })
  const program = spawn(process.execPath, [path.join(import.meta.dirname, '../cli.ts'), 'serve', ...words], {
    env: { ...process.env, RIDE_USER_DIR: path.join(place, 'user'), PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(program)
  const heard = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    program[name]!.setEncoding('utf8').on('data', (text: string) => {
      heard[name] += text
      for (const look of waiting) look()
    })
  return {
    program,
    heard,
    says: (name: 'stdout' | 'stderr', wanted: RegExp) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (wanted.test(heard[name])) resolve()
        }
        waiting.add(look)
        look()
      }),
    ended: new Promise<number | string | null>((resolve) => program.once('close', (code, signal) => resolve(code ?? signal))),
  }
}

it('a folder that holds no project is said at once', async () => {
  for (const [folder, words] of [[path.join(place, 'nowhere'), /cannot be found/], [place, /holds no project/]] as const) {
    const { heard, ended } = serve([folder, '--no-open'])
    expect(await ended).toBe(1)
    expect(heard).toEqual({ stdout: '', stderr: expect.stringMatching(words) })
  }
})

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends in order at %s while the browser it opened still runs', async (signal) => {
  const opened = path.join(place, `opened-${signal}`)
  const { program, heard, says, ended } = serve([], `echo $$ "$1" > ${opened}.new; mv ${opened}.new ${opened}; echo >&2; exec sleep 60`)
  await says('stdout', /token=/)
  await expect.poll(() => readable(opened), { timeout: 20_000 }).toContain('token=')
  const [pid, link] = readFileSync(opened, 'utf8').trim().split(' ') as [string, string]
  try {
    expect(link, 'a link of its own, which can expire').not.toBe(heard.stdout.trim())
    program.kill(signal)
    expect(await ended).toBe(0)
  } finally {
    process.kill(Number(pid), 'SIGKILL')
  }
})

it('says so where no browser can be opened, and its link still works', async () => {
  const { program, heard, says, ended } = serve([], 'exit 3')
  await says('stderr', /No browser could be opened here: open the link above\./)
  const entered = await fetch(heard.stdout.trim(), { redirect: 'manual' })
  expect(entered.status).toBe(303)
  program.kill('SIGTERM')
  expect(await ended).toBe(0)
})

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
