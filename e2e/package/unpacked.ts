/** The packed program unpacked in a folder of its own, and started there as on a machine that has nothing else of it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const dist = path.resolve(import.meta.dirname, '../../dist')

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Unpacked {
  readonly program: string
  readonly resources: string
  /** Empty when nothing was left behind. */
  readonly home: string
  readonly temporary: string
  /** Runs the program to its end. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Ended
  remove(): void
}

export function unpack(): Unpacked {
  const packed = existsSync(dist) ? readdirSync(dist).filter((name) => name.endsWith('.tar.gz')) : []
  if (packed.length !== 1) throw new Error(`One .tar.gz was expected in ${dist}, and there are ${packed.length}. Run npm run package.`)
  const work = mkdtempSync(path.join(tmpdir(), 'ride-package-'))
  execFileSync('tar', ['-xzf', path.join(dist, packed[0]!), '-C', work])
  const folder = path.join(work, packed[0]!.replace('.tar.gz', ''))
  const resources = path.join(folder, 'resources')
  const program = path.join(folder, 'ride-workbench')
  const [home, temporary] = ['home', 'tmp'].map((name) => path.join(work, name)) as [string, string]
  for (const made of [home, temporary]) mkdirSync(made)
  // An Electron that stands in for a current one is told what to start, and Chromium's sandbox refuses to run as root.
  const before = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...['product.asar'].map((name) => path.join(resources, name)).filter((file) => existsSync(file))]
  const { PATH = '', DISPLAY = '', XAUTHORITY = '' } = process.env
  return {
    program,
    resources,
    home,
    temporary,
    run(args, environment = {}) {
      const done = spawnSync(program, [...before, '--disable-gpu', ...args], {
        cwd: work,
        encoding: 'utf8',
        timeout: 200_000,
        killSignal: 'SIGKILL',
        env: { PATH, DISPLAY, XAUTHORITY, HOME: home, TMPDIR: temporary, ...environment },
      })
      return { code: done.status, stdout: done.stdout, stderr: done.stderr }
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  }
}
