import path from 'node:path'

/** Whether the place is the folder or lies somewhere inside it. */
export function isWithin(folder: string, place: string): boolean {
  const relative = path.relative(folder, place)
  return relative === '' || (!path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..')
}
