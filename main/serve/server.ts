/** The workbench for a browser: the page, its images and the rpc socket, on the loopback address. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { WebSocketServer } from 'ws'
import { contract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import { serve as serveRpc } from '../../shared/rpc.ts'
import { loadPage, pageHeaders, parseImageAddress, pictureCaching } from '../page.ts'
import type { Workbench } from '../services/context.ts'
import { createGuard } from './guard.ts'
import { refusalPage, refusalPolicy, refusalText, refusals, type Refusal } from './refusal.ts'
import { socketWire } from './socketWire.ts'

const socketsAllowed = 32
const messageBytesAllowed = 8 * 2 ** 20

export interface Server {
  readonly port: number
  /** A link that opens the workbench in one browser, once; where it is given a life in milliseconds, only that long. */
  link(lifeMs?: number): string
  close(): Promise<void>
}

/** @param port 0 for any free one */
export async function startServer(workbench: Workbench, options: { readonly port: number; readonly pageFolder: string; onCrash(error: unknown, command: string): void }): Promise<Server> {
  const page = loadPage(options.pageFolder)
  const app = new Hono<{ Bindings: { incoming: IncomingMessage } }>()
  const server = createAdaptorServer({ fetch: app.fetch })
  const port = await listen(server, options.port)
  const guard = createGuard(port)
  const headers = pageHeaders(`ws://127.0.0.1:${port} ws://localhost:${port}`)

  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.header(name, value)
  })
  app.use(async (c, next) => {
    const refuse = (refusal: Refusal) => {
      const asPage = { type: 'text/html; charset=utf-8', body: refusalPage(refusal) }
      const { type, body } = c.req.header('accept')?.includes('text/html') ? asPage : { type: 'text/plain; charset=utf-8', body: refusalText(refusal) }
      return c.body(body, refusal.status, { 'content-type': type, 'content-security-policy': refusalPolicy, 'cache-control': 'no-store' })
    }
    if (!guard.allowsHost(c.req.header('host')) || !guard.allowsOrigin(c.req.header('origin'), false)) return c.body(null, 403)
    if (!guard.allowsSite(c.req.header('sec-fetch-site'))) return refuse(refusals.elsewhere)
    if (c.req.method !== 'GET') return c.body(null, 405)
    const token = c.req.path === '/' ? c.req.query('token') : undefined
    const session = token === undefined ? undefined : guard.redeem(token)
    if (session !== undefined) return c.body(null, 303, { location: '/', 'set-cookie': guard.cookie(session), 'cache-control': 'no-store' })
    if (guard.knows(c.req.header('cookie'))) return next()
    if (token !== undefined && guard.isLocked()) return refuse(refusals.locked)
    return refuse(token === undefined ? refusals.stranger : refusals.link)
  })
  app.get('/image/*', async (c) => {
    const address = parseImageAddress(new URL(c.req.url))
    if (!address) return c.text('There is no such image.', 404)
    try {
      const picture = await workbench.picture(address.projectId, address.imageId, address.size, c.req.raw.signal)
      return c.body(new Uint8Array(picture.bytes), 200, { 'content-type': picture.type, 'cache-control': pictureCaching(address, picture.version) })
    } catch (error) {
      if (!(error instanceof Failure)) options.onCrash(error, 'picture')
      return c.text(Failure.from(error).message, 404)
    }
  })
  app.get('*', (c) => {
    const file = page.get(c.req.path)
    return file ? c.body(new Uint8Array(file.bytes), 200, { 'content-type': file.type, 'cache-control': 'no-cache' }) : c.text('There is no such page.', 404)
  })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesAllowed })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // From here on nobody else hears the socket's errors, and one that nobody hears would end the program.
    socket.on('error', () => {})
    const { host, origin, cookie } = request.headers
    const refusal =
      !guard.allowsHost(host) || !guard.allowsOrigin(origin, true) ? '403 Forbidden'
      : !guard.knows(cookie) ? '401 Unauthorized'
      : request.url !== '/rpc' ? '404 Not Found'
      : sockets.clients.size >= socketsAllowed ? '503 Service Unavailable'
      : undefined
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      const wire = socketWire(client)
      const emit = serveRpc(contract, wire, workbench.handlers, options.onCrash)
      wire.onClose(workbench.subscribe(emit))
    })
  })

  return {
    port,
    link: (lifeMs) => `http://127.0.0.1:${port}/?token=${guard.issueToken(lifeMs)}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}

/** Listens on the loopback address alone; resolves to the port. */
function listen(server: ServerType, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words = error.code === 'EADDRINUSE' ? `Port ${port} is taken by another program. Choose another with --port, or leave it out for any free one.` : `The server could not listen on port ${port}: ${error.message}`
      reject(new Failure(error.code === 'EADDRINUSE' ? 'busy' : 'internal', words))
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
