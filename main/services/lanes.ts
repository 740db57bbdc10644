/** Works through the list with so many at a time; the first error ends it once the others under way have ended. */
export async function inLanes<Item>(lanes: number, items: readonly Item[], work: (item: Item, n: number) => Promise<void>): Promise<void> {
  let next = 0
  let broken: { readonly error: unknown } | undefined
  const lane = async (): Promise<void> => {
    while (next < items.length && !broken) {
      const n = next
      next += 1
      try {
        await work(items[n]!, n)
      } catch (error) {
        broken ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (broken) throw broken.error
}
