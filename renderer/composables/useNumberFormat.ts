/** Numbers as a person reads them: separators, one decimal for per cent, units always. */
import type { Accuracy } from '../../shared/metrics.ts'
import { count, counted, durationWords, nothing, percent, points } from '../../shared/words.ts'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** 2340000 as `2.34M`, for axes and parameters; below a hundred thousand every digit. */
function short(value: number): string {
  return value < 100_000 ? whole.format(value) : compact.format(value)
}

/** Right answers of all classes and of each group. */
function percentByGroup({ top1, many, medium, few }: Accuracy): Record<'all' | 'many' | 'medium' | 'few', string> {
  return { all: percent(top1), many: percent(many), medium: percent(medium), few: percent(few) }
}

/** A share with the ends of its interval as `62.1 % (48 to 74)`. */
function interval(share: number | null | undefined, ends: readonly [number, number] | null): string {
  return share == null || !ends ? percent(share) : `${percent(share)} (${whole.format(100 * ends[0])} to ${whole.format(100 * ends[1])})`
}

/** An imbalance factor of 1378 as `1,378 : 1`. */
function ratio(factor: number | null | undefined): string {
  return factor == null ? nothing : `${factor < 10 ? oneDecimal.format(factor) : whole.format(factor)} : 1`
}

/** 247 seconds as `4 min 7 s`; the two largest units. */
function duration(seconds: number | null | undefined): string {
  return seconds == null || !Number.isFinite(seconds) ? nothing : durationWords(seconds)
}

/** 1610612736 as `1.5 GB`. */
function bytes(value: number | null | undefined): string {
  if (value == null) return nothing
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [size, unit] = [value, 0]
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 || size >= 100 ? whole.format(size) : oneDecimal.format(size)} ${units[unit]}`
}

/** Images a second. */
function rate(value: number | null | undefined): string {
  return value == null ? nothing : `${value < 10 ? oneDecimal.format(value) : whole.format(value)} images/s`
}

/** A time of day today, else a date, in the person's own locale. */
function moment(time: number, now: number = Date.now()): string {
  const date = new Date(time)
  return date.toDateString() === new Date(now).toDateString()
    ? date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
    : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
}

const formats = { count, counted, short, percent, points, percentByGroup, interval, ratio, duration, bytes, rate, moment } as const

export function useNumberFormat(): typeof formats {
  return formats
}
