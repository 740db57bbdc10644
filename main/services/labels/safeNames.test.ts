import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { classFolders, safeName, subfoldersOf, takeName } from './safeNames.ts'

test.each([
  ['cat', 'cat'],
  ['CON', '_CON'],
  ['nul.tar.gz', '_nul.tar.gz'],
  ['console', 'console'],
  ['a:b?c', 'a_b_c'],
  ['trailing. ', 'trailing__'],
  ['.hidden', '_hidden'],
  ['..', '__'],
  ['', '_'],
  ['cafe\u0301', 'caf\u00e9'],
  [`${'é'.repeat(200)}.jpeg`, `${'é'.repeat(117)}.jpeg`],
])('%s is written as %s', (name, safe) => expect(safeName(name)).toBe(safe))

test('every name becomes one that all systems take', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const safe = safeName(name)
      expect(safe).not.toMatch(/[\p{Cc}<>:"|?*\\/]|[. ]$|^\.|^$/u)
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(240)
    }),
  )
})

test('no two names meet, also where a system does not tell capitals apart', () => {
  const taken = new Set<string>()
  expect(['a.jpg', 'A.JPG', 'a.jpg', 'a (2).jpg', 'b'].map((name) => takeName(taken, name))).toEqual(['a.jpg', 'A (2).JPG', 'a (3).jpg', 'a (2) (2).jpg', 'b'])
})

test('classes have folders of their own, nested as their names are', () => {
  const classes = ['cat', 'Cat', 'bird/owl', 'bird', 'bird/ow:l', 'bird/ow_l'].map((name, n) => ({ id: n + 1, name }))
  expect([...classFolders(classes).values()]).toEqual(['cat', 'Cat (2)', 'bird/owl', 'bird', 'bird/ow_l', 'bird/ow_l (2)'])
  expect(subfoldersOf(['bird', 'bird/owl', 'bird/Gull/herring', 'cat'])).toEqual(new Map([['bird', ['owl', 'gull']], ['bird/Gull', ['herring']]]))
})
