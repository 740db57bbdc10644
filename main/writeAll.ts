/** A write may take a part of what it is given, as on a disk that fills up, and only says how much; these go on until all is written. */
import { writeSync } from 'node:fs'

/** What is needed of `fs.promises`' FileHandle. */
interface Writable {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>
}

export async function writeAll(file: Writable, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
}

/** @param position where the bytes go; after what was written last where it is left out */
export function writeAllSync(descriptor: number, bytes: Uint8Array, position?: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, position === undefined ? null : position + done)
}
