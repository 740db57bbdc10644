import { MessageChannel, type MessagePort } from 'node:worker_threads'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { Failure } from './failure.ts'
import { command, connect, serve, type Wire } from './rpc.ts'

const contract = {
  commands: {
    'sums.add': command(v.object({ a: v.number(), b: v.optional(v.number(), 1) }), v.number()),
    'sums.fail': command(v.object({}), v.number()),
    'sums.crash': command(v.object({}), v.number()),
    'sums.never': command(v.object({}), v.number()),
  },
  events: { 'sums.changed': v.object({ total: v.number() }) },
}

/** Two ends of one wire that carries copies, as a real one does, and the way to cut it. */
function wirePair(): { near: Wire; far: Wire; cut(reason: Failure): void } {
  const { port1, port2 } = new MessageChannel()
  const closers: ((reason: Failure) => void)[] = []
  const wire = (port: MessagePort): Wire => ({
    post: (message) => port.postMessage(message),
    on: (listener) => {
      port.on('message', listener)
      return () => port.off('message', listener)
    },
    onClose: (listener) => closers.push(listener),
  })
  return {
    near: wire(port1),
    far: wire(port2),
    cut: (reason) => {
      for (const close of closers) close(reason)
      port1.close()
    },
  }
}

function pair() {
  const { near, far, cut } = wirePair()
  const crashes: unknown[] = []
  const emit = serve(
    contract,
    far,
    {
      'sums.add': ({ a, b }) => a + b,
      'sums.fail': () => {
        throw new Failure('busy', 'The sum is taken.', { until: 3 })
      },
      'sums.crash': () => {
        throw new TypeError('no such thing')
      },
      'sums.never': () => new Promise<number>(() => {}),
    },
    (error) => crashes.push(error),
  )
  return { ...connect<typeof contract>(near), near, emit, cut, crashes }
}

describe('rpc', () => {
  it('answers calls with defaults filled in', async () => {
    const { call, cut } = pair()
    expect(await call('sums.add', { a: 2 })).toBe(3)
    expect(await Promise.all([call('sums.add', { a: 1, b: 1 }), call('sums.add', { a: 5, b: 5 })])).toEqual([2, 10])
    cut(new Failure('closed', 'done'))
  })

  it('carries a Failure with its code and detail, and a crash as internal', async () => {
    const { call, cut, crashes } = pair()
    await expect(call('sums.fail', {})).rejects.toMatchObject({ code: 'busy', message: 'The sum is taken.', detail: { until: 3 } })
    expect(crashes).toEqual([])
    await expect(call('sums.crash', {})).rejects.toMatchObject({ code: 'internal' })
    expect(crashes).toHaveLength(1)
    cut(new Failure('closed', 'done'))
  })

  it('checks every input before a handler sees it', async () => {
    const { call, cut } = pair()
    await expect(call('sums.add', { a: 'two' } as never)).rejects.toMatchObject({ code: 'invalid-input', detail: { field: 'a' } })
    await expect(call('toString' as never, {} as never)).rejects.toMatchObject({ code: 'not-found' })
    await expect(call('__proto__' as never, {} as never)).rejects.toMatchObject({ code: 'not-found' })
    cut(new Failure('closed', 'done'))
  })

  it('delivers events until the listener is taken off', async () => {
    const { on, emit, call, cut } = pair()
    const heard: number[] = []
    const off = on('sums.changed', ({ total }) => heard.push(total))
    emit('sums.changed', { total: 1 })
    await call('sums.add', { a: 0 })
    off()
    emit('sums.changed', { total: 2 })
    await call('sums.add', { a: 0 })
    expect(heard).toEqual([1])
    cut(new Failure('closed', 'done'))
  })

  it('rejects what waits and what comes later once the wire has closed', async () => {
    const { call, cut } = pair()
    const waiting = call('sums.never', {})
    cut(new Failure('closed', 'The trainer ended unexpectedly (SIGKILL).'))
    await expect(waiting).rejects.toMatchObject({ code: 'closed', message: /SIGKILL/ })
    await expect(call('sums.add', { a: 1 })).rejects.toMatchObject({ code: 'closed' })
  })

  it('lets no message that is no call through', async () => {
    const { near, call, cut } = pair()
    for (const odd of [null, 7, 'text', [], { answer: 1 }, { call: 99 }]) near.post(odd)
    expect(await call('sums.add', { a: 1 })).toBe(2)
    cut(new Failure('closed', 'done'))
  })

  it('answers a call that names no command, and throws at nothing that JSON can carry', async () => {
    const odd = server()
    odd.hear({ call: 1, command: { toString: 1 } })
    odd.hear({ call: { toString: 1 }, command: 'sums.add' })
    expect(odd.posted).toEqual([{ answer: 1, failure: expect.objectContaining({ code: 'invalid-input' }) }])

    const word = fc.oneof(fc.constantFrom('sums.add', 'sums.fail', '__proto__', 'constructor'), fc.jsonValue())
    const oddCall = fc.record({ call: fc.oneof(fc.integer(), fc.jsonValue()), command: word, input: fc.oneof(fc.record({ a: fc.jsonValue(), b: fc.jsonValue() }), fc.jsonValue()) }, { requiredKeys: [] })
    await fc.assert(
      fc.asyncProperty(fc.oneof(oddCall, fc.jsonValue()), async (message) => {
        const { hear, posted } = server()
        hear(JSON.parse(JSON.stringify(message)))
        await new Promise((resolve) => setImmediate(resolve))
        const call = typeof message === 'object' && message !== null && 'call' in message && typeof message.call === 'number' ? [message.call] : []
        expect(posted.map(({ answer }) => answer)).toEqual(JSON.parse(JSON.stringify(call)))
      }),
    )
  })
})

/** The serving side alone, with its listener called directly, so that what it throws is seen. */
function server() {
  const posted: { readonly answer?: number }[] = []
  const listeners: ((message: unknown) => void)[] = []
  const wire: Wire = {
    post: (message) => posted.push(message as { readonly answer?: number }),
    on: (listener) => {
      listeners.push(listener)
      return () => {}
    },
    onClose: () => {},
  }
  serve(contract, wire, {
    'sums.add': ({ a, b }) => a + b,
    'sums.fail': () => {
      throw new Failure('busy', 'The sum is taken.')
    },
    'sums.crash': () => 0,
    'sums.never': () => new Promise<number>(() => {}),
  })
  return { hear: (message: unknown) => listeners[0]!(message), posted }
}
