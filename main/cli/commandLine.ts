/** A command line for a person to copy: nothing named `ride` is installed, so it goes through npm in the program's folder. */
export function commandLine(...words: readonly string[]): string {
  return ['npm run --silent ride --', ...words.map(quoted)].join(' ')
}

/** One word for the shell, whatever it holds. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
