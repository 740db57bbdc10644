/** Shares as a person types them: in per cent, nothing for what the slider gives. */
import type { Dial } from '../../../shared/dial.ts'

/** As many digits as tell it from nothing. */
const percentFormat = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, useGrouping: false })

/** 0.125 as "12.5"; nothing of nothing. */
export function percentOf(share: number | undefined): string {
  return share === undefined ? '' : percentFormat.format(100 * share)
}

/** Null for a field that was emptied; undefined for what is no number from 0 to 100. */
export function shareTyped(written: string): number | null | undefined {
  const plain = written.replace('%', '').replace(',', '.').trim()
  if (plain === '') return null
  const percent = Number(plain)
  return percent >= 0 && percent <= 100 ? percent / 100 : undefined
}

export function withShare(shares: Dial['shares'], classId: number, share: number | null): Dial['shares'] {
  const others = shares.filter((one) => one.classId !== classId)
  return share === null ? others : [...others, { classId, share }]
}

/** In whatever order their shares were typed. */
export function sameDial(a: Dial, b: Dial): boolean {
  if (a.tau !== b.tau || a.mix !== b.mix || a.shares.length !== b.shares.length) return false
  const shares = new Map(b.shares.map(({ classId, share }) => [classId, share]))
  return a.shares.every(({ classId, share }) => shares.get(classId) === share)
}
