/**
 * An order in which classes that are taken for each other stand together: average linkage over the symmetrised
 * confusion by the chain of nearest neighbours (Murtagh 1983), in n² steps, its branches turned so that neighbours at
 * each joint are the most alike (Gruvaeus and Wainer 1972).
 */

/**
 * @param counts [row][column], row by row
 * @param supports images of each row
 * @returns the rows' numbers in their new order; equal ones keep the order that they had
 */
export function clusterOrder(counts: ArrayLike<number>, supports: ArrayLike<number>): number[] {
  const size = supports.length
  const alike = similarityOf(counts, supports)
  // Means of similarity between clusters; each is kept at the place of one of its members.
  const between = alike.slice()
  const members = Array.from({ length: size }, (_, n) => [n])
  const isLeft = new Uint8Array(size).fill(1)
  const chain: number[] = []
  for (let clusters = size; clusters > 1; ) {
    if (chain.length === 0) chain.push(isLeft.indexOf(1))
    const top = chain[chain.length - 1]!
    const before = chain[chain.length - 2]
    let nearest = before ?? -1
    for (let other = 0; other < size; other++) {
      if (other !== top && isLeft[other] === 1 && (nearest === -1 || between[top * size + other]! > between[top * size + nearest]!)) nearest = other
    }
    if (nearest !== before) {
      chain.push(nearest)
      continue
    }
    chain.length -= 2
    const [into, from] = top < nearest ? [top, nearest] : [nearest, top]
    const [a, b] = [members[into]!.length, members[from]!.length]
    for (let other = 0; other < size; other++) {
      if (isLeft[other] !== 1 || other === into || other === from) continue
      const mean = (a * between[into * size + other]! + b * between[from * size + other]!) / (a + b)
      between[into * size + other] = mean
      between[other * size + into] = mean
    }
    members[into] = joined(members[into]!, members[from]!, (one, other) => alike[one * size + other]!)
    isLeft[from] = 0
    clusters -= 1
  }
  return members[0] ?? []
}

/** How much of each class is taken for the other, both ways. */
function similarityOf(counts: ArrayLike<number>, supports: ArrayLike<number>): Float64Array {
  const size = supports.length
  const alike = new Float64Array(size * size)
  const share = (row: number, column: number): number => (supports[row] ? counts[row * size + column]! / supports[row] : 0)
  for (let row = 0; row < size; row++) {
    for (let column = row + 1; column < size; column++) {
      const both = (share(row, column) + share(column, row)) / 2
      alike[row * size + column] = both
      alike[column * size + row] = both
    }
  }
  return alike
}

/** The two branches one after the other, each turned to where the ends that meet are the most alike. */
function joined(first: number[], second: number[], alike: (one: number, other: number) => number): number[] {
  const [firstStart, firstEnd, secondStart, secondEnd] = [first[0]!, first[first.length - 1]!, second[0]!, second[second.length - 1]!]
  const choices = [
    { value: alike(firstEnd, secondStart), make: () => [...first, ...second] },
    { value: alike(firstEnd, secondEnd), make: () => [...first, ...second.reverse()] },
    { value: alike(firstStart, secondStart), make: () => [...first.reverse(), ...second] },
    { value: alike(firstStart, secondEnd), make: () => [...first.reverse(), ...second.reverse()] },
  ]
  return choices.reduce((best, choice) => (choice.value > best.value ? choice : best)).make()
}
