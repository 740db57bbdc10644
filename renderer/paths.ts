/** Paths of the machine that the workbench runs on, which may be written in the way of another system than the window's. */

/** A file or folder inside a folder, with the separator that the folder is written with. */
export function joined(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/** The last part of a path; empty where it ends in a separator. */
export function nameOf(place: string): string {
  return place.split(/[\\/]/).at(-1)!
}

/** The same place with another ending, unless the person gave it an ending of their own. */
export function withEnding(place: string, before: string, now: string): string {
  return place.endsWith(before) ? place.slice(0, -before.length) + now : place
}
