/** Where the programs and the page that main starts or serves lie: sources under plain Node, bundles once built. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'

declare const RIDE_BUNDLED: boolean | undefined

const sources = { trainer: 'trainer/entry.ts', decoder: 'importer/decoder.ts' } as const

const here = path.dirname(fileURLToPath(import.meta.url))
const bundled = typeof RIDE_BUNDLED !== 'undefined'

export function entryFile(name: keyof typeof sources): string {
  return path.join(here, bundled ? `${name}.cjs` : sources[name])
}

/** The built page of the window. */
export function pageFolder(): string {
  return path.join(here, bundled ? '../renderer' : '../out/renderer')
}
