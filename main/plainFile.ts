/**
 * Files read without waiting for anybody: a pipe in a file's place keeps whoever opens it as usual for ever, and what was
 * looked at before it was opened may be another thing by then.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Windows has no such flag, and no pipes among its files. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens it for reading. Undefined where something else than a file lies there.
 * @throws what the system says where it cannot be opened
 */
export function openPlain(file: string): number | undefined {
  const opened = openSync(file, withoutWaiting)
  if (fstatSync(opened).isFile()) return opened
  closeSync(opened)
  return undefined
}

/** The whole of it, or undefined and the same as of `openPlain`. */
export function readPlain(file: string): Buffer<ArrayBuffer> | undefined {
  const opened = openPlain(file)
  if (opened === undefined) return undefined
  try {
    return readFileSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** The same while others have their turns. */
export async function readPlainInTurns(file: string): Promise<Buffer<ArrayBuffer> | undefined> {
  const opened = await open(file, withoutWaiting)
  try {
    return (await opened.stat()).isFile() ? await opened.readFile() : undefined
  } finally {
    await opened.close()
  }
}
