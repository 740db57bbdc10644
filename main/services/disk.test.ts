import { expect, test } from 'vitest'
import { Failure } from '../../shared/failure.ts'
import { diskFailure } from './disk.ts'

const coded = (code: string): Error => Object.assign(new Error(code), { code })

test.each([
  ['ENOSPC', 'disk', /disk is full/],
  ['SQLITE_FULL', 'disk', /disk is full/],
  ['EFBIG', 'disk', /larger than/],
  ['EROFS', 'permission', /not allowed/],
  ['SQLITE_IOERR_WRITE', 'disk', /reported an error/],
  ['SQLITE_BUSY', 'busy', /another program/],
])('%s becomes a sentence', (code, failure, words) => {
  expect(diskFailure(coded(code), 'It could not be stored')).toMatchObject({ code: failure, message: expect.stringMatching(/^It could not be stored: /) })
  expect((diskFailure(coded(code), 'It') as Failure).message).toMatch(words)
})

test('a Failure stays itself, and a crash a crash', () => {
  const failure = new Failure('cancelled', 'Cancelled.')
  expect(diskFailure(failure, 'It')).toBe(failure)
  const crash = new TypeError('no such thing')
  expect(diskFailure(crash, 'It')).toBe(crash)
})
