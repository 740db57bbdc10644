import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { bindingWords } from '../../main/services/fixtures/bound.ts'
import type { Home, Host } from './home.ts'

const ride = path.resolve(import.meta.dirname, '../../out/main/cli.cjs')
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe']

export function findChromium(): { readonly file?: string; readonly missing?: string } {
  const named = process.env['RIDE_CHROMIUM']
  const file = named ?? places.find((place) => existsSync(place))
  if (file !== undefined && existsSync(file)) return { file }
  return { missing: 'No Chromium was found, so the browser journey cannot run. Install the package "chromium", or name one in RIDE_CHROMIUM.' }
}

/** `serve` on a free port and a Chromium that opens its link. */
export async function startBrowserHost(home: Home): Promise<Host> {
  const { file } = findChromium()
  const [program, ...words] = [...bindingWords, process.execPath, ride, 'serve', '--no-open']
  const server = spawn(program!, words, { env: home.environment, stdio: ['ignore', 'pipe', 'inherit'] })
  const link = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve)
    server.once('exit', (code) => reject(new Error(`serve ended with exit code ${code} before it printed its link.`)))
  })
  const asRoot = process.getuid?.() === 0
  const browser = await chromium.launch({
    executablePath: file!,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...(asRoot ? ['--no-sandbox'] : [])],
    timeout: 60_000,
  })
  const context = await browser.newContext({ viewport: { width: 1360, height: 880 } })
  const page = await context.newPage()
  await page.goto(link)
  return {
    page,
    async close() {
      await browser.close()
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
    },
  }
}
