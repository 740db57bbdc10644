import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { writeImage } from '../services/fixtures/openedWorkbench.ts'
import { openWorkbench } from '../services/index.ts'
import type { Workbench } from '../services/context.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { startServer, type Server } from './server.ts'

let folder: string
let workbench: Workbench
let server: Server
let cookie: string
const crashes: unknown[] = []

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-server-'))
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(path.join(folder, 'secret.txt'), 'not a page file')
  workbench = openWorkbench({ userFolder: path.join(folder, 'user'), version: '0.0.0', host: 'browser', spawnTrainer: forkTrainer })
  server = await startServer(workbench, { port: 0, pageFolder: folder, onCrash: (error) => crashes.push(error) })
  const entered = await get(new URL(server.link()).pathname + new URL(server.link()).search)
  cookie = entered.headers['set-cookie']![0]!.split(';')[0]!
})
afterAll(async () => {
  await server.close()
  await workbench.close()
  rmSync(folder, { recursive: true })
  expect(crashes).toEqual([])
})

interface Got {
  readonly status: number
  readonly headers: NodeJS.Dict<string[]>
  readonly text: string
}

/** A raw request: `fetch` would not let Host and Origin be set. */
function get(target: string, headers: Record<string, string> = {}, method = 'GET', port = server.port): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: target, method, headers: { host: `127.0.0.1:${port}`, ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const all = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value : [String(value)]]))
        resolve({ status: response.statusCode!, headers: all, text })
      })
    })
    asked.on('error', reject).end()
  })
}

/** Tries to open the rpc socket; resolves to `open` or the status it was refused with. */
function upgrade(headers: Record<string, string>, target = '/rpc'): Promise<'open' | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${target}`, { headers })
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!))
    socket.on('error', () => {})
  })
}

const routes = ['/', '/index.html', '/image/00000000-0000-4000-8000-000000000000/1', '/nothing', '/rpc']
const own = () => `http://127.0.0.1:${server.port}`

describe('the loopback server', () => {
  it('answers its own page to whoever opened a link, with the fence around it', async () => {
    const page = await get('/', { cookie })
    expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>page</title>' })
    expect(page.headers['content-security-policy']![0]).toContain("default-src 'none'")
    expect(page.headers['x-content-type-options']).toEqual(['nosniff'])
    expect(page.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('takes the token out of the address and binds the cookie to this server', async () => {
    const link = new URL(server.link())
    const entered = await get(link.pathname + link.search)
    expect(entered).toMatchObject({ status: 303, text: '' })
    expect(entered.headers['location']).toEqual(['/'])
    expect(entered.headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    expect((await get(link.pathname + link.search)).status).toBe(401)
  })

  it.each(routes)('refuses %s without a session, from a foreign host, from a foreign origin', async (route) => {
    expect(await get(route)).toMatchObject({ status: 401 })
    for (const host of ['evil.example', `evil.example:${server.port}`, `127.0.0.1.evil.com:${server.port}`]) expect(await get(route, { cookie, host })).toMatchObject({ status: 403, text: '' })
    for (const origin of ['null', 'http://evil', `http://127.0.0.1.evil.com:${server.port}`, 'http://localhost:1', `https://127.0.0.1:${server.port}`]) {
      const answer = await get(route, { cookie, origin })
      expect(answer).toMatchObject({ status: 403, text: '' })
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
    expect(await get(route, { cookie }, 'POST')).toMatchObject({ status: 405 })
  })

  it('says what happened and what to do: as a page to a browser, in its own style alone, and as a sentence to others', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const page = await get('/', browser)
    expect(page).toMatchObject({ status: 401, headers: { 'content-type': ['text/html; charset=utf-8'], 'cache-control': ['no-store'] } })
    expect(page.text).toMatch(/started again since[^]+Press Enter in the terminal/)
    expect(page.text).not.toMatch(/<script|<link|<img| style=/)
    const [, style] = /<style>([^]*)<\/style>/.exec(page.text)!
    expect(page.headers['content-security-policy']![0]).toContain(`style-src 'sha256-${createHash('sha256').update(style!).digest('base64')}';`)
    expect((await get('/?token=used', browser)).text).toContain('used already')
    const sentence = await get('/?token=used')
    expect(sentence).toMatchObject({ status: 401, headers: { 'content-type': ['text/plain; charset=utf-8'] } })
    expect(sentence.text).toContain('Press Enter in the terminal')
  })

  it('lets no other page use up the tries, and says to wait once they are used up', async () => {
    const elsewhere = await startServer(workbench, { port: 0, pageFolder: folder, onCrash: (error) => crashes.push(error) })
    const link = new URL(elsewhere.link())
    const open = (target: string, site?: string) => get(target, { host: link.host, ...(site !== undefined && { 'sec-fetch-site': site }) }, 'GET', elsewhere.port)
    for (const site of ['cross-site', 'same-site'])
      for (let guess = 0; guess < 20; guess++) expect(await open(`/?token=guess${guess}`, site)).toMatchObject({ status: 403, text: expect.stringContaining('address bar') })
    for (const site of ['cross-site', 'same-site']) expect(await open(link.pathname + link.search, site)).toMatchObject({ status: 403 })
    expect(await open(link.pathname + link.search, 'none')).toMatchObject({ status: 303 })
    for (let guess = 0; guess < 19; guess++) expect(await open(`/?token=guess${guess}`)).toMatchObject({ status: 401 })
    expect(await open('/?token=guess')).toMatchObject({ status: 429, text: expect.stringContaining('Wait a minute') })
    expect(await open('/')).toMatchObject({ status: 401 })
    await elsewhere.close()
  })

  it.each([
    [401, {}],
    [403, { host: 'evil.example' }],
    [403, { 'sec-fetch-site': 'cross-site' }],
    [404, { page: '/nothing' }],
  ])('puts the fence around an answer with %i, too', async (status, { page = '/', ...headers }: Record<string, string>) => {
    const answer = await get(page, { ...(status === 404 && { cookie }), ...headers })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-security-policy']![0]).toContain("default-src 'none'")
    expect(answer.headers['x-content-type-options']).toEqual(['nosniff'])
    expect(answer.headers['cross-origin-resource-policy']).toEqual(['same-origin'])
  })

  it('opens the socket only for its own page', async () => {
    expect(await upgrade({ cookie, origin: own() })).toBe('open')
    expect(await upgrade({ cookie })).toBe(403)
    expect(await upgrade({ cookie, origin: 'null' })).toBe(403)
    expect(await upgrade({ cookie, origin: 'http://evil' })).toBe(403)
    expect(await upgrade({ cookie, origin: own(), host: `evil.example:${server.port}` })).toBe(403)
    expect(await upgrade({ origin: own() })).toBe(401)
    expect(await upgrade({ cookie: `${cookie}x`, origin: own() })).toBe(401)
    expect(await upgrade({ cookie, origin: own() }, '/other')).toBe(404)
  })

  it.each(['at once', 'once refused'])('outlives whoever resets a refused upgrade %s', async (when) => {
    const resets = Array.from({ length: 20 }, async () => {
      const socket = connect(server.port, '127.0.0.1')
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.write('GET /rpc HTTP/1.1\r\nHost: evil\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', () => {
        if (when === 'at once') socket.resetAndDestroy()
      })
      socket.on('data', () => socket.resetAndDestroy())
      await closed
    })
    await Promise.all(resets)
    expect(await get('/', { cookie })).toMatchObject({ status: 200 })
  })

  it('answers commands over the socket and ends one that sends no JSON', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { cookie, origin: own() } })
    const next = () => new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))))
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ call: 1, command: 'app.info', input: {} }))
    expect(JSON.parse(await next())).toMatchObject({ answer: 1, output: { host: 'browser', version: '0.0.0' } })
    socket.send(JSON.stringify({ call: 2, command: 'constructor', input: {} }))
    expect(JSON.parse(await next())).toMatchObject({ answer: 2, failure: { code: 'not-found' } })
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send('{"call": 3, ')
    expect(await closed).toBe(1007)
  })

  it('lets a picture be kept for good where its address names the content, and not otherwise', async () => {
    const images = path.join(folder, 'images')
    await writeImage(path.join(images, 'cat', 'one.png'), 5)
    const { id: projectId } = await workbench.handlers['projects.create']({ folder: path.join(folder, 'project') })
    await workbench.handlers['images.import']({ projectId, folder: images, split: 'auto', classFolders: 'nested', valFraction: 0, seed: 0 })
    const [image] = (await workbench.handlers['images.list']({ projectId, offset: 0, limit: 1, sort: 'added' })).images
    const cachingOf = async (version: string): Promise<unknown> => (await get(`/image/${projectId}/${image!.id}?size=thumb${version}`, { cookie })).headers['cache-control']
    expect(await cachingOf(`&v=${image!.version}`)).toEqual(['private, max-age=31536000, immutable'])
    expect(await cachingOf('&v=00000000')).toEqual(['no-cache'])
    expect(await cachingOf('')).toEqual(['no-cache'])
  })

  it('lets go of a picture that its page no longer waits for', async () => {
    const seen: AbortSignal[] = []
    // As a picture does that waits for its turn.
    const picture: Workbench['picture'] = async (projectId, imageId, size, signal) => {
      seen.push(signal!)
      await new Promise((resolve) => signal!.addEventListener('abort', resolve))
      return workbench.picture(projectId, imageId, size, signal)
    }
    const handedOver = await startServer({ ...workbench, picture }, { port: 0, pageFolder: folder, onCrash: (error) => crashes.push(error) })
    const link = new URL(handedOver.link())
    const entered = await get(link.pathname + link.search, {}, 'GET', handedOver.port)
    const waiting = request({ host: '127.0.0.1', port: handedOver.port, path: '/image/00000000-0000-4000-8000-000000000000/1', headers: { host: `127.0.0.1:${handedOver.port}`, cookie: entered.headers['set-cookie']![0]!.split(';')[0]! } })
    waiting.on('error', () => {})
    waiting.end()
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(seen[0]!.aborted).toBe(false)
    waiting.destroy()
    while (!seen[0]!.aborted) await new Promise((resolve) => setTimeout(resolve, 1))
    await handedOver.close()
  })

  it.each(['/../secret.txt', '/secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/image/../secret.txt', '/image/00000000-0000-4000-8000-000000000000/..%2f1', '/image/x/1', '//etc/passwd', '/%00'])('reads no file for %s', async (target) => {
    const answer = await get(target, { cookie })
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain('not a page file')
  })

  it('says which port is taken', async () => {
    await expect(startServer(workbench, { port: server.port, pageFolder: folder, onCrash: () => {} })).rejects.toMatchObject({ code: 'busy', message: new RegExp(`Port ${server.port} is taken`) })
  })
})
