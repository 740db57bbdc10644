/** Starts what decodes: a thread, or where that cannot be, a process of plain Node. */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { Failure } from '../../shared/failure.ts'
import type { Wire } from '../../shared/rpc.ts'
import { requireWhole, resourcesFolder } from '../packaged.ts'
import { childWire, laterWire, workerWire } from '../wires.ts'

export interface DecoderProgram {
  readonly wire: Wire
  /** Whether it keeps this program running that has nothing else to do. */
  hold(held: boolean): void
  end(): Promise<void>
}

/**
 * Electron on Linux is linked to the system's GLib, and sharp's libvips carries another one under the same names: in one
 * process, threads and utility processes included, decoding ends in a crash sooner or later. Plain Node is free of it.
 * @throws Failure `runtime-missing`
 */
export function startDecoder(entry: string): DecoderProgram {
  const start = (): DecoderProgram => (process.platform === 'linux' && process.versions['electron'] ? startProcess(entry, plainNode()) : startThread(entry))
  return resourcesFolder() ? startLater(requireWhole('decoder').then(start)) : start()
}

function startLater(starting: Promise<DecoderProgram>): DecoderProgram {
  return {
    wire: laterWire(starting.then(({ wire }) => wire)),
    hold(held) {
      starting.then((program) => program.hold(held), () => {})
    },
    end: () => starting.then((program) => program.end(), () => {}),
  }
}

export function startThread(entry: string): DecoderProgram {
  const worker = new Worker(entry)
  return {
    wire: workerWire(worker, 'The decoding thread'),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    end: async () => {
      await worker.terminate()
    },
  }
}

export function startProcess(entry: string, node: string): DecoderProgram {
  const child = fork(entry, [], { execPath: node, execArgv: [], env: environmentOf(node), serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  return {
    wire: childWire(child, 'The decoding process'),
    hold(held) {
      if (held) {
        child.ref()
        child.channel?.ref()
      } else {
        child.unref()
        child.channel?.unref()
      }
    },
    end() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

/** Variables such as NODE_OPTIONS would have a packaged program run what is no part of it: Electron's fuses shut them out, and so does this. */
function environmentOf(node: string): NodeJS.ProcessEnv {
  return node === packagedNode() ? Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_'))) : process.env
}

/** Beside the packaged program; else named by the environment, or the package of a development tree. */
function plainNode(): string {
  const candidates = resourcesFolder() ? [packagedNode()] : [process.env['RIDE_NODE'], installedNode()]
  const found = candidates.find((candidate) => candidate && existsSync(candidate))
  if (!found) throw new Failure('runtime-missing', 'Images cannot be decoded: no Node.js was found for it. Run npm run setup again, or set RIDE_NODE to the path of a node binary.')
  return found
}

function packagedNode(): string | undefined {
  const resources = resourcesFolder()
  return resources && path.join(resources, 'decoder', 'node')
}

function installedNode(): string | undefined {
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
  } catch {
    return undefined
  }
}
