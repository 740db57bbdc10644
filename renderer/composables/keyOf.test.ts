import { expect, it } from 'vitest'
import { keyOf } from './keyOf.ts'

it('a letter means the same with Caps Lock, by which systems differ in what Shift does then', () => {
  // What a browser tells of u, of U, and of both with Caps Lock, where Shift makes letters small again and where it does not.
  expect(['u', 'U'].map((key) => keyOf({ key, shiftKey: false }))).toEqual(['u', 'u'])
  expect(['U', 'u'].map((key) => keyOf({ key, shiftKey: true }))).toEqual(['U', 'U'])
})

it('what is no letter is what it is, with Shift or without', () => {
  for (const key of ['?', '/', '1', '+', ' ', 'ArrowDown', 'Escape', 'F1', 'ß']) {
    expect([keyOf({ key, shiftKey: false }), keyOf({ key, shiftKey: true })]).toEqual([key, key])
  }
})
