/** The scheme that serves the page and the images, by name and id only. */
import { protocol } from 'electron'
import { Failure } from '../../shared/failure.ts'
import { loadPage, pageHeaders, parseImageAddress, pictureCaching } from '../page.ts'
import type { Workbench } from '../services/context.ts'
import { origin, scheme } from './channel.ts'

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

/** Serves the scheme to windows of the default session. */
export function serveScheme(pageFolder: string, picture: Workbench['picture']): void {
  const page = loadPage(pageFolder)
  const headers = pageHeaders()
  const answer = (status: number, type: string, bytes: Uint8Array | string, cache = 'no-cache'): Response =>
    new Response(typeof bytes === 'string' ? bytes : new Uint8Array(bytes), { status, headers: { ...headers, 'content-type': type, 'cache-control': cache } })

  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url)
    if (request.method !== 'GET' || !request.url.startsWith(`${origin}/`)) return answer(405, 'text/plain', '')
    const file = page.get(url.pathname)
    if (file) return answer(200, file.type, file.bytes)
    const address = parseImageAddress(url)
    if (!address) return answer(404, 'text/plain', 'There is no such page.')
    try {
      const { type, bytes, version } = await picture(address.projectId, address.imageId, address.size, request.signal)
      return answer(200, type, bytes, pictureCaching(address, version))
    } catch (error) {
      return answer(404, 'text/plain', Failure.from(error).message)
    }
  })
}
