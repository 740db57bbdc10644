/** Which columns of the list of runs have room: beside an open run the list is half as wide, and what a run reached matters more than how it was made. */

/** Given up in this order, so that Top-1 and Few stay whatever the width. */
const givenUp = ['epochs', 'experts', 'imagesPerSecond', 'createdAt', 'medium', 'many', 'status'] as const

/**
 * @param minimum width of each column, in CSS pixels
 * @param width of the list; 0 while it is not known, which gives up nothing
 */
export function fittingColumns<C extends { readonly key: string; readonly minimum: number }>(columns: readonly C[], width: number): C[] {
  let kept = [...columns]
  if (width === 0) return kept
  for (const key of givenUp) {
    if (kept.reduce((sum, { minimum }) => sum + minimum, 0) <= width) break
    kept = kept.filter((column) => column.key !== key)
  }
  return kept
}
