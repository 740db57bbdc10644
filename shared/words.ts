/** Numbers as a person reads them, alike in windows, reports and on the command line. English words, so English marks. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const oneDecimalSigned = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' })

/** What stands where there is no number. */
export const nothing = '–'

/** 12418 as `12,418`. */
export function count(value: number | null | undefined): string {
  return value == null ? nothing : whole.format(value)
}

/** 1 as `1 image`, 12418 as `12,418 images`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`
}

/** A share of 0.621 as `62.1 %`. */
export function percent(share: number | null | undefined): string {
  return share == null ? nothing : `${oneDecimal.format(100 * share)} %`
}

/** A difference of shares of 0.021 as `+2.1`: points of per cent. */
export function points(share: number): string {
  return oneDecimalSigned.format(100 * share).replace('-', '−')
}

/** 247 seconds as `4 min 7 s`: the two largest units, rounded as a whole, so that no part ever reads 60. */
export function durationWords(seconds: number): string {
  if (seconds > 0 && seconds < 1) return 'under 1 s'
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded} s`
  if (rounded < 3600) return both(Math.floor(rounded / 60), 'min', rounded % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return both(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(seconds / 3600)
  return both(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function both(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`
}
