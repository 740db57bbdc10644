import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeImage } from '../services/fixtures/openedWorkbench.ts'
import { rideIn } from './fixtures/ride.ts'

let place: string
beforeEach(() => {
  place = realpathSync(mkdtempSync(path.join(tmpdir(), 'ride-cli-rescue-')))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const at = (name: string): string => path.join(place, name)
const ride = (...words: readonly string[]) => rideIn(at('user'))(...words)

test('a damaged project says how to rescue it, and is whole then', async () => {
  for (const [n, file] of ['cat/1.png', 'cat/2.png', 'lynx/1.png'].entries()) await writeImage(at(`pictures/${file}`), n)
  await ride('new', at('project'))
  await ride('import', at('project'), at('pictures'))
  const file = at('project/project.sqlite')
  const bytes = readFileSync(file)
  bytes.fill(0xa5, bytes.length - 4096)
  writeFileSync(file, bytes)

  const { code, err } = await ride('tail', at('project'))
  expect([code, err]).toEqual([1, expect.stringContaining(`is damaged: it does not read as the project that was written. It was not changed. Rescue what can be read of it`)])
  expect(err).toContain(`To rescue it: npm run --silent ride -- rescue ${at('project')}\n`)
  const rescued = await ride('rescue', at('project'))
  expect(rescued).toMatchObject({ code: 0, out: expect.stringContaining('project was rescued: 3 images in 2 classes, 0 runs.\n') })
  expect(rescued.out).toContain(`The damaged file lies in ${at('project/quarantine/1')}.\n`)
  expect(readFileSync(at('project/quarantine/1/project.sqlite')).equals(bytes)).toBe(true)
  expect((await ride('tail', at('project'))).code).toBe(0)
  expect(await ride('rescue', at('project'))).toMatchObject({ code: 1, err: `${file} is not damaged. Open the project.\n` })
})
