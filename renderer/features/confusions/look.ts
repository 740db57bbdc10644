import type { Palette } from './palette.ts'

/** How a matrix is painted. */
export interface Look {
  readonly measure: 'counts' | 'shares'
  readonly minEvidence: number
  /** What was typed to be found: its rows and columns stand out. */
  readonly search: string
  readonly palette: Palette
}
