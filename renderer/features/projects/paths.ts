/** A folder inside another, with the separator that the other is written with. */
export function joined(parent: string, name: string): string {
  const separator = parent.includes('\\') && !parent.includes('/') ? '\\' : '/'
  return parent.endsWith(separator) ? parent + name : parent + separator + name
}

/** What is wrong with a folder's name on one system or another; empty where nothing is. */
export function faultOfName(name: string): string {
  if (name === '') return 'A name is expected.'
  if (/[\\/:*?"<>|\p{Cc}]/u.test(name)) return 'A folder’s name may not hold \\ / : * ? " < > |'
  return /^\.|[. ]$/.test(name) ? 'A name that neither begins with a dot nor ends with a dot or a space is expected.' : ''
}
