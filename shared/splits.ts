/** The splits of a project's images: how they are called, and which one a run's figures are of. */
import type { Split } from './contract/common.ts'

/** As they stand before "images". */
export const splitWords = { train: 'training', val: 'validation', test: 'test' } as const satisfies Record<Split, string>

/** Of the splits that a run was scored on: images that it never learnt from, those that choices are made on first. Null where it was scored on none. */
export function splitToShow(scored: readonly Split[]): Split | null {
  return (['val', 'test', 'train'] as const).find((split) => scored.includes(split)) ?? null
}
