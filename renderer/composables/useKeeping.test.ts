import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useKeeping } from './useKeeping.ts'

const page = new EventTarget()
Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), removeEventListener: page.removeEventListener.bind(page) })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function field() {
  const kept: string[] = []
  let text = ''
  const scope = effectScope()
  const keeping = scope.run(() => useKeeping(async () => void kept.push(text)))!
  const type = (now: string): void => {
    text = now
    keeping.typed()
  }
  return { kept, scope, keeping, type }
}

it('keeps what is typed once typing pauses, and not at every letter', () => {
  const { kept, type } = field()
  for (const words of ['o', 'on', 'one']) {
    type(words)
    vi.advanceTimersByTime(100)
  }
  expect(kept).toEqual([])
  vi.runAllTimers()
  expect(kept).toEqual(['one'])
})

it('keeps it at once where the page goes, and once', () => {
  const { kept, type } = field()
  type('one')
  page.dispatchEvent(new Event('pagehide'))
  expect(kept).toEqual(['one'])
  page.dispatchEvent(new Event('pagehide'))
  vi.runAllTimers()
  expect(kept).toEqual(['one'])
})

it('keeps it where what the field stands in goes, and hears nothing afterwards', () => {
  const { kept, scope, type } = field()
  type('one')
  scope.stop()
  expect(kept).toEqual(['one'])
  page.dispatchEvent(new Event('pagehide'))
  vi.runAllTimers()
  expect(kept).toEqual(['one'])
})

it('has nothing left to keep once the field was left', async () => {
  const { kept, scope, keeping, type } = field()
  type('one')
  await keeping.now()
  expect([kept, keeping.isPending()]).toEqual([['one'], false])
  scope.stop()
  expect(kept).toEqual(['one'])
})
