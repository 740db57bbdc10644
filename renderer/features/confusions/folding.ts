/** Classes whose names are paths, as `birds/owl`, folded by the folders that they lie in. */

/** The folders above a class, the outermost first, each with its closing slash: `birds/`, `birds/owls/`. */
export function foldersOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(0, -1).map((_, n) => `${parts.slice(0, n + 1).join('/')}/`)
}

/** Levels of folders above the deepest class. */
export function levelsOf(names: Iterable<string>): number {
  let deepest = 0
  for (const name of names) deepest = Math.max(deepest, name.split('/').length - 1)
  return deepest
}

/** Every folder of a level, 1 for the outermost: to be folded together. Level 0 folds nothing. */
export function foldersAt(names: Iterable<string>, level: number): ReadonlySet<string> {
  const found = new Set<string>()
  for (const name of names) {
    const folder = foldersOf(name)[level - 1]
    if (folder !== undefined) found.add(folder)
  }
  return found
}

/** The outermost folded folder that the class lies in; null where it stands for itself. */
export function foldedAs(name: string, folded: ReadonlySet<string>): string | null {
  return foldersOf(name).find((folder) => folded.has(folder)) ?? null
}

/** Opens a folded folder: what lies in it stands for itself, its sub-folders folded no more. */
export function opened(folded: ReadonlySet<string>, folder: string): ReadonlySet<string> {
  return new Set([...folded].filter((one) => !one.startsWith(folder)))
}

/** Folds one level more of what stands at a name: the folder right above it. */
export function closed(folded: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const above = foldersOf(name.endsWith('/') ? name.slice(0, -1) : name).at(-1)
  return above === undefined ? folded : new Set([...folded, above])
}
