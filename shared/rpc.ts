/**
 * The only messaging code. A wire carries structured-cloneable messages between two sides; `serve` answers the
 * commands of a contract on one side, `connect` calls them on the other. Windows, browsers, the trainer and the
 * decoding workers all speak through it.
 */
import * as v from 'valibot'
import { Failure, type FailureData } from './failure.ts'

export interface Wire {
  post(message: unknown): void
  /** Hears every message; returns the way to stop hearing. */
  on(listener: (message: unknown) => void): () => void
  /** Hears the end of the wire once, with the reason; at once where it has ended already. */
  onClose(listener: (reason: Failure) => void): void
}

interface Command {
  readonly input: v.GenericSchema
  readonly output: v.GenericSchema
}

export interface Contract {
  readonly commands: Readonly<Record<string, Command>>
  readonly events: Readonly<Record<string, v.GenericSchema>>
}

export type CommandName<C extends Contract> = keyof C['commands'] & string
export type EventName<C extends Contract> = keyof C['events'] & string
/** What a caller may write: defaults of the schema can be left out. */
export type Asked<C extends Contract, K extends CommandName<C>> = v.InferInput<C['commands'][K]['input']>
/** What a handler gets: checked, defaults filled in. */
export type Given<C extends Contract, K extends CommandName<C>> = v.InferOutput<C['commands'][K]['input']>
export type Answer<C extends Contract, K extends CommandName<C>> = v.InferOutput<C['commands'][K]['output']>
export type Payload<C extends Contract, K extends EventName<C>> = v.InferOutput<C['events'][K]>

export type Handlers<C extends Contract, K extends CommandName<C> = CommandName<C>> = {
  readonly [N in K]: (input: Given<C, N>) => Answer<C, N> | Promise<Answer<C, N>>
}

export type Emit<C extends Contract> = <K extends EventName<C>>(event: K, payload: Payload<C, K>) => void

export interface Connection<C extends Contract> {
  /** Rejects with a Failure; with code `closed` when the other side goes away first. */
  call<K extends CommandName<C>>(command: K, input: Asked<C, K>): Promise<Answer<C, K>>
  on<K extends EventName<C>>(event: K, listener: (payload: Payload<C, K>) => void): () => void
}

type Message =
  | { readonly call: number; readonly command: string; readonly input: unknown }
  | { readonly answer: number; readonly output: unknown }
  | { readonly answer: number; readonly failure: FailureData }
  | { readonly event: string; readonly payload: unknown }

/** A command with its two schemas. */
export function command<I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O): { readonly input: I; readonly output: O } {
  return { input, output }
}

/**
 * Answers the calls that come over the wire. Every input is checked against its schema before a handler sees it.
 * `onCrash` hears what was thrown and was no Failure. Returns the way to send events.
 */
export function serve<C extends Contract>(contract: C, wire: Wire, handlers: Handlers<C>, onCrash?: (error: unknown, command: string) => void): Emit<C> {
  let open = true
  const post = (message: Message): void => {
    if (open) wire.post(message)
  }
  const answer = async (name: string, input: unknown): Promise<unknown> => {
    const known = Object.hasOwn(contract.commands, name) ? contract.commands[name] : undefined
    if (!known) throw new Failure('not-found', `There is no command named ${JSON.stringify(name)}.`)
    return handlers[name as CommandName<C>](checked(known.input, input, name) as never)
  }
  const off = wire.on((raw) => {
    if (typeof raw !== 'object' || raw === null) return
    // What comes from outside is no Message before it was looked at.
    const { call, command: name, input }: { call?: unknown; command?: unknown; input?: unknown } = raw
    if (typeof call !== 'number') return
    if (typeof name !== 'string') {
      post({ answer: call, failure: new Failure('invalid-input', 'A call names its command as a text, and this one does not.').toData() })
      return
    }
    answer(name, input).then(
      (output) => post({ answer: call, output }),
      (error: unknown) => {
        if (!(error instanceof Failure)) onCrash?.(error, name)
        post({ answer: call, failure: Failure.from(error).toData() })
      },
    )
  })
  wire.onClose(() => {
    open = false
    off()
  })
  return (event, payload) => post({ event, payload })
}

/** Calls the commands that the other side of the wire serves, and hears its events. */
export function connect<C extends Contract>(wire: Wire): Connection<C> {
  const waiting = new Map<number, { resolve(output: never): void; reject(failure: Failure): void }>()
  const listeners = new Map<string, Set<(payload: never) => void>>()
  let lastCall = 0
  let ended: Failure | undefined

  wire.on((raw) => {
    const message = raw as Message
    if (typeof message !== 'object' || message === null) return
    if ('event' in message) {
      for (const listener of listeners.get(message.event) ?? []) listener(message.payload as never)
    } else if ('answer' in message) {
      const caller = waiting.get(message.answer)
      waiting.delete(message.answer)
      if ('failure' in message) caller?.reject(new Failure(message.failure.code, message.failure.message, message.failure.detail))
      else caller?.resolve(message.output as never)
    }
  })
  wire.onClose((reason) => {
    ended = reason
    for (const caller of waiting.values()) caller.reject(reason)
    waiting.clear()
  })

  return {
    call(name, input) {
      if (ended) return Promise.reject(ended)
      const call = (lastCall += 1)
      return new Promise((resolve, reject) => {
        waiting.set(call, { resolve, reject })
        try {
          wire.post({ call, command: name, input } satisfies Message)
        } catch (error) {
          waiting.delete(call)
          reject(Failure.from(error))
        }
      })
    },
    on(event, listener) {
      const heard = listeners.get(event) ?? new Set()
      listeners.set(event, heard.add(listener))
      return () => heard.delete(listener)
    },
  }
}

/** Calls handlers of the same program, their input checked as `serve` checks it. */
export function callHere<C extends Contract>(contract: C, handlers: Handlers<C>): Connection<C>['call'] {
  return async (name, input) => handlers[name](checked(contract.commands[name]!.input, input, name) as never)
}

/** The value as the schema gives it, or an `invalid-input` Failure that names the field. */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown, subject: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  const field = v.getDotPath(issue)
  throw new Failure('invalid-input', `${subject}: ${field ? `${field}: ` : ''}${issue.message}`, { field })
}
