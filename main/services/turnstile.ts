/** Lets so many pieces of work go on at a time; the others wait in the order in which they came. */
export function turnstile(atATime: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let going = 0
  return async (work) => {
    // Who is let in by another takes that one's place, so that nobody slips in between.
    if (going < atATime) going += 1
    else await new Promise<void>((enter) => waiting.push(enter))
    try {
      return await work()
    } finally {
      const enter = waiting.shift()
      if (enter) enter()
      else going -= 1
    }
  }
}
