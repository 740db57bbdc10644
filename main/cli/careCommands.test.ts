import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openedWorkbench, type OpenedWorkbench } from '../services/fixtures/openedWorkbench.ts'
import { scoredProject } from '../services/fixtures/scoredProject.ts'
import { closeStore, openStore } from '../store/open.ts'
import { rideIn } from './fixtures/ride.ts'

let bench: OpenedWorkbench
beforeEach(() => {
  bench = openedWorkbench()
})
afterEach(() => bench.close())

const ride = (words: readonly string[], input?: string) => rideIn(path.join(bench.place, 'user'), input)(...words)

test('runs are compared, named, noted, told of and deleted from the command line', async () => {
  const classes = [{ name: 'cat', train: 101, val: 2 }, { name: 'lynx', train: 5, val: 2 }]
  const { projectId, folder } = await scoredProject(bench, classes, [{ answers: [1, 1, 1, 1] }, { answers: [1, 2, 2, 2] }])
  await bench.call('projects.close', { projectId })
  const json = async (words: readonly string[], input?: string): Promise<unknown> => {
    const { code, out, err } = await ride([...words, '--json'], input)
    expect(code, err).toBe(0)
    return JSON.parse(out.trim().split('\n').at(-1)!)
  }

  expect(await json(['compare', folder, '--run', '1', '--run', '2'])).toMatchObject({ before: 1, after: 2, split: 'val', images: 4, groups: [{ group: 'all', turnedRight: 2, turnedWrong: 1 }, {}, {}, {}] })
  expect((await ride(['compare', folder, '--run', '1', '--run', 'latest'])).out).toContain('No clear difference on all classes')
  expect(await ride(['compare', folder, '--run', '1'])).toMatchObject({ code: 1, err: expect.stringMatching(/Give --run twice/) })

  const db = openStore(folder)
  db.exec(`UPDATE run SET dial = '{"tau":0.5,"mix":0,"shares":[]}' WHERE id = 2`)
  closeStore(db)
  expect((await ride(['compare', folder, '--run', '1', '--run', '2'])).out).toContain('\nRun 2: answers adjusted: tau 0.5, mix even\n')
  expect((await ride(['runs', folder])).out).toContain('answers adjusted: tau 0.5')

  expect(await json(['runs', 'rename', folder, '2', 'After a look'])).toEqual({ run: 2, name: 'After a look' })
  expect(await json(['runs', 'note', folder, '2', '-'], 'One line.\nAnother.')).toEqual({ run: 2, notes: 'One line.\nAnother.' })
  expect(await json(['runs', 'list', folder])).toMatchObject({ runs: [{ id: 2, name: 'After a look', notes: 'One line.\nAnother.' }, { id: 1 }] })

  const file = path.join(folder, 'two.html')
  expect(await json(['report', folder, '--run', '2', '--to', file])).toMatchObject({ file })
  expect(readFileSync(file, 'utf8')).toContain('Run 2: After a look')
  expect(await ride(['report', folder, '--run', '2', '--to', file])).toMatchObject({ code: 1 })

  expect(await json(['runs', 'delete', folder, '2'])).toMatchObject({ run: 2 })
  expect(existsSync(path.join(folder, 'runs', '2'))).toBe(false)
  expect(await json(['runs', folder])).toMatchObject({ runs: [{ id: 1 }] })
  expect(await ride(['runs', 'delete', folder, '2'])).toMatchObject({ code: 1, err: expect.stringMatching(/has no run 2\. It has, newest first: 1 \(finished\)/) })
})
