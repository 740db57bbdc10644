interface GridShape {
  readonly total: number
  readonly columns: number
  readonly rowsInSight: number
}

/** The cell of a grid that a key leads to from another; null for a key that leads nowhere. */
export function reached(key: string, from: number, { total, columns, rowsInSight }: GridShape): number | null {
  const steps = new Map([
    ['ArrowRight', 1],
    ['ArrowLeft', -1],
    ['ArrowDown', columns],
    ['ArrowUp', -columns],
    ['PageDown', columns * rowsInSight],
    ['PageUp', -columns * rowsInSight],
    ['Home', -from],
    ['End', total - 1 - from],
  ])
  const step = steps.get(key)
  return step === undefined ? null : Math.min(total - 1, Math.max(0, from + step))
}
