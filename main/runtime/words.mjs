/** What set-up says while it works: always on stderr, so that a command's stdout stays its own. */

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** @param {number} bytes */
export function inWords(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`
}

/**
 * A line that lives while a stage does: it moves on a terminal, and is printed at the start and the end elsewhere.
 * @param {string} name
 * @param {string} doing
 */
export function stage(name, doing) {
  const startedMs = performance.now()
  const terminal = process.stderr.isTTY === true
  let width = 0
  /** @param {string} text */
  const draw = (text) => {
    process.stderr.write(`\r${text.padEnd(width)}`)
    width = text.length
  }
  if (terminal) draw(`${name}: ${doing}`)
  else say(`${name}: ${doing}`)
  return {
    /** @param {string} text */
    update: (text) => {
      if (terminal) draw(`${name}: ${text}`)
    },
    /** @param {string} text */
    done: (text) => {
      const line = `${name}: ${text} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`
      if (terminal) draw(line)
      say(terminal ? '' : line)
    },
    /** Leaves the line as it is, for the sentence that follows. */
    broken: () => {
      if (terminal) say('')
    },
  }
}
