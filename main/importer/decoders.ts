/** A pool of decoding threads: a file that kills one costs that file, not the program. */
import { cpus } from 'node:os'
import { Failure } from '../../shared/failure.ts'
import { connect, type Answer, type Asked, type CommandName, type Connection } from '../../shared/rpc.ts'
import { entryFile } from '../entries.ts'
import type { DecoderContract, Exif, Fit, Inspection } from './contract.ts'
import { startDecoder, type DecoderProgram } from './spawn.ts'

export interface Decoders {
  /** How many files are worth asking for at a time. */
  readonly count: number
  /** Whether nothing is asked of them. */
  isIdle(): boolean
  /** Reads the whole file: format, size as seen, content hash. Rejects with `unreadable` where any of it cannot be decoded. */
  inspect(file: string): Promise<Inspection>
  /** What the camera wrote into the file, bounded and safe to show. */
  exif(file: string): Promise<Exif>
  /** uint8 [size, size, 3], sRGB. */
  pixels(file: string, size: number, fit: Fit): Promise<Uint8Array>
  /** A WebP that fits into maxSide x maxSide, never enlarged. */
  picture(file: string, maxSide: number): Promise<Uint8Array>
  /** Ends the threads; what they still work on rejects with `closed`. */
  close(): Promise<void>
}

interface Thread {
  readonly program: DecoderProgram
  readonly connection: Connection<DecoderContract>
  dead: boolean
}

interface Job {
  run(thread: Thread): Promise<void>
  fail(failure: Failure): void
}

/** In a row: files that kill a thread lie among files that do not, a program that is broken reads none. */
const maxRestarts = 3

/**
 * Threads start with the first file and end with `close`.
 * @param startProgram how a thread is started, for trying out how the pool takes its death
 */
export function openDecoders(count = Math.max(1, Math.min(4, cpus().length)), startProgram = (): DecoderProgram => startDecoder(entryFile('decoder'))): Decoders {
  const idle: Thread[] = []
  const threads = new Set<Thread>()
  const jobs: Job[] = []
  let running = 0
  let deaths = 0
  let closed: Failure | undefined
  // Very large images go one after the other, so that the memory they need is that of one.
  let lastLarge: Promise<unknown> = Promise.resolve()

  const start = (): Thread => {
    const program = startProgram()
    // The pool must not keep a program running that has nothing else to do.
    program.hold(false)
    const thread: Thread = { program, connection: connect<DecoderContract>(program.wire), dead: false }
    threads.add(thread)
    program.wire.onClose(() => {
      thread.dead = true
      threads.delete(thread)
      if (closed) return
      deaths += 1
      const at = idle.indexOf(thread)
      if (at >= 0) idle.splice(at, 1)
      if (deaths > maxRestarts) end(new Failure('internal', `Images cannot be decoded any more: the decoding thread ended unexpectedly ${deaths} times in a row. Start the program again.`))
    })
    return thread
  }

  const end = (reason: Failure): void => {
    closed ??= reason
    for (const job of jobs.splice(0)) job.fail(closed)
  }

  const next = (): void => {
    // The pool's end takes every job away.
    while (jobs.length > 0 && running < count) {
      const job = jobs.shift()!
      let thread: Thread
      try {
        thread = idle.pop() ?? start()
      } catch (error) {
        job.fail(Failure.from(error))
        continue
      }
      running += 1
      thread.program.hold(true)
      void job.run(thread).then(() => {
        running -= 1
        thread.program.hold(false)
        if (!thread.dead) idle.push(thread)
        next()
      })
    }
  }

  const ask = <K extends CommandName<DecoderContract>>(command: K, input: Asked<DecoderContract, K>): Promise<Answer<DecoderContract, K>> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closed)
      const answered = (answer: Answer<DecoderContract, K>): void => {
        deaths = 0
        resolve(answer)
      }
      jobs.push({
        run: (thread) =>
          thread.connection.call(command, input).then(answered, (error: unknown) => {
            const failure = Failure.from(error)
            // A refusal is an answer too: whoever gives it is alive.
            if (failure.code !== 'closed') deaths = 0
            // The pool's own end explains more than the thread's; a thread that died alone died of this file.
            if (failure.code !== 'closed') reject(failure)
            else reject(closed ?? new Failure('unreadable', 'The decoding thread ended while reading this file.'))
          }),
        fail: reject,
      })
      next()
    })

  const decode = async <K extends CommandName<DecoderContract>>(command: K, input: Omit<Asked<DecoderContract, K>, 'alone'>): Promise<Answer<DecoderContract, K>> => {
    try {
      return await ask(command, { ...input, alone: false } as Asked<DecoderContract, K>)
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'busy')) throw error
      const turn = lastLarge.then(() => ask(command, { ...input, alone: true } as Asked<DecoderContract, K>))
      lastLarge = turn.catch(() => {})
      return turn
    }
  }

  return {
    count,
    isIdle: () => running === 0 && jobs.length === 0,
    inspect: (file) => decode('inspect', { file }),
    exif: (file) => ask('exif', { file }),
    pixels: (file, size, fit) => decode('pixels', { file, size, fit }),
    picture: (file, maxSide) => decode('picture', { file, maxSide }),
    async close() {
      end(new Failure('closed', 'The program is closing.'))
      await Promise.all([...threads].map((thread) => thread.program.end()))
    },
  }
}
