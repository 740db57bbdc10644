/** The licences of the packages whose code goes into the bundles, as one text. */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

/**
 * @param {string} root
 * @param {Iterable<string>} files what was bundled, relative to the root or absolute
 */
export function notices(root, files) {
  const folders = new Set()
  for (const file of files) {
    const folder = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path.resolve(root, file))?.[1]
    if (folder !== undefined) folders.add(folder)
  }
  const texts = [...folders].sort().map(notice)
  return ['RIDE Workbench contains code of the following packages.', ...texts].join(`\n\n${'-'.repeat(80)}\n\n`)
}

/** @param {string} folder of a package */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && /^(licen[cs]e|notice|copying)/i.test(entry.name))
  return [`${name} ${version} (${license})`, ...texts.map((entry) => readFileSync(path.join(folder, entry.name), 'utf8').trim())].join('\n\n')
}
