import { expect, test } from 'vitest'
import { refusedSwitch } from './switches.ts'

const given = (...names: readonly string[]) => (name: string): boolean => names.includes(name)

test('a debugger is refused by its name, and what else a command line holds is not', () => {
  for (const name of ['remote-debugging-port', 'remote-debugging-pipe', 'inspect', 'inspect-brk', 'js-flags', 'utility-cmd-prefix']) {
    expect(refusedSwitch(given('disable-gpu', name))).toBe(name)
  }
  expect(refusedSwitch(given('disable-gpu', 'no-sandbox', 'self-test', 'ozone-platform'))).toBeUndefined()
})
