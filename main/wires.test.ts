import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Failure } from '../shared/failure.ts'
import type { Wire } from '../shared/rpc.ts'
import { closing, laterWire } from './wires.ts'

/** A wire that answers with what was posted to it. */
function echo(): { readonly wire: Wire; close(reason: Failure): void } {
  const listeners = new Set<(message: unknown) => void>()
  const close = closing()
  const wire: Wire = {
    post: (message) => listeners.forEach((listener) => listener(message)),
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onClose: close.heard,
  }
  return { wire, close: close.with }
}

test('what is posted before the start comes through in order, and nobody hears who stopped hearing', async () => {
  const { wire } = echo()
  const starting = setImmediate(wire)
  const later = laterWire(starting)
  const heard: unknown[] = []
  later.on((message) => heard.push(message))
  later.on((message) => heard.push(`too much: ${message}`))()
  later.post(1)
  later.post(2)
  await starting
  later.post(3)
  await Promise.resolve()
  expect(heard).toEqual([1, 2, 3])
})

test('it closes with the wire itself, and where that cannot be started, for that reason', async () => {
  const { wire, close } = echo()
  const later = laterWire(Promise.resolve(wire))
  const closed = new Promise((resolve) => {
    later.onClose(resolve)
  })
  await Promise.resolve()
  close(new Failure('closed', 'It ended.'))
  expect(await closed).toMatchObject({ code: 'closed', message: 'It ended.' })

  const never = laterWire(Promise.reject(new Failure('damaged', 'A file is not what was installed.')))
  never.post(1)
  never.on(() => {})()
  expect(await new Promise((resolve) => never.onClose(resolve))).toMatchObject({ code: 'damaged' })
})
