/** Progress on stderr: a bar on a terminal, now and then a line anywhere else. */
import { Presets, SingleBar } from 'cli-progress'
import { safeText } from './safe.ts'

export interface Progress {
  /** `words` say what is being done, and how it goes. */
  show(done: number, total: number, words: string): void
  /** A line that stays, on a terminal; anywhere else one of the lines that come now and then. */
  note(words: string): void
  end(): void
}

const secondsBetweenLines = 4

export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? bar(stream) : lines(stream)
}

function bar(stream: NodeJS.WriteStream): Progress {
  let shown: SingleBar | undefined
  const end = (): void => {
    shown?.stop()
    shown = undefined
  }
  return {
    show(done, total, words) {
      const payload = { words: safeText(words) }
      if (shown) {
        shown.setTotal(Math.max(1, total))
        shown.update(done, payload)
        return
      }
      shown = new SingleBar({ stream, format: '{bar} {percentage} %  {words}', barsize: 24, hideCursor: true, clearOnComplete: true, gracefulExit: false }, Presets.shades_classic)
      shown.start(Math.max(1, total), done, payload)
    },
    note(words) {
      end()
      stream.write(`${safeText(words)}\n`)
    },
    end,
  }
}

function lines(stream: NodeJS.WriteStream): Progress {
  let saidAt = -Infinity
  const say = (words: string): void => {
    const now = performance.now()
    if (now - saidAt < secondsBetweenLines * 1000) return
    saidAt = now
    stream.write(`${safeText(words)}\n`)
  }
  return { show: (done, total, words) => say(`${words} (${done} of ${total})`), note: say, end: () => {} }
}
