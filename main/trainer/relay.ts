import { createInterface } from 'node:readline'

/** What TensorFlow's libraries say when they load, whatever level of logging is set. */
const idleTalk = /^(WARNING: All log messages before absl::InitializeLog\(\)|I\d{4} )/

/** Passes on what a trainer process says on stderr, less what its libraries say of themselves. */
export function relayErrors(stderr: NodeJS.ReadableStream): void {
  createInterface({ input: stderr }).on('line', (line) => {
    if (!idleTalk.test(line)) console.error(line)
  })
}
