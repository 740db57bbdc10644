import { mkdtempSync, realpathSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeImage } from '../services/fixtures/openedWorkbench.ts'
import { rideIn } from './fixtures/ride.ts'

let place: string
beforeEach(async () => {
  place = realpathSync(mkdtempSync(path.join(tmpdir(), 'ride-cli-relink-')))
  for (const [n, file] of ['cat/1.png', 'cat/2.png', 'lynx/1.png'].entries()) await writeImage(path.join(place, 'pictures', file), n)
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const at = (name: string): string => path.join(place, name)
const ride = (...words: readonly string[]) => rideIn(at('user'))(...words)

test('a folder that was moved is found again from the command line', async () => {
  await ride('new', at('project'))
  await ride('import', at('project'), at('pictures'))
  renameSync(at('pictures'), at('elsewhere'))
  unlinkSync(path.join(at('elsewhere'), 'cat', '2.png'))
  expect(await ride('relink', at('project'), at('photos'), at('elsewhere'))).toMatchObject({ code: 1, err: `No images were imported from ${at('photos')}. Images were imported from ${at('pictures')}.\n` })
  expect(await ride('relink', at('project'), at('pictures'), at('project'))).toMatchObject({ code: 1, err: expect.stringMatching(/part of the project itself/) })
  expect((await ride('relink', at('project'), at('pictures'), at('elsewhere'), '--dry-run')).out).toBe(`2 of 3 images lie in ${at('elsewhere')}. Nothing was changed.\n1 missing\n`)
  const { code, out } = await ride('relink', at('project'), at('pictures'), at('elsewhere'), '--json')
  expect([code, JSON.parse(out.trim().split('\n').at(-1)!)]).toEqual([0, { folder: at('elsewhere'), images: 3, there: 2, absent: 1, differing: { count: 0, examples: [] }, compared: 2 }])
  expect((await ride('import', at('project'), at('elsewhere'))).out).toContain('Added 0 images')
})
