/** Progress on stderr: a bar on a terminal, now and then a line anywhere else. */
import { Presets, SingleBar } from 'cli-progress'
import { safeText } from './safe.ts'

export interface Progress {
  /** `words` say what is being done, and how it goes. */
  show(done: number, total: number, words: string): void
  /** A line that stays, wherever it is. */
  say(words: string): void
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
  const say = (words: string): void => {
    end()
    stream.write(`${safeText(words)}\n`)
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
    say,
    note: say,
    end,
  }
}

function lines(stream: NodeJS.WriteStream): Progress {
  let saidAt = -Infinity
  const say = (words: string): void => {
    saidAt = performance.now()
    stream.write(`${safeText(words)}\n`)
  }
  const note = (words: string): void => {
    if (performance.now() - saidAt >= secondsBetweenLines * 1000) say(words)
  }
  return { show: (done, total, words) => note(`${words} (${done} of ${total})`), say, note, end: () => {} }
}
