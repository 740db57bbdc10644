/** How the window reaches main: the preload's bridge on the desktop, a WebSocket in a browser. */
import { Failure } from '../shared/failure.ts'
import type { Wire } from '../shared/rpc.ts'

/** The desktop's wire lives as long as the window. */
export function bridgeWire(bridge: NonNullable<Window['ride']>): Wire {
  return { post: (message) => bridge.post(message), on: (listener) => bridge.on(listener), onClose: () => undefined }
}

/** Opens a WebSocket that carries JSON texts; rejects with a `closed` Failure where it cannot be opened. */
export function openSocket(url: string): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    const listeners = new Set<(message: unknown) => void>()
    const closers = new Set<(reason: Failure) => void>()
    let ended: Failure | undefined

    const wire: Wire = {
      post: (message) => socket.send(JSON.stringify(message)),
      on(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      onClose(listener) {
        if (ended) listener(ended)
        else closers.add(listener)
      },
    }
    socket.addEventListener('open', () => resolve(wire))
    socket.addEventListener('message', (event) => {
      const message: unknown = JSON.parse(String(event.data))
      for (const listener of listeners) listener(message)
    })
    socket.addEventListener('close', () => {
      ended = new Failure('closed', 'The connection to the workbench was lost. It is tried again until the program answers.')
      for (const close of closers) close(ended)
      reject(ended)
    })
  })
}

/** Where this page's own server takes WebSockets. */
export function socketUrl(page: Pick<Location, 'protocol' | 'host'>): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/rpc`
}
