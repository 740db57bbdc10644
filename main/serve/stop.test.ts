import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'

/** A program that hears one request and then never ends by itself. */
const program = `
import { hearStop } from ${JSON.stringify(path.join(import.meta.dirname, 'stop.ts'))}
setInterval(() => {}, 1000)
const stop = hearStop()
console.log('ready')
await stop.asked
console.log('closing')
`

it('ends at once with a word when it is asked a second time', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const asking = new Promise<NodeJS.Timeout>((resolve) => child.stdout.once('data', () => resolve(setInterval(() => child.kill('SIGINT'), 50))))
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1)
  clearInterval(await asking)
  expect(stderr).toMatch(/^Stopped at once: .*\n$/)
})
