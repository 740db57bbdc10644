/** The window's only use of the bridge: commands, events, pictures and dropped paths. */
import { readonly, shallowRef } from 'vue'
import type { WorkbenchContract } from '../shared/contract/index.ts'
import { Failure } from '../shared/failure.ts'
import { connect, type Answer, type Asked, type CommandName, type Connection, type EventName, type Payload } from '../shared/rpc.ts'
import { bridgeWire, openSocket, socketUrl } from './wires.ts'

type Workbench = Connection<WorkbenchContract>

const firstPauseMs = 500
const longestPauseMs = 8_000

const state = shallowRef<'connecting' | 'open' | 'lost'>('connecting')
/** `lost` until a new connection stands; what was asked meanwhile fails with the code `closed`. */
export const connectionState = readonly(state)

/** What listens now, to be attached to every later connection too. */
const subscriptions = new Set<(to: Workbench) => void>()
let connection: Promise<Workbench> = Promise.reject(new Failure('closed', 'The window is not connected yet.'))
connection.catch(() => undefined)
let wakeUp: () => void = () => undefined

/** Connects, and keeps connecting again. Called once, before the window is mounted. */
export function startConnection(): void {
  if (window.ride) {
    connection = Promise.resolve(connect<WorkbenchContract>(bridgeWire(window.ride)))
    state.value = 'open'
  } else {
    void keepConnected()
  }
}

async function keepConnected(): Promise<never> {
  let pauseMs = firstPauseMs
  for (;;) {
    const opening = openSocket(socketUrl(location))
    const opened = opening.then((wire) => connect<WorkbenchContract>(wire))
    // The first attempt is waited for by whoever asks; later ones are not, so that nothing hangs while the program is away.
    if (state.value === 'connecting') connection = opened
    try {
      const fresh = await opened
      const wire = await opening
      for (const attach of subscriptions) attach(fresh)
      connection = opened
      state.value = 'open'
      pauseMs = firstPauseMs
      await new Promise<void>((resolve) => wire.onClose(() => resolve()))
    } catch {
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
    state.value = 'lost'
    await new Promise<void>((resolve) => {
      wakeUp = resolve
      setTimeout(resolve, pauseMs)
    })
  }
}

/** Tries to connect now rather than after the pause. */
export function reconnectNow(): void {
  wakeUp()
}

/** Asks main for something; rejects with a Failure. */
export async function call<K extends CommandName<WorkbenchContract>>(command: K, input: Asked<WorkbenchContract, K>): Promise<Answer<WorkbenchContract, K>> {
  return (await connection).call(command, input)
}

/** Hears an event of main over every connection to come; returns the way to stop hearing. */
export function on<K extends EventName<WorkbenchContract>>(event: K, listener: (payload: Payload<WorkbenchContract, K>) => void): () => void {
  let off: (() => void) | undefined
  const attach = (to: Workbench): void => {
    off = to.on(event, listener)
  }
  subscriptions.add(attach)
  if (state.value === 'open') void connection.then((to) => subscriptions.has(attach) && attach(to))
  return () => {
    subscriptions.delete(attach)
    off?.()
  }
}

/**
 * Where a picture's bytes are served: `thumb` for grids, `large` for looking. With the version of its content it is kept for
 * good; without, it is asked for anew each time.
 */
export function pictureUrl(projectId: string, imageId: number, version: string | null, size: 'thumb' | 'large'): string {
  return `/image/${projectId}/${imageId}?size=${size}${version === null ? '' : `&v=${version}`}`
}

/** Where a dropped folder lies, or null: a browser does not tell. */
export function pathOfDropped(file: File): string | null {
  return window.ride?.pathOf(file) || null
}

/** Whether the system's own folder dialog can be shown. */
export const isDesktop = 'ride' in window

