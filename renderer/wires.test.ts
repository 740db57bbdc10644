import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openSocket, socketUrl } from './wires.ts'

const servers: WebSocketServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate()
    server.close()
  }
})

/** A server that answers each message with itself. */
async function echo(): Promise<{ url: string; server: WebSocketServer }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  servers.push(server)
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))))
  await once(server, 'listening')
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`, server }
}

test('messages go both ways as JSON until a listener has had enough', async () => {
  const { url } = await echo()
  const wire = await openSocket(url)
  const heard: unknown[] = []
  const answered = new Promise<void>((resolve) => {
    const off = wire.on((message) => {
      heard.push(message)
      off()
      wire.on(() => resolve())
      wire.post('second')
    })
  })
  wire.post({ call: 1, input: ['ä', null] })
  await answered
  expect(heard).toEqual([{ call: 1, input: ['ä', null] }])
})

test('the end is told once with a closed Failure, to late listeners too', async () => {
  const { url, server } = await echo()
  const wire = await openSocket(url)
  const closed = new Promise((resolve) => wire.onClose(resolve))
  for (const client of server.clients) client.terminate()
  expect(await closed).toMatchObject({ code: 'closed' })
  const late: unknown[] = []
  wire.onClose((reason) => late.push(reason))
  expect(late).toHaveLength(1)
})

test('a socket that cannot be opened rejects with a closed Failure', async () => {
  const { url, server } = await echo()
  server.close()
  await once(server, 'close')
  await expect(openSocket(url)).rejects.toMatchObject({ code: 'closed' })
})

test('the socket goes to where the page came from', () => {
  expect(socketUrl({ protocol: 'http:', host: '127.0.0.1:4000' })).toBe('ws://127.0.0.1:4000/rpc')
  expect(socketUrl({ protocol: 'https:', host: 'gpu.local' })).toBe('wss://gpu.local/rpc')
})
