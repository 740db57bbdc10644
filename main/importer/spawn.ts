/** Starts what decodes: a thread, or where that cannot be, a process of plain Node. */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { Failure } from '../../shared/failure.ts'
import type { Wire } from '../../shared/rpc.ts'
import { childWire, workerWire } from '../wires.ts'

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
  return process.platform === 'linux' && process.versions['electron'] ? startProcess(entry, plainNode()) : startThread(entry)
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
  // Plain Node reads no archive of Electron's; packaged, the program lies beside it too.
  const file = entry.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
  const child = fork(file, [], { execPath: node, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
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

/** Beside the packaged program, named by the environment, or the package of a development tree. */
function plainNode(): string {
  const { resourcesPath } = process as typeof process & { readonly resourcesPath?: string }
  const candidates = [process.env['RIDE_NODE'], resourcesPath && path.join(resourcesPath, 'node'), packagedNode()]
  const found = candidates.find((candidate) => candidate && existsSync(candidate))
  if (!found) throw new Failure('runtime-missing', 'Images cannot be decoded: no Node.js was found beside the program. Install the program again, or set RIDE_NODE to the path of a node binary.')
  return found
}

function packagedNode(): string | undefined {
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
  } catch {
    return undefined
  }
}
