import type { WebSocket } from 'ws'
import { Failure } from '../../shared/failure.ts'
import type { Wire } from '../../shared/rpc.ts'
import { closing } from '../wires.ts'

/** What a browser that stopped reading may have waiting before it is let go. */
const backlogBytesAllowed = 64 * 2 ** 20

/** To a browser: JSON text messages over a WebSocket. */
export function socketWire(socket: WebSocket): Wire {
  const close = closing()
  socket.once('close', () => close.with(new Failure('closed', 'The browser closed the connection.')))
  // The close that follows every error says what there is to say.
  socket.on('error', () => {})
  return {
    post: (message) => {
      if (socket.bufferedAmount > backlogBytesAllowed) socket.terminate()
      else socket.send(JSON.stringify(message))
    },
    on: (listener) => {
      const heard = (data: unknown, isBinary: boolean): void => {
        const message = isBinary ? undefined : parse(String(data))
        if (message === undefined) socket.close(1007, 'expected JSON text')
        else listener(message)
      }
      socket.on('message', heard)
      return () => socket.off('message', heard)
    },
    onClose: close.heard,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
