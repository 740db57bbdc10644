/** Thumbnails that nobody asked for yet, made of real images by real decoders. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDecoders, type Decoders } from '../importer/decoders.ts'
import { imageFiles } from '../store/imageFiles.ts'
import { openedWorkbench, writeImage, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'
import { openProjects, type OpenProject, type Projects } from './projects.ts'
import { importFolder } from './importing.ts'
import { openThumbs, type ThumbsOptions } from './thumbs.ts'

const thumbsIn = (project: string): string[] => {
  try {
    return (readdirSync(path.join(project, 'cache', 'thumbs'), { recursive: true }) as string[]).filter((name) => name.endsWith('.webp')).sort()
  } catch {
    return []
  }
}
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await pause(5)
}

describe('by itself', () => {
  let place: string
  let pictures: string
  let projects: Projects
  let project: OpenProject
  let decoders: Decoders
  let told: (number | null)[]
  let isBusy: boolean
  beforeEach(() => {
    place = mkdtempSync(path.join(tmpdir(), 'ride-thumbs-'))
    pictures = path.join(place, 'pictures')
    projects = openProjects()
    project = projects.create(path.join(place, 'project'))
    decoders = openDecoders()
    told = []
    isBusy = false
  })
  afterEach(async () => {
    if (projects.all().length > 0) await projects.close(project)
    await decoders.close()
    rmSync(place, { recursive: true, force: true })
  })

  const open = (options: Partial<ThumbsOptions> = {}) =>
    openThumbs({
      emit: (event, payload) => void (event === 'images.thumbs' && 'share' in payload && told.push(payload.share as number | null)),
      projects,
      decoders,
      isBusy: () => isBusy,
      waits: { firstMs: 0, busyMs: 1, pieceMs: 0 },
      ...options,
    })
  const load = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await writeImage(path.join(pictures, 'cat', `${n}.png`), n)
    await importFolder({ project, request: { folder: pictures, split: 'auto', classFolders: 'nested', valFraction: 0.2, seed: 0 }, decoders, signal: new AbortController().signal, onProgress: () => {}, onWritten: () => {} })
  }
  const made = (): string[] => thumbsIn(project.folder)

  test('every image gets one; copies share theirs; what is gone, broken or another file by now is left out', async () => {
    await load(8)
    writeFileSync(path.join(pictures, 'cat', 'copy.png'), readFileSync(path.join(pictures, 'cat', '0.png')))
    await load(8)
    rmSync(path.join(pictures, 'cat', '0.png'))
    rmSync(path.join(pictures, 'cat', '1.png'))
    writeFileSync(path.join(pictures, 'cat', '2.png'), 'broken')
    await writeImage(path.join(pictures, 'cat', '3.png'), 60_000)
    const hear = open()
    hear('projects.changed', { projectId: project.id })
    await until(() => told.includes(null))
    const files = imageFiles(project.db, [1, 2, 3, 4, 5, 6, 7, 8, 9])
    const left = files.filter((one) => /[4-7y]\.png$/.test(one.path)).map(({ contentHash }) => Buffer.from(contentHash).toString('hex'))
    const names = made().map((name) => path.basename(name))
    expect(names).toHaveLength(5)
    for (const hash of left) expect(names.some((name) => name.startsWith(hash))).toBe(true)
    expect(told[0]).toBeGreaterThan(0)
    expect(told[0]).toBeLessThan(1)

    // Once there, they are not made again, and nothing is told of it; what came since is.
    const [first] = made()
    const file = path.join(project.folder, 'cache', 'thumbs', first!)
    writeFileSync(file, 'as it was')
    told.length = 0
    await writeImage(path.join(pictures, 'cat', '3.png'), 3)
    await load(10)
    hear('images.changed', { projectId: project.id })
    await until(() => told.includes(null))
    expect(made()).toHaveLength(10)
    expect(readFileSync(file, 'utf8')).toBe('as it was')
  })

  test('waits while something goes on, or the decoders are asked for anything', async () => {
    await load(6)
    isBusy = true
    open()('projects.changed', { projectId: project.id })
    await pause(60)
    expect(made()).toEqual([])
    const asked = Promise.all(Array.from({ length: 400 }, () => decoders.inspect(path.join(pictures, 'cat', '0.png'))))
    isBusy = false
    let isAnswered = false
    void asked.then(() => (isAnswered = true))
    await until(() => made().length > 0)
    expect(isAnswered).toBe(true)
    await until(() => made().length === 6)
  })

  test('a project that closes ends it, also one whose turn has not come', async () => {
    await load(40)
    const other = projects.create(path.join(place, 'other'))
    const hear = open()
    hear('projects.changed', { projectId: project.id })
    hear('projects.changed', { projectId: other.id })
    await until(() => made().length > 0)
    isBusy = true
    await projects.close(other)
    await projects.close(project)
    const left = made().length
    expect(left).toBeLessThan(40)
    isBusy = false
    hear('images.changed', { projectId: project.id })
    await pause(40)
    expect(made()).toHaveLength(left)

    const again = projects.open(project.folder)
    hear('projects.changed', { projectId: again.id })
    await until(() => made().length === 40)
    await projects.close(again)
  })

  test('a disk that takes nothing, or has little left, ends it without a word', async () => {
    await load(5)
    open({ spareBytes: Infinity })('projects.changed', { projectId: project.id })
    await pause(60)
    expect(made()).toEqual([])
    mkdirSync(path.join(project.folder, 'cache'), { recursive: true })
    writeFileSync(path.join(project.folder, 'cache', 'thumbs'), 'no folder')
    open()('projects.changed', { projectId: project.id })
    await pause(120)
    expect(told).toEqual([])
    expect(readdirSync(path.join(project.folder, 'cache'))).toEqual(['thumbs'])
  })
})

test('a workbench in a window makes them after opening and after an import, one on a terminal does not', async () => {
  const benches: OpenedWorkbench[] = []
  const withImages = async (host: 'browser' | 'terminal'): Promise<{ bench: OpenedWorkbench; folder: string; projectId: string }> => {
    const bench = openedWorkbench({ host })
    benches.push(bench)
    const folder = path.join(bench.place, 'project')
    for (let n = 0; n < 5; n++) await writeImage(path.join(bench.place, 'pictures', 'cat', `${n}.png`), n)
    const { id: projectId } = await bench.call('projects.create', { folder })
    await bench.call('images.import', { projectId, folder: path.join(bench.place, 'pictures') })
    return { bench, folder, projectId }
  }
  const terminal = await withImages('terminal')
  const { bench, folder, projectId } = await withImages('browser')
  await until(() => thumbsIn(folder).length === 5)
  rmSync(path.join(folder, 'cache', 'thumbs'), { recursive: true })
  await bench.call('projects.close', { projectId })
  await bench.restart()
  await bench.call('projects.open', { folder })
  await until(() => thumbsIn(folder).length === 5)
  expect(thumbsIn(terminal.folder)).toEqual([])
  for (const one of benches) await one.close()
}, 60_000)
