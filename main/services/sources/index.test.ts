/** Folders of images that were moved. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect } from 'vitest'
import type { Image } from '../../../shared/contract/images.ts'
import { Failure } from '../../../shared/failure.ts'
import { sourceWith } from '../../store/sources.ts'
import { obedient } from '../fixtures/disks.ts'
import type { Order, Told } from '../fixtures/obedient.ts'
import { test as plain } from '../fixtures/picturedProject.ts'
import { openProjects } from '../projects.ts'
import { lookFor } from './looking.ts'

/** Twelve images were imported, one of them got another label, and their folder was moved. */
const test = plain.extend('moved', async ({ project }) => {
  const { bench, projectId, pictures, write, load, all } = project
  await write({ cat: 6, dog: 4, lynx: 2 })
  await load()
  const before = await all()
  const relabelled = before.find((image) => image.path === 'cat/0.png')!
  const lynx = before.find((image) => image.className === 'lynx')!.classId!
  await bench.call('labels.set', { projectId, imageIds: [relabelled.id], classId: lynx })
  const to = path.join(bench.place, 'elsewhere')
  renameSync(pictures, to)
  const sources = await bench.call('sources.list', { projectId })
  const asked = { projectId, sourceId: sources[0]!.id, folder: to }
  return { ...project, images: await all(), sources, to, asked, look: () => bench.call('sources.look', asked), relink: () => bench.call('sources.relink', asked) }
})

/** Another file of the same size. */
function spoil(file: string): void {
  const content = readFileSync(file)
  content[content.length - 1]! ^= 1
  writeFileSync(file, content)
}
const missingPaths = (images: readonly Image[]): string[] => images.flatMap(({ path: file, missing }) => (missing ? [file] : [])).sort()

describe('a folder that was moved', () => {
  test('is found again with its labels, its thumbnails and no second image', async ({ moved: { bench, projectId, pictures, to, sources, images, look, relink, load, all, tail } }) => {
    expect(sources).toEqual([{ id: sources[0]!.id, folder: pictures, isThere: false, missing: 0 }])
    const found = { folder: to, images: 12, there: 12, absent: 0, differing: { count: 0, examples: [] }, compared: 12 }
    const [figures, before] = [await tail(), bench.events.length]
    expect(await look()).toEqual(found)
    expect(await all()).toEqual(images)
    expect(await relink()).toEqual(found)
    expect(bench.events.slice(before).map(({ name }) => name)).toEqual(expect.arrayContaining(['sources.progress', 'images.changed', 'classes.changed', 'projects.changed']))
    expect(await all()).toEqual(images.map((image) => ({ ...image, sourceFolder: to })))
    expect(await tail()).toEqual(figures)
    expect(await bench.call('sources.list', { projectId })).toEqual([{ id: sources[0]!.id, folder: to, isThere: true, missing: 0 }])
    await expect(bench.workbench.picture(projectId, images[0]!.id, 'large')).resolves.toMatchObject({ type: 'image/webp' })
    expect(await load({ folder: to })).toMatchObject({ added: 0, unchanged: 12, updated: 0, vanished: 0 })
  })

  test('is found again after an import had found it empty', async ({ moved: { bench, projectId, pictures, relink, load, all, tail } }) => {
    mkdirSync(pictures)
    expect((await load()).vanished).toBe(12)
    expect(await bench.call('sources.list', { projectId })).toMatchObject([{ isThere: true, missing: 12 }])
    await relink()
    expect(missingPaths(await all())).toEqual([])
    expect((await tail()).images).toBe(12)
  })

  test('what is gone, or something else by now, is told and is missing, whatever its size', async ({ moved: { bench, projectId, to, look, relink, all, tail } }) => {
    unlinkSync(path.join(to, 'cat', '1.png'))
    spoil(path.join(to, 'cat', '2.png'))
    writeFileSync(path.join(to, 'dog', '0.png'), 'no image any more')
    const found = { images: 12, there: 9, absent: 1, differing: { count: 2, examples: ['dog/0.png', 'cat/2.png'] } }
    expect(await look()).toMatchObject(found)
    expect(await relink()).toMatchObject(found)
    expect(missingPaths(await all())).toEqual(['cat/1.png', 'cat/2.png', 'dog/0.png'])
    expect((await tail()).findings.missing).toBe(3)
    expect(await bench.call('sources.list', { projectId })).toMatchObject([{ folder: to, isThere: true, missing: 3 }])
  })

  test('a copy with other times is known by its content from then on', async ({ moved: { bench, projectId, to, relink, load, images } }) => {
    utimesSync(path.join(to, 'cat', '3.png'), 1, 1)
    await relink()
    const image = images.find(({ path: file }) => file === 'cat/3.png')!
    await expect(bench.workbench.picture(projectId, image.id, 'thumb')).resolves.toMatchObject({ type: 'image/webp' })
    expect(await load({ folder: to })).toMatchObject({ unchanged: 12, updated: 0 })
  })

  test.skipIf(process.platform === 'win32')('what leads out of the folder is not there', async ({ moved: { bench, to, look } }) => {
    const outside = path.join(bench.place, 'outside.png')
    renameSync(path.join(to, 'lynx', '0.png'), outside)
    symlinkSync(outside, path.join(to, 'lynx', '0.png'))
    expect(await look()).toMatchObject({ there: 11, absent: 1 })
  })

  test('is refused in one sentence where it cannot be', async ({ moved: { bench, projectId, pictures, to, asked, images, write, load, all } }) => {
    const refusal = async (folder: string): Promise<readonly [string, string]> => {
      const refused: Failure[] = []
      for (const command of ['sources.look', 'sources.relink'] as const) {
        refused.push(await bench.call(command, { ...asked, folder }).then(() => new Failure('internal', `${command} was not refused.`), (error: Failure) => error))
      }
      expect(refused[0]).toEqual(refused[1])
      return [refused[0]!.code, refused[0]!.message]
    }
    expect(await refusal(path.join(bench.place, 'nowhere'))).toEqual(['not-found', expect.stringContaining('nowhere cannot be found')])
    expect(await refusal(path.join(to, 'cat', '0.png'))).toEqual(['invalid-input', expect.stringContaining('is a file')])
    expect(await refusal(path.join(bench.place, 'project'))).toEqual(['invalid-input', expect.stringContaining('part of the project itself')])
    expect(await refusal(bench.place)).toEqual(['invalid-input', `None of the 12 images of ${pictures} lies at its path in ${bench.place}. Expected the folder that cat/0.png lies in.`])
    const others = path.join(bench.place, 'others')
    await write({ cat: 6, dog: 4, lynx: 2 }, others)
    expect(await refusal(others)).toEqual(['invalid-input', expect.stringMatching(/^Files lie in .* all 12 have other content than was imported\./)])
    await load({ folder: others })
    expect(await refusal(others)).toEqual(['already-exists', expect.stringContaining('imported into this project as a folder of its own')])
    await expect(bench.call('sources.relink', { ...asked, sourceId: 99 })).rejects.toMatchObject({ code: 'not-found' })
    expect((await all()).slice(0, 12)).toEqual(images)
    expect((await bench.call('sources.list', { projectId }))[0]).toMatchObject({ folder: pictures })
  })

  test('changes nothing while an import goes on', async ({ moved: { bench, projectId, pictures, relink, write, load } }) => {
    const more = path.join(bench.place, 'more')
    await write({ owl: 30 }, more)
    const importing = load({ folder: more })
    await expect(relink()).rejects.toMatchObject({ code: 'busy' })
    await importing
    expect((await bench.call('sources.list', { projectId }))[0]).toMatchObject({ folder: pictures })
  })
})

describe('a folder of many files', () => {
  test('is compared by a sample, and as a whole where that does not agree', async ({ moved: { bench, projectId, asked, to } }) => {
    await bench.call('projects.close', { projectId })
    const projects = openProjects()
    const project = projects.open(path.join(bench.place, 'project'))
    const look = (signal = new AbortController().signal) => lookFor({ db: project.db, source: sourceWith(project.db, asked.sourceId), folder: to, signal, onProgress: () => {}, sampleSize: 4 })
    // The sample is every third: cat/0, cat/3, dog/0 and dog/3.
    spoil(path.join(to, 'cat', '4.png'))
    expect((await look()).found).toMatchObject({ there: 12, compared: 4 })
    spoil(path.join(to, 'cat', '3.png'))
    const { found, isThere } = await look()
    expect(found).toMatchObject({ there: 10, differing: { count: 2 }, compared: 12 })
    expect(Array.from({ length: 12 }, (_, n) => isThere(n + 1)).filter(Boolean)).toHaveLength(10)
    await expect(look(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    await projects.close(project)
  })
})

describe('a program that is killed', () => {
  test('has changed the folder and all that is missing in it, or nothing; what was acknowledged stays', async ({ moved: { bench, projectId, asked, pictures, to } }) => {
    await bench.call('projects.close', { projectId })
    const project = path.join(bench.place, 'project')
    unlinkSync(path.join(to, 'cat', '1.png'))
    const order: Order = { call: 'sources.relink', input: { sourceId: asked.sourceId, folder: to } }
    for (const [round, killAt] of (['begun', 'begun', 'done'] as const).entries()) {
      const copy = path.join(bench.place, `killed ${round}`)
      cpSync(project, copy, { recursive: true })
      const child = spawn(process.execPath, obedient({ folder: copy, userFolder: path.join(bench.place, 'user of it'), orders: [[{ call: 'projects.open' }, order]] }), { stdio: ['ignore', 'pipe', 'inherit'] })
      let text = ''
      const told = (): Told[] => text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Told)
      child.stdout.on('data', (chunk) => {
        text += String(chunk)
        if (told().length === (killAt === 'done' ? 4 : 3)) setTimeout(() => child.kill('SIGKILL'), killAt === 'done' ? 0 : 4 * round)
      })
      await new Promise((ended) => child.on('close', ended))
      const { id } = await bench.call('projects.open', { folder: copy })
      const { images } = await bench.call('images.list', { projectId: id, limit: 1000 })
      const state = [images[0]!.sourceFolder, missingPaths(images)]
      const states = [[to, ['cat/1.png']], [pictures, []]]
      if (told()[3]) expect(told()[3]!.refused).toBeUndefined()
      expect(told()[3] ? states.slice(0, 1) : states).toContainEqual(state)
      await bench.call('projects.close', { projectId: id })
      rmSync(copy, { recursive: true })
    }
  })
})
