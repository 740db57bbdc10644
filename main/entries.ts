/** Where the programs and the page that main starts or serves lie: sources under plain Node, bundles once built. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { resourcesFolder } from './packaged.ts'

declare const RIDE_BUNDLED: boolean | undefined

const sources = { trainer: 'trainer/entry.ts', decoder: 'importer/decoder.ts' } as const

const here = path.dirname(fileURLToPath(import.meta.url))
const bundled = typeof RIDE_BUNDLED !== 'undefined'

export function entryFile(name: keyof typeof sources): string {
  const resources = resourcesFolder()
  // Plain Node, which runs it on Linux, reads no archive of Electron's.
  if (resources && name === 'decoder') return path.join(resources, 'decoder', 'decoder.cjs')
  return path.join(here, bundled ? `${name}.cjs` : sources[name])
}

/** The built page of the window. */
export function pageFolder(): string {
  return path.join(here, bundled ? '../renderer' : '../out/renderer')
}
