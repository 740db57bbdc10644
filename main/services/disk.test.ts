import { expect, test } from 'vitest'
import { Failure } from '../../shared/failure.ts'
import { diskFailure, sayingDiskFailures } from './disk.ts'

const coded = (code: string): Error => Object.assign(new Error(code), { code })

test.each([
  ['ENOSPC', 'disk', /disk is full/],
  ['SQLITE_FULL', 'disk', /disk is full/],
  ['EFBIG', 'disk', /larger than/],
  ['EROFS', 'permission', /not allowed/],
  ['EACCES', 'permission', /not allowed/],
  ['SQLITE_READONLY', 'permission', /only be read.* Copy the folder/],
  ['SQLITE_READONLY_DBMOVED', 'permission', /not allowed/],
  ['SQLITE_CANTOPEN', 'permission', /not allowed/],
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

test('every handler says what the disk refused, whether it throws or rejects', async () => {
  const { thrown, rejected, crashed, answered } = sayingDiskFailures({
    thrown: () => {
      throw coded('SQLITE_READONLY')
    },
    rejected: () => Promise.reject(coded('ENOSPC')),
    crashed: () => Promise.reject(new TypeError('no such thing')),
    answered: (given: number) => given + 1,
  })
  await expect(thrown()).rejects.toMatchObject({ code: 'permission', message: expect.stringMatching(/^This was not done: the project may only be read/) })
  await expect(rejected()).rejects.toMatchObject({ code: 'disk' })
  await expect(crashed()).rejects.toBeInstanceOf(TypeError)
  expect(await answered(1)).toBe(2)
})
