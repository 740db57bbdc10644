import { spawn } from 'node:child_process'

/** Asks the system to show a link in the person's browser. Resolves to whether something took it. */
export function openBrowser(link: string): Promise<boolean> {
  const [program, ...rest] = process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(program!, [...rest, link], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
    child.unref()
  })
}
