import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namePattern, usualPattern } from './namePattern.ts'

const groupOf = (pattern: string, path: string): string | null => namePattern(pattern)(path)

test('usually the group is what stands before the last number', () => {
  expect(groupOf(usualPattern, 'fox/seq12_frame0034.jpg')).toBe('seq12_frame')
  expect(groupOf(usualPattern, 'fox/seq12_0034_cropped.jpg')).toBe('seq12_')
  expect(groupOf(usualPattern, 'a1b22c333.png')).toBe('a1b22c')
  for (const nothing of ['fox/0034.jpg', 'fox/portrait.jpg', '']) expect(groupOf(usualPattern, nothing)).toBeNull()
})

test('a pattern says which part of the name it is', () => {
  expect(groupOf('{group}_*', 'cam3_0001.jpg')).toBe('cam3')
  expect(groupOf('{group}_*', 'cam3_day2_0001.jpg')).toBe('cam3_day2')
  expect(groupOf('{group}_{number}_{number}', 'cam3_day2_0001_77.jpg')).toBe('cam3_day2')
  expect(groupOf('IMG*-{group}', 'IMG_1-a-b.jpg')).toBe('b')
  expect(groupOf('*/{group}/*', 'train/site4/fox/12.jpg')).toBe('fox')
  expect(groupOf('train/{group}/{number}', 'train/site4/12.jpg')).toBe('site4')
  expect(groupOf('{group}', '.hidden')).toBe('.hidden')
  // What a regular expression would take for more than itself.
  expect(groupOf('(a+)+${group}', '(a+)+$x.jpg')).toBe('x')
  expect(groupOf('{number}x{group}', '12x5.jpg')).toBe('5')
})

test('a pattern that cannot be used is refused with what was expected', () => {
  for (const wrong of ['', '*', 'IMG_', '{group}{group}', '{stem}_*', '{group', 'a}{group}', `{group}${'*'.repeat(9)}`, `{group}${'x'.repeat(200)}`]) {
    expect(() => namePattern(wrong), wrong).toThrow(expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('{group} once') }))
  }
})

/** The same by a regular expression, for patterns and names too short to harm. */
function slowly(pattern: string, name: string): string | null {
  const source = pattern.replace(/\{group\}|\{number\}|\*|[^{*]/g, (part) => (part === '{group}' ? '(.+)' : part === '{number}' ? String.raw`(?<!\d)\d+(?!\d)` : part === '*' ? '.*' : part.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)))
  return new RegExp(`^${source}$`, 's').exec(name)?.[1] ?? null
}

test('it agrees with a regular expression', () => {
  const piece = fc.constantFrom('{number}', '*', 'a', '_', '1')
  const patterns = fc.tuple(fc.array(piece, { maxLength: 3 }), fc.array(piece, { maxLength: 3 })).map(([before, after]) => [...before, '{group}', ...after].join(''))
  const names = fc.array(fc.constantFrom('a', 'b', '_', '1', '2'), { maxLength: 9 }).map((letters) => letters.join(''))
  fc.assert(
    fc.property(patterns, names, (pattern, name) => {
      expect(groupOf(pattern, name)).toBe(slowly(pattern, name))
    }),
    { numRuns: 3000 },
  )
})

// With a regular expression, each of these would take longer than anybody waits.
test('no pattern makes a name take long', () => {
  const hostile = namePattern('*a*a*a*a*a*a*a{group}b')
  for (let n = 0; n < 200; n++) expect(hostile('a'.repeat(4000))).toBeNull()
})
