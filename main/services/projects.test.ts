import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openedWorkbench, writeImage, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'
import { openProjects } from './projects.ts'

let bench: OpenedWorkbench
let shown: string[]
beforeEach(() => {
  shown = []
  bench = openedWorkbench({ desktop: { pickFolder: (title) => Promise.resolve(`/picked/${title}`), reveal: (place) => shown.push(place), setMenu: ({ possible }) => shown.push(...possible) } })
})
afterEach(() => bench.close(), 60_000)

const at = (...parts: string[]): string => path.join(bench.place, ...parts)

describe('projects', () => {
  test('made, opened twice as one, closed, reopened with its id', async () => {
    const made = await bench.call('projects.create', { folder: at('deep', 'birds') })
    expect(made).toMatchObject({ name: 'birds', folder: at('deep', 'birds'), images: 0, classes: 0, runs: 0 })
    symlinkSync(at('deep'), at('alias'))
    expect(await bench.call('projects.open', { folder: at('alias', 'birds') })).toEqual(made)
    await bench.call('projects.close', { projectId: made.id })
    await expect(bench.call('projects.get', { projectId: made.id })).rejects.toMatchObject({ code: 'not-found' })
    expect(readdirSync(at('deep', 'birds'))).toEqual(['project.sqlite'])
    expect(await bench.call('projects.open', { folder: at('deep', 'birds') })).toEqual(made)
  })

  test('only an empty folder becomes one; only a project is opened', async () => {
    mkdirSync(at('full'))
    writeFileSync(at('full', 'letter.txt'), 'dear')
    await expect(bench.call('projects.create', { folder: at('full') })).rejects.toMatchObject({ code: 'already-exists', message: expect.stringMatching(/not empty/) })
    await expect(bench.call('projects.open', { folder: at('full') })).rejects.toMatchObject({ code: 'not-a-project' })
    await expect(bench.call('projects.open', { folder: at('nowhere') })).rejects.toMatchObject({ code: 'not-found' })
    await expect(bench.call('projects.create', { folder: at('full', 'letter.txt') })).rejects.toMatchObject({ code: 'already-exists' })
    await expect(bench.call('projects.create', { folder: at('full', 'letter.txt', 'inside') })).rejects.toMatchObject({ code: 'already-exists' })
    mkdirSync(at('empty'))
    await bench.call('projects.create', { folder: at('empty') })
    await expect(bench.call('projects.create', { folder: at('empty') })).rejects.toMatchObject({ code: 'already-exists', message: expect.stringMatching(/project already/) })
    expect(readdirSync(at('full'))).toEqual(['letter.txt'])
  })

  test('a place of the kernel is refused at once; a project that cannot be made leaves no folder behind', async () => {
    for (const folder of ['/proc/birds', '/sys/birds/deep', '/dev/birds']) await expect(bench.call('projects.create', { folder })).rejects.toMatchObject({ code: 'permission', message: expect.stringMatching(/operating system/) })
    // Its name is too long, which comes out only after all above it was made.
    const folder = at('made', 'for', 'this', 'n'.repeat(300))
    mkdirSync(at('made'))
    await expect(bench.call('projects.create', { folder })).rejects.toThrow()
    expect(readdirSync(at('made'))).toEqual([])
  })

  test('what a project says or links to removes nothing outside of it, and nothing in its place keeps it from opening', async () => {
    const { id: projectId } = await bench.call('projects.create', { folder: at('strange') })
    await bench.call('projects.close', { projectId })
    const left = `a.jpg.tmp-999999-${randomUUID()}`
    for (const folder of [at('photos'), at('strange', 'cache', 'outside')]) mkdirSync(folder, { recursive: true })
    writeFileSync(at('photos', left), 'a photo')
    writeFileSync(at('strange', 'cache', 'outside', `n.tmp-999999-${randomUUID()}`), at('photos', 'a.jpg'))
    symlinkSync(at('photos'), at('strange', 'runs'))
    writeFileSync(at('strange', 'backups'), 'no folder')
    expect((await bench.call('projects.open', { folder: at('strange') })).id).toBe(projectId)
    expect(readdirSync(at('photos'))).toEqual([left])
  })

  test('a copied project is another one while both are open', async () => {
    const first = await bench.call('projects.create', { folder: at('first') })
    await bench.call('projects.close', { projectId: first.id })
    cpSync(at('first'), at('second'), { recursive: true })
    const [one, two] = [await bench.call('projects.open', { folder: at('first') }), await bench.call('projects.open', { folder: at('second') })]
    expect(one.id).toBe(first.id)
    expect(two.id).not.toBe(first.id)
    expect((await bench.call('projects.get', { projectId: two.id })).folder).toBe(at('second'))
  })

  test('the recent ones, last first, outlive the program; a list that cannot be read is an empty one', async () => {
    await bench.call('projects.create', { folder: at('a') })
    await bench.call('projects.create', { folder: at('b') })
    await bench.call('projects.open', { folder: at('a') })
    await bench.restart()
    renameSync(at('b'), at('moved'))
    const recent = await bench.call('projects.recent', {})
    expect(recent.map(({ name, folder, exists }) => [name, folder, exists])).toEqual([
      ['a', at('a'), true],
      ['b', at('b'), false],
    ])
    const told = (): number => bench.events.filter(({ name }) => name === 'projects.recentChanged').length
    expect(told()).toBe(3)
    await bench.call('projects.forget', { folder: at('b') })
    expect(told()).toBe(4)
    expect(await bench.call('projects.recent', {})).toHaveLength(1)
    expect(readdirSync(at('user'))).toEqual(['recent.json'])
    writeFileSync(at('user', 'recent.json'), '{"half a')
    expect(await bench.call('projects.recent', {})).toEqual([])
    await bench.call('projects.open', { folder: at('a') })
    expect(await bench.call('projects.recent', {})).toHaveLength(1)
  })

  test('a user folder that cannot be written keeps no project shut', async () => {
    writeFileSync(at('user'), 'a file where the folder would be')
    const made = await bench.call('projects.create', { folder: at('a') })
    expect(await bench.call('projects.open', { folder: at('a') })).toEqual(made)
    expect(await bench.call('projects.recent', {})).toEqual([])
  })

  test('what a killed program left half written is swept, what a living one writes is not', async () => {
    const { id } = await bench.call('projects.create', { folder: at('a') })
    await bench.call('projects.close', { projectId: id })
    const uuid = '0f4c8a1e-5a0b-4f55-9f2a-6d0a5d0b1c2d'
    writeFileSync(at('a', `x.tmp-2147483646-${uuid}`), '')
    writeFileSync(at('a', `y.tmp-${process.pid}-${uuid}`), '')
    writeFileSync(at('a', `x.tmp-2147483646-${uuid}-journal`), '')
    await bench.call('projects.open', { folder: at('a') })
    expect(readdirSync(at('a')).filter((name) => name.includes('.tmp-'))).toEqual([`y.tmp-${process.pid}-${uuid}`])
  })

  test('a project that is being closed takes nothing new on, and every window hears of it', async () => {
    const { id: projectId } = await bench.call('projects.create', { folder: at('a') })
    for (let n = 0; n < 60; n++) await writeImage(at('pictures', 'cat', `${n}.png`), n)
    const work = bench.call('images.import', { projectId, folder: at('pictures') })
    const closed = bench.call('projects.close', { projectId })
    expect(bench.events.at(-1)).toEqual({ name: 'projects.closed', payload: { projectId } })
    await expect(bench.call('images.import', { projectId, folder: at('pictures') })).rejects.toMatchObject({ code: 'closed' })
    await expect(bench.call('projects.open', { folder: at('a') })).rejects.toMatchObject({ code: 'busy' })
    await closed
    expect((await work).cancelled).toBe(true)
    expect(await bench.call('projects.open', { folder: at('a') })).toMatchObject({ id: projectId })
  })

  test('closing goes on past a project whose log cannot be emptied, then tells', async () => {
    const projects = openProjects()
    const [first, second] = [projects.create(at('first')), projects.create(at('second'))]
    projects.beforeClose((project) => {
      // SQLite refuses to empty the log within a transaction, much as it does on a full disk.
      if (project === first) project.db.exec('BEGIN IMMEDIATE')
    })
    const endings = await Promise.allSettled([projects.close(first), projects.close(second)])
    expect(endings.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect([first.db.open, second.db.open, projects.all()]).toEqual([false, false, []])
    await projects.close(projects.open(at('second')))
  })

  test('a program killed while it makes a project does not keep the folder from becoming one', async () => {
    mkdirSync(at('cut'))
    const program = `
      import { createStore } from ${JSON.stringify(path.resolve('main/store/open.ts'))}
      createStore(${JSON.stringify(at('cut'))}, (db) => {
        db.exec('BEGIN; CREATE TABLE large (content); INSERT INTO large VALUES (randomblob(8000000))')
        process.kill(process.pid, 'SIGKILL')
      })`
    expect(spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program]).signal).toBe('SIGKILL')
    expect(readdirSync(at('cut')).map((name) => name.replace(/tmp-[\da-f-]+(?=-journal|$)/, 'tmp')).sort()).toEqual(['project.sqlite.tmp', 'project.sqlite.tmp-journal'])
    const { id } = await bench.call('projects.create', { folder: at('cut') })
    await bench.call('projects.close', { projectId: id })
    expect(readdirSync(at('cut'))).toEqual(['project.sqlite'])
    // In a folder of somebody else's, a name like ours is theirs.
    mkdirSync(at('theirs'))
    writeFileSync(at('theirs', 'x.tmp-2147483646-0f4c8a1e-5a0b-4f55-9f2a-6d0a5d0b1c2d'), '')
    await expect(bench.call('projects.create', { folder: at('theirs') })).rejects.toMatchObject({ code: 'already-exists' })
    expect(readdirSync(at('theirs'))).toHaveLength(1)
  })
})

test('the sample is a real folder with a natural tail, made anew each time, its sources named', async () => {
  const first = await bench.call('projects.sample', {})
  expect(first.imagesFolder).toBe(at('user', 'samples', 'emoji-001', 'images'))
  expect(first.project.folder).toBe(at('user', 'samples', 'emoji-001', 'emoji-001'))
  const readme = readFileSync(at('user', 'samples', 'emoji-001', 'README.md'), 'utf8')
  expect(readme).toMatch(/Apache License 2\.0/)
  expect(readme).toMatch(/MIT License/)
  expect(await bench.call('images.import', { projectId: first.project.id, folder: first.imagesFolder })).toMatchObject({ added: 1911, classes: 99, skipped: [] })
  const tail = await bench.call('classes.tail', { projectId: first.project.id })
  expect(tail.classes[0]).toMatchObject({ name: 'Flags/country-flag', train: 207, val: 52, group: 'many' })
  expect(tail.classes.at(-1)).toMatchObject({ train: 1 })
  expect(tail.imbalanceFactor).toBe(207)
  expect(tail.findings.singletons).toBe(1)
  expect((await bench.call('projects.sample', {})).imagesFolder).toBe(at('user', 'samples', 'emoji-002', 'images'))
  expect(readdirSync(at('user', 'samples'))).toEqual(['emoji-001', 'emoji-002'])
})

describe('folders', () => {
  test('lists folders only, hidden ones left out, projects marked', async () => {
    await bench.call('projects.create', { folder: at('list', 'birds') })
    mkdirSync(at('list', 'photos 10'))
    mkdirSync(at('list', 'photos 9'))
    mkdirSync(at('list', '.secret'))
    writeFileSync(at('list', 'letter.txt'), 'dear')
    symlinkSync(at('list', 'gone'), at('list', 'dangling'))
    expect(await bench.call('folders.list', { path: at('list') })).toEqual({
      path: at('list'),
      parent: bench.place,
      folders: [
        { name: 'birds', path: at('list', 'birds'), isProject: true },
        { name: 'photos 9', path: at('list', 'photos 9'), isProject: false },
        { name: 'photos 10', path: at('list', 'photos 10'), isProject: false },
      ],
    })
    expect((await bench.call('folders.list', { path: '/' })).parent).toBeNull()
    expect(existsSync((await bench.call('folders.list', {})).path)).toBe(true)
  })

  test('refuses files, nothing, and the kernel’s own', async () => {
    writeFileSync(at('letter.txt'), 'dear')
    await expect(bench.call('folders.list', { path: at('letter.txt') })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(bench.call('folders.list', { path: at('nowhere') })).rejects.toMatchObject({ code: 'not-found' })
    await expect(bench.call('folders.list', { path: '/proc/self' })).rejects.toMatchObject({ code: 'permission' })
    symlinkSync('/proc', at('trick'))
    await expect(bench.call('folders.list', { path: at('trick') })).rejects.toMatchObject({ code: 'permission' })
  })

  test('tells what was dropped: projects and folders by what is there, files by their names', async () => {
    await bench.call('projects.create', { folder: at('project') })
    mkdirSync(at('images'))
    const files = ['w.safetensors', 'W.PTH', 'l.csv', 'coco.json', 'photo.jpg'].map((name) => at(name))
    for (const file of files) writeFileSync(file, '')
    const paths = [at('project'), at('images'), ...files, at('nowhere'), at('l.csv', 'below')]
    const told = await bench.call('folders.look', { paths })
    expect(told.map(({ path: place }) => place)).toEqual(paths)
    expect(told.map(({ kind }) => kind)).toEqual(['project', 'folder', 'weights', 'weights', 'labels', 'labels', 'other', 'other', 'other'])
  })

  test('the page’s menu reaches the desktop, and is nothing to others', async () => {
    await bench.call('app.setMenu', { possible: ['project.new', 'help.about'], theme: 'dark' })
    expect(shown).toEqual(['project.new', 'help.about'])
    await expect(bench.call('app.setMenu', { possible: ['project.burn' as 'project.new'], theme: 'dark' })).rejects.toMatchObject({ code: 'invalid-input' })
  })

  test('shows what belongs to an open project only', async () => {
    expect(await bench.call('folders.pick', { title: 'x' })).toBe('/picked/x')
    const { id } = await bench.call('projects.create', { folder: at('a') })
    const outside = realpathSync(mkdtempSync(path.join(tmpdir(), 'ride-outside-')))
    try {
      symlinkSync(outside, at('a', 'way-out'))
      for (const place of [outside, at('a', 'way-out'), at('a', '..'), '/etc']) await expect(bench.call('folders.reveal', { path: place })).rejects.toMatchObject({ code: 'permission' })
      await bench.call('folders.reveal', { path: at('a') })
      expect(shown).toEqual([at('a')])
      await bench.call('projects.close', { projectId: id })
      await expect(bench.call('folders.reveal', { path: at('a') })).rejects.toMatchObject({ code: 'permission' })
    } finally {
      rmSync(outside, { recursive: true })
    }
  })

  test('without a desktop there is no dialog', async () => {
    const terminal = openedWorkbench()
    try {
      await expect(terminal.call('folders.pick', { title: 'x' })).rejects.toMatchObject({ code: 'unsupported' })
      expect(await terminal.call('app.info', {})).toEqual({ version: '1.2.3', host: 'terminal', platform: process.platform, startFolder: null })
      expect(await terminal.call('app.setMenu', { possible: [], theme: 'system' })).toEqual({})
    } finally {
      await terminal.close()
    }
  })
})
