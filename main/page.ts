/** The window's page, as both hosts serve it: a fixed set of files read once, and the headers that fence it in. */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../shared/failure.ts'

export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/**
 * Every file of the built page by its URL path. Only what is in this map is ever answered, so that no request can name
 * a file of its own.
 */
export function loadPage(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  const walk = (inside: string): void => {
    for (const entry of readdirSync(path.join(folder, inside), { withFileTypes: true })) {
      const name = path.posix.join(inside, entry.name)
      if (entry.isDirectory()) walk(name)
      const type = types[path.extname(entry.name)]
      if (entry.isFile() && type) files.set(`/${name}`, { type, bytes: readFileSync(path.join(folder, name)) })
    }
  }
  try {
    walk('')
  } catch (error) {
    throw new Failure('not-found', `The window's page could not be read (${Failure.from(error).message}). Run "npm run build" to build it.`)
  }
  const index = files.get('/index.html')
  if (!index) throw new Failure('not-found', 'The window\'s page is not built. Run "npm run build" to build it.')
  return files.set('/', index)
}

/** Headers of every answer. `connect` names what the page may talk to besides its own origin. */
export function pageHeaders(connect = ''): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${connect}`.trim(),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}

interface ImageAddress {
  readonly projectId: string
  readonly imageId: number
  readonly size: 'thumb' | 'large'
  /** Of the content that is meant; null where whatever there is will do. */
  readonly version: string | null
}

/** What an image's address says: `/image/<project>/<image>?size=thumb&v=<version>`; undefined where it is no image's address. */
export function parseImageAddress(url: URL): ImageAddress | undefined {
  const match = /^\/image\/([0-9a-f-]{36})\/([1-9][0-9]{0,14})$/.exec(url.pathname)
  const size = url.searchParams.get('size') ?? 'thumb'
  if (!match || (size !== 'thumb' && size !== 'large')) return undefined
  return { projectId: match[1]!, imageId: Number(match[2]), size, version: url.searchParams.get('v') }
}

/** For how long a picture may be kept: for good where its address names what it shows, as other content has another address. */
export function pictureCaching(address: ImageAddress, shown: string | null): string {
  return shown !== null && shown === address.version ? 'private, max-age=31536000, immutable' : 'no-cache'
}
