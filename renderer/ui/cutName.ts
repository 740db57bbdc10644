/** Names of classes where they are painted, which no style can cut. */

/** The longest of a name that fits: of a path the last part stays, as its folders stand beside many others; one letter stays, however little room there is. */
export function cutName(name: string, fits: (words: string) => boolean): string {
  if (fits(name)) return name
  const short = name.slice(name.slice(0, -1).lastIndexOf('/') + 1)
  if (short !== name && fits(`…/${short}`)) return `…/${short}`
  // The longest beginning that fits, by halving.
  let [fitting, tooLong] = [1, Math.min(short.length, 40) + 1]
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1
    if (fits(`${short.slice(0, middle)}…`)) fitting = middle
    else tooLong = middle
  }
  return `${short.slice(0, fitting)}…`
}
