/** Wires between processes and threads of Node: what `shared/rpc.ts` speaks through. */
import type { ChildProcess } from 'node:child_process'
import type { MessagePort, Worker } from 'node:worker_threads'
import { Failure } from '../shared/failure.ts'
import type { Wire } from '../shared/rpc.ts'

/** Electron's `process.parentPort` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  off(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** To a child started by `fork`; closes when the child ends, however it ends. */
export function childWire(child: ChildProcess, name: string): Wire {
  const close = closing()
  child.once('exit', (code, signal) => close.with(ended(name, signal ?? `exit code ${code}`)))
  child.once('error', (error) => close.with(ended(name, error.message)))
  return {
    post: (message) => {
      // A child that is just dying refuses messages; its exit closes the wire, so the refusal itself says nothing new.
      child.send(message as object, () => {})
    },
    on: (listener) => {
      child.on('message', listener)
      return () => child.off('message', listener)
    },
    onClose: close.heard,
  }
}

/** From a forked child or an Electron utility process to its parent; the process ends when its parent goes. */
export function parentWire(): Wire {
  const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
  const close = closing()
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      on: (listener) => {
        const heard = (event: { readonly data: unknown }): void => listener(event.data)
        parentPort.on('message', heard)
        return () => parentPort.off('message', heard)
      },
      onClose: close.heard,
    }
  }
  process.once('disconnect', () => {
    close.with(ended('The program that started this process', 'disconnected'))
    process.exit(0)
  })
  return {
    post: (message) => {
      process.send?.(message, undefined, undefined, () => {})
    },
    on: (listener) => {
      process.on('message', listener)
      return () => process.off('message', listener)
    },
    onClose: close.heard,
  }
}

/** To a worker thread; closes when the thread ends. */
export function workerWire(worker: Worker, name: string): Wire {
  const close = closing()
  worker.once('error', (error) => close.with(ended(name, String(error))))
  worker.once('exit', (code) => close.with(ended(name, `exit code ${code}`)))
  return { ...portWire(worker), onClose: close.heard }
}

/** From a worker thread to the thread that started it. */
export function threadWire(port: MessagePort): Wire {
  const close = closing()
  port.once('close', () => close.with(ended('The main thread', 'closed')))
  return { ...portWire(port), onClose: close.heard }
}

/** To what is yet to be started: what is posted before waits for it; where it cannot be started, that closes the wire. */
export function laterWire(starting: Promise<Wire>): Wire {
  const close = closing()
  starting.then((wire) => wire.onClose(close.with), (error: unknown) => close.with(Failure.from(error)))
  return {
    post: (message) => {
      starting.then((wire) => wire.post(message), () => {})
    },
    on: (listener) => {
      let off: (() => void) | undefined
      let wanted = true
      starting.then((wire) => {
        if (wanted) off = wire.on(listener)
      }, () => {})
      return () => {
        wanted = false
        off?.()
      }
    },
    onClose: close.heard,
  }
}

function portWire(port: MessagePort | Worker): Pick<Wire, 'post' | 'on'> {
  return {
    post: (message) => port.postMessage(message),
    on: (listener) => {
      port.on('message', listener)
      return () => port.off('message', listener)
    },
  }
}

function ended(name: string, how: string): Failure {
  return new Failure('closed', `${name} ended unexpectedly (${how}).`)
}

/** The one end of a wire: heard once by everybody, also by those who ask too late. */
export function closing(): { with(reason: Failure): void; heard(listener: (reason: Failure) => void): void } {
  const listeners: ((reason: Failure) => void)[] = []
  let closed: Failure | undefined
  return {
    with(reason) {
      if (closed) return
      closed = reason
      for (const listener of listeners) listener(reason)
    },
    heard(listener) {
      if (closed) listener(closed)
      else listeners.push(listener)
    },
  }
}
