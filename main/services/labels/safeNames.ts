/** Names for folders and files that Windows, macOS and Linux all take, and that this program's own import finds again. */

/** What Windows keeps for devices, whatever follows a point. */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i
const forbidden = /[\p{Cc}<>:"|?*\\/]/gu
/** Bytes that a file system allows in a name, less what makes one unlike others. */
const longest = 240

/** One folder's or file's name. */
export function safeName(name: string): string {
  // A leading point hides a folder, and Windows drops points and spaces at the end.
  const plain = name.normalize('NFC').replaceAll(forbidden, '_').replace(/^\./, '_')
  const kept = shortened(devices.test(plain) ? `_${plain}` : plain).replace(/[. ]+$/, (end) => '_'.repeat(end.length))
  return kept === '' ? '_' : kept
}

/** Whole characters of at most `longest` bytes; an ending as files have it stays. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longest) return name
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? ''
  let begin = ''
  for (const character of name.slice(0, name.length - ending.length)) {
    if (Buffer.byteLength(begin + character + ending) > longest) break
    begin += character
  }
  return begin + ending
}

/** Where systems see one name. */
function key(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** The first name like the given one that is not taken, which takes it. */
export function takeName(taken: Set<string>, name: string): string {
  const [, begin = '', ending = ''] = /^(.*?)(\.[^./]{1,10})?$/s.exec(name) ?? []
  return takeNumbered(taken, begin, ending)
}

function takeNumbered(taken: Set<string>, begin: string, ending = ''): string {
  let free = begin + ending
  for (let n = 2; taken.has(key(free)); n++) free = `${begin} (${n})${ending}`
  taken.add(key(free))
  return free
}

/** By class id, a folder for each class, nested where the class's name is; no two classes share one. */
export function classFolders(classes: readonly { readonly id: number; readonly name: string }[]): ReadonlyMap<number, string> {
  const taken = new Set<string>()
  return new Map(classes.map(({ id, name }) => [id, takeNumbered(taken, name.split('/').map(safeName).join('/'))]))
}

/** The first part of every folder within another, so that no file there takes its name. */
export function subfoldersOf(folders: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const folder of folders) {
    const parts = folder.split('/')
    for (let n = 1; n < parts.length; n++) {
      const above = parts.slice(0, n).join('/')
      found.set(above, [...(found.get(above) ?? []), key(parts[n]!)])
    }
  }
  return found
}
