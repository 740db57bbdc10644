import { expect, it } from 'vitest'
import { percentOf, sameDial, shareTyped, withShare } from './dialShares.ts'

it('shares are typed in per cent, with either mark, and emptied to be the slider’s again', () => {
  expect(['12.5', '12,5 %', ' 0 ', '100', '', '  ', '101', '-1', 'many'].map(shareTyped)).toEqual([0.125, 0.125, 0, 1, null, null, undefined, undefined, undefined])
  expect([0.125, 1 / 3, 0.00001234, undefined].map(percentOf)).toEqual(['12.5', '33.33', '0.001234', ''])
})

it('a share takes the place of an earlier one, or goes away', () => {
  const shares = [{ classId: 1, share: 0.2 }, { classId: 2, share: 0.3 }]
  expect(withShare(shares, 1, 0.5)).toEqual([{ classId: 2, share: 0.3 }, { classId: 1, share: 0.5 }])
  expect(withShare(shares, 2, null)).toEqual([{ classId: 1, share: 0.2 }])
})

it('settings are the same in whatever order their shares were typed', () => {
  const dial = { tau: 0.5, mix: 0, shares: [{ classId: 1, share: 0.2 }, { classId: 2, share: 0.3 }] }
  expect(sameDial(dial, { ...dial, shares: [...dial.shares].reverse() })).toBe(true)
  expect(sameDial(dial, { ...dial, shares: dial.shares.slice(1) })).toBe(false)
  expect(sameDial(dial, { ...dial, tau: 0.6 })).toBe(false)
})
