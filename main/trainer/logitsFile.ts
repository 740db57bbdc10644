/** Every expert's logits in a file, which is there once it is whole. */
import { closeSync, openSync, rmSync } from 'node:fs'
import { Failure } from '../../shared/failure.ts'
import { renameDurably, temporaryName } from '../atomic.ts'
import { writeAllSync } from '../writeAll.ts'

interface LogitsSize {
  readonly experts: number
  readonly images: number
  readonly classes: number
}

export interface LogitsFile {
  /** Of the images from place `from` on: by expert, [image][class]. */
  write(from: number, logits: readonly Float32Array[]): void
  /** Gives the file its name. */
  finish(): void
  /** Leaves nothing behind where it was not finished. */
  close(): void
}

/** float32 [expert][image][class], little-endian. @throws Failure `disk` */
export function openLogits(file: string, size: LogitsSize): LogitsFile {
  const temporary = temporaryName(file)
  const tried = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw new Failure('disk', `The logits could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }
  const handle = tried(() => openSync(temporary, 'w'))
  let finished = false
  return {
    write(from, logits) {
      for (const [expert, values] of logits.entries()) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
        const place = (expert * size.images + from) * size.classes * Float32Array.BYTES_PER_ELEMENT
        tried(() => writeAllSync(handle, bytes, place))
      }
    },
    finish() {
      tried(() => renameDurably(temporary, file))
      finished = true
    },
    close() {
      closeSync(handle)
      if (!finished) rmSync(temporary, { force: true })
    },
  }
}
