import type { Split } from '../../../shared/contract/common.ts'

/** What a file of labels says of one image. */
export interface LabelRow {
  readonly line: number
  /** As the file writes it. */
  readonly path: string
  /** The folder that the path begins in, where the file tells. */
  readonly source: string | null
  /** None where it has no class; several where the file contradicts itself. */
  readonly labels: readonly string[]
  readonly split: Split | null
}
