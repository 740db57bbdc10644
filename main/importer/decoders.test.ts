import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entryFile } from '../entries.ts'
import { openDecoders } from './decoders.ts'
import { startProcess, startThread } from './spawn.ts'

const mortal = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures', 'mortal-decoder.ts')
let folder: string
let file: string
let large: string
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-decoders-'))
  file = path.join(folder, 'red.png')
  large = path.join(folder, 'large.png')
  await sharp({ create: { width: 32, height: 20, channels: 3, background: '#ff0000' } }).png().toFile(file)
  await sharp({ create: { width: 8000, height: 7000, channels: 3, background: '#00ff00' } }).png().toFile(large)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('inspects, resizes and pictures in threads', async () => {
  const decoders = openDecoders(2)
  try {
    const inspections = await Promise.all(Array.from({ length: 20 }, () => decoders.inspect(file)))
    expect(inspections).toHaveLength(20)
    expect(inspections[0]).toMatchObject({ format: 'png', width: 32, height: 20 })
    expect(Buffer.from(inspections[0]!.hash).equals(createHash('sha256').update(readFileSync(file)).digest())).toBe(true)
    const pixels = await decoders.pixels(file, 40, 'crop')
    expect([...pixels.subarray(0, 3)]).toEqual([255, 0, 0])
    expect(pixels).toHaveLength(40 * 40 * 3)
    expect(await sharp(await decoders.picture(file, 16)).metadata()).toMatchObject({ format: 'webp', width: 16, height: 10 })
    await expect(decoders.inspect(path.join(folder, 'nowhere.png'))).rejects.toMatchObject({ code: 'unreadable' })
  } finally {
    await decoders.close()
  }
})

test('a process decodes as a thread does, and ends with the pool', async () => {
  const decoders = openDecoders(1, () => startProcess(entryFile('decoder'), process.execPath))
  const threads = openDecoders(1)
  try {
    expect(await decoders.inspect(file)).toEqual(await threads.inspect(file))
    expect(await decoders.pixels(file, 40, 'pad')).toEqual(await threads.pixels(file, 40, 'pad'))
    await expect(decoders.inspect(path.join(folder, 'nowhere.png'))).rejects.toMatchObject({ code: 'unreadable' })
  } finally {
    await decoders.close()
    await threads.close()
  }
  await expect(decoders.inspect(file)).rejects.toMatchObject({ code: 'closed' })
})

test('very large images take turns and are read all the same', async () => {
  const decoders = openDecoders(2)
  try {
    const found = await Promise.all([decoders.inspect(large), decoders.inspect(large), decoders.inspect(file)])
    expect(found.map(({ width }) => width)).toEqual([8000, 8000, 32])
  } finally {
    await decoders.close()
  }
})

test('a thread that dies costs its file, however many such files there are', async () => {
  const decoders = openDecoders(1, () => startThread(mortal))
  try {
    for (let deaths = 1; deaths <= 6; deaths++) {
      const [deadly, other] = await Promise.allSettled([decoders.inspect(path.join(folder, 'deadly.png')), decoders.inspect(file)])
      expect(deadly).toMatchObject({ status: 'rejected', reason: { code: 'unreadable' } })
      expect(other).toMatchObject({ status: 'fulfilled', value: { width: 32 } })
    }
  } finally {
    await decoders.close()
  }
})

test('a program that reads nothing is given up after four deaths in a row', async () => {
  const decoders = openDecoders(1, () => startThread(mortal))
  try {
    for (let deaths = 1; deaths <= 3; deaths++) await expect(decoders.inspect(path.join(folder, 'deadly.png'))).rejects.toMatchObject({ code: 'unreadable' })
    await expect(decoders.inspect(path.join(folder, 'deadly.png'))).rejects.toMatchObject({ code: 'internal', message: expect.stringMatching(/4 times in a row/) })
    await expect(decoders.inspect(file)).rejects.toMatchObject({ code: 'internal' })
  } finally {
    await decoders.close()
  }
})

test('closing rejects what is still waiting', async () => {
  const decoders = openDecoders(1)
  const asked = [decoders.inspect(large), decoders.inspect(file), decoders.inspect(file)].map((work) => work.catch((error: unknown) => error))
  await decoders.close()
  for (const outcome of await Promise.all(asked)) expect(outcome).toMatchObject({ code: 'closed' })
  await expect(decoders.inspect(file)).rejects.toMatchObject({ code: 'closed' })
})
