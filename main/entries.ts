/** Where the programs that main starts beside itself lie: sources under plain Node, bundles once built. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'

declare const RIDE_BUNDLED: boolean | undefined

const sources = { trainer: 'trainer/entry.ts', decoder: 'importer/decoder.ts' } as const

export function entryFile(name: keyof typeof sources): string {
  const here = path.dirname(fileURLToPath(import.meta.url))
  return path.join(here, typeof RIDE_BUNDLED === 'undefined' ? sources[name] : `${name}.cjs`)
}
