/** How strongly a cell is painted: from what is seen at all to the full colour, the more the larger its share. */

/** What the strength of a cell is taken from. */
export interface Told {
  readonly count: number
  /** Images of its row. */
  readonly support: number
  readonly isError: boolean
}

/** The rarest error: enough to be seen on the ground, as on a class of a thousand images it is one in a thousand. */
export const weakestError = 0.34
/** A little more of the scale for small shares, which are most of them, than for large ones: three quarters of a power, as roots, which are quick for a hundred thousand cells. */
const bent = (share: number): number => Math.sqrt(share * Math.sqrt(share))
const right = { weakest: 0.1, strongest: 0.38 }

/**
 * Opacity of the cell's colour, from 0 to 1; how much evidence there is says the hatching, so that equal shares look alike.
 * @param mostErrors largest count off the diagonal, that of the full colour where counts are shown
 */
export function strengthOf({ count, support, isError }: Told, measure: 'counts' | 'shares', mostErrors: number): number {
  const share = count / Math.max(1, support)
  if (!isError) return right.weakest + (right.strongest - right.weakest) * share
  // Counts differ by powers of ten as the classes do.
  const value = measure === 'counts' ? Math.sqrt(count / Math.max(1, mostErrors)) : bent(share)
  return weakestError + (1 - weakestError) * value
}

/** A colour, of 0 to 255, laid over another one. */
export function blended(over: readonly number[], ground: readonly number[], opacity: number): readonly number[] {
  return over.map((value, n) => value * opacity + ground[n]! * (1 - opacity))
}

/** As WCAG has it, from 0 for black to 1. */
export function luminanceOf(colour: readonly number[]): number {
  const [red, green, blue] = colour.map((value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function contrastOf(one: readonly number[], other: readonly number[]): number {
  const [low, high] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** From which strength on what is written on a colour is read better in the colour of the ground than in that of ink. */
export function turningOf(colour: readonly number[], ground: readonly number[], ink: readonly number[]): number {
  for (let strength = 0; strength < 1; strength += 0.01) {
    const cell = blended(colour, ground, strength)
    if (contrastOf(cell, ground) > contrastOf(cell, ink)) return strength
  }
  return 1
}
