import { spawn } from 'node:child_process'

/** A helper that fails does so at once; one that ends later was the browser itself, closed by its person. */
const failsWithinMs = 10_000

/**
 * Asks the system to show a link in the person's browser. Calls `failed` where nothing takes it. The helper may run the
 * browser in its own foreground, so nobody waits for its end, nor does it keep the program running.
 */
export function openBrowser(link: string, failed: () => void): void {
  const [program, ...rest] = process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open']
  const startedMs = performance.now()
  const child = spawn(program!, [...rest, link], { stdio: 'ignore', detached: true })
  child.once('error', failed)
  child.once('exit', (code) => {
    if (code !== 0 && performance.now() - startedMs < failsWithinMs) failed()
  })
  child.unref()
}
