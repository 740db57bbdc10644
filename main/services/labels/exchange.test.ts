/** Labels out of a project and into one, on real files. */
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../shared/contract/labels.ts'
import { openedWorkbench, writeImage, type OpenedWorkbench } from '../fixtures/openedWorkbench.ts'

let bench: OpenedWorkbench
let projectId: string
let pictures: string
/** `cat/1.png`, `cat/2.png`, `bird/owl/1.png`, `=1+1/3.png` and the unlabelled `loose.png`. */
beforeEach(async () => {
  bench = openedWorkbench()
  projectId = (await bench.call('projects.create', { folder: path.join(bench.place, 'project') })).id
  pictures = path.join(bench.place, 'pictures')
  for (const [n, file] of ['cat/1.png', 'cat/2.png', 'bird/owl/1.png', '=1+1/3.png', 'loose.png'].entries()) await writeImage(path.join(pictures, file), n)
  await bench.call('images.import', { projectId, folder: pictures, split: 'train' })
})
afterEach(() => bench.close())

const labels = async (): Promise<Record<string, string>> => {
  const { images } = await bench.call('images.list', { projectId, limit: 1000 })
  return Object.fromEntries(images.map((image) => [image.path, `${image.className ?? '-'} ${image.split}`]))
}
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path.join(bench.place, name), content)
  return path.join(bench.place, name)
}
const read = (name: string, content: string | Uint8Array): Promise<Reading> => bench.call('labels.readFile', { projectId, file: file(name, content) })
const filesIn = (folder: string): string[] => (readdirSync(folder, { recursive: true }) as string[]).filter((name) => lstatSync(path.join(folder, name)).isFile()).map((name) => name.split(path.sep).join('/')).sort()

describe('export', () => {
  test('folders of copies, which an import finds the same again', async () => {
    const to = path.join(bench.place, 'out')
    mkdirSync(to)
    expect(await bench.call('labels.export', { projectId, format: 'folders', to })).toEqual({ place: to, images: 4, classes: 3, unlabelled: 1, missing: 0 })
    expect(filesIn(to)).toEqual(['train/=1+1/3.png', 'train/bird/owl/1.png', 'train/cat/1.png', 'train/cat/2.png'])
    expect(lstatSync(path.join(to, 'train/cat/1.png'))).toMatchObject({ nlink: 1 })
    expect(readFileSync(path.join(to, 'train/cat/1.png'))).toEqual(readFileSync(path.join(pictures, 'cat/1.png')))
    await expect(bench.call('labels.export', { projectId, format: 'folders', to })).rejects.toMatchObject({ code: 'already-exists', message: expect.stringMatching(/not empty/) })
    const other = (await bench.call('projects.create', { folder: path.join(bench.place, 'other') })).id
    await bench.call('images.import', { projectId: other, folder: to })
    const { images } = await bench.call('images.list', { projectId: other })
    expect(images.map(({ className, split }) => `${split} ${className}`).sort()).toEqual(['train =1+1', 'train bird/owl', 'train cat', 'train cat'])
  })

  test('a class that is renamed, merged or deleted meanwhile is exported as it was when that began', async () => {
    const { classes } = await bench.call('classes.tail', { projectId })
    const idOf = (name: string): number => classes.find((one) => one.name === name)!.id
    for (let turns = 0; turns < 6; turns++) {
      const to = path.join(bench.place, `out ${turns}`)
      const exporting = bench.call('labels.export', { projectId, format: 'folders', to })
      for (let n = 0; n < turns; n++) await nextTurn()
      // Both in one turn.
      await Promise.all([bench.call('classes.rename', { projectId, classId: idOf('cat'), name: 'lynx' }), bench.call('classes.merge', { projectId, classIds: [idOf('bird/owl')], intoId: idOf('=1+1') })])
      expect(await exporting).toMatchObject({ images: 4 })
      const exported = filesIn(to)
      const [before, after] = [['train/=1+1/3.png', 'train/bird/owl/1.png', 'train/cat/1.png', 'train/cat/2.png'], ['train/=1+1/1.png', 'train/=1+1/3.png', 'train/lynx/1.png', 'train/lynx/2.png']]
      expect(exported).toEqual(exported.some((name) => name.includes('lynx')) ? after : before)
      for (let steps = 0; steps < 2; steps++) await bench.call('labels.undo', { projectId })
    }
  })

  test('a file that is gone leaves nothing behind, and what died before is swept', async () => {
    rmSync(path.join(pictures, 'bird/owl/1.png'))
    const to = path.join(bench.place, 'out')
    mkdirSync(`${to}.tmp-999999999-00000000-0000-0000-0000-000000000000`)
    await expect(bench.call('labels.export', { projectId, format: 'folders', to })).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/owl/) })
    expect(readdirSync(bench.place).filter((name) => name.startsWith('out'))).toEqual([])
  })

  test('as CSV and COCO, told back to nothing new', async () => {
    const csv = path.join(bench.place, 'labels.csv')
    expect(await bench.call('labels.export', { projectId, format: 'csv', to: csv })).toMatchObject({ images: 5, classes: 3 })
    const lines = readFileSync(csv, 'utf8').trim().split('\n')
    expect(lines[0]).toBe('path,source folder,class,split,width,height')
    expect(lines).toContain(`'=1+1/3.png,${pictures},'=1+1,train,8,6`)
    expect(lines).toContain(`loose.png,${pictures},,train,8,6`)
    expect(await bench.call('labels.readFile', { projectId, file: csv })).toMatchObject({ format: 'csv', rows: 5, matched: 5, changes: 0, unchanged: 4, ofUnknownClasses: 0, splitChanges: 0, withoutClass: 1, unknownClassCount: 0, unknownFiles: { count: 0 } })
    await expect(bench.call('labels.export', { projectId, format: 'csv', to: csv })).rejects.toMatchObject({ code: 'already-exists' })
    await bench.call('labels.export', { projectId, format: 'csv', to: csv, replace: true })

    const coco = path.join(bench.place, 'labels.json')
    await bench.call('labels.export', { projectId, format: 'coco', to: coco })
    const document = JSON.parse(readFileSync(coco, 'utf8')) as { images: unknown[]; annotations: { bbox: number[] }[]; categories: { name: string; supercategory: string }[] }
    expect([document.images.length, document.annotations.length]).toEqual([5, 4])
    expect(document.annotations[0]!.bbox).toEqual([0, 0, 8, 6])
    expect(document.categories).toContainEqual(expect.objectContaining({ name: 'bird/owl', supercategory: 'bird' }))
    expect(await bench.call('labels.readFile', { projectId, file: coco })).toMatchObject({ format: 'coco', rows: 5, matched: 5, changes: 0, withoutClass: 1, unknownClassCount: 0 })
  })

  test('as CSV with folders that a spreadsheet would take for formulas, and the same file names in each', async () => {
    for (const [n, folder] of ['-minus', '@at', '+plus'].entries()) await writeImage(path.join(pictures, folder, '1.png'), 10 + n)
    await bench.call('images.import', { projectId, folder: pictures, split: 'train' })
    const csv = path.join(bench.place, 'labels.csv')
    await bench.call('labels.export', { projectId, format: 'csv', to: csv })
    expect(readFileSync(csv, 'utf8')).toContain(`'-minus/1.png,${pictures},'-minus,train`)
    expect(await bench.call('labels.readFile', { projectId, file: csv })).toMatchObject({ rows: 8, unchanged: 7, withoutClass: 1, ambiguousFiles: { count: 0 }, unknownFiles: { count: 0 } })
    // A folder that is named as the other is written goes first.
    await writeImage(path.join(pictures, "'-minus", '1.png'), 20)
    await bench.call('images.import', { projectId, folder: pictures, split: 'train' })
    await bench.call('labels.importFile', { projectId, file: file('one.csv', "path,class\n'-minus/1.png,cat\n") })
    expect(await labels()).toMatchObject({ "'-minus/1.png": 'cat train', '-minus/1.png': '-minus train' })
  })

  test.each([['csv', 'labels.csv'], ['coco', 'labels.json']] as const)('as %s with classes of folders whose names begin or end in spaces', async (format, name) => {
    for (const [n, folder] of ['lynx ', ' cat', '- minus '].entries()) await writeImage(path.join(pictures, folder, 'a.png'), 10 + n)
    await bench.call('images.import', { projectId, folder: pictures, split: 'train' })
    const to = path.join(bench.place, name)
    await bench.call('labels.export', { projectId, format, to })
    expect(await bench.call('labels.readFile', { projectId, file: to })).toMatchObject({ rows: 8, unchanged: 7, withoutClass: 1, unknownClassCount: 0 })
    // Elsewhere they are a slip of who wrote the file.
    await bench.call('labels.importFile', { projectId, file: file('slip.csv', 'path,class\nloose.png, bird/owl \n"cat/1.png"," lynx"\n'), others: 'make' })
    expect(await labels()).toMatchObject({ 'loose.png': 'bird/owl train', 'cat/1.png': 'lynx train', 'lynx /a.png': 'lynx  train' })
  })

  test('never among the images or the project’s own files', async () => {
    for (const to of [path.join(pictures, 'out.csv'), path.join(bench.place, 'project', 'out.csv')]) await expect(bench.call('labels.export', { projectId, format: 'csv', to })).rejects.toMatchObject({ code: 'permission' })
    await expect(bench.call('labels.export', { projectId, format: 'csv', to: path.join(bench.place, 'none', 'out.csv') })).rejects.toMatchObject({ code: 'not-found' })
    await expect(bench.call('labels.export', { projectId, format: 'coco', to: path.join(bench.place, 'out.csv') })).rejects.toMatchObject({ code: 'invalid-input' })
    expect(readdirSync(pictures)).not.toContain('out.csv')
  })
})

describe('import', () => {
  test('one step, after unknown classes were answered for; undone as one', async () => {
    const before = await labels()
    const csv = file('labels.csv', `\ufefffilename;Label;split\r\n${pictures}/cat/1.png;bird/owl;val\r\n./cat/2.png;lynx;\r\nloose.png;wildcat;test\r\nnowhere.png;cat;\r\n1.png;cat;\r\n\r\n3.png;;\r\n`)
    expect(await bench.call('labels.readFile', { projectId, file: csv })).toEqual({
      format: 'csv',
      columns: { path: 'filename', label: 'Label', split: 'split', source: null },
      rows: 6,
      matched: 4,
      changes: 1,
      unchanged: 0,
      ofUnknownClasses: 2,
      splitChanges: 2,
      unknownFiles: { count: 1, examples: ['nowhere.png'] },
      ambiguousFiles: { count: 1, examples: ['1.png'] },
      contradictions: { count: 0, examples: [] },
      withoutClass: 1,
      unknownClasses: [{ name: 'lynx', images: 1, like: null }, { name: 'wildcat', images: 1, like: null }],
      unknownClassCount: 2,
    })
    await expect(bench.call('labels.importFile', { projectId, file: csv })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/lynx and 1 more class are not in this project/), detail: { unknownClasses: ['lynx', 'wildcat'] } })
    expect(await labels()).toEqual(before)
    const cat = (await bench.call('classes.list', { projectId })).find(({ name }) => name === 'cat')!.id
    const step = await bench.call('labels.importFile', { projectId, file: csv, classes: [{ name: 'lynx', become: 'make' }, { name: 'wildcat', become: cat }] })
    expect(step).toMatchObject({ changed: 5, made: 1, left: 0, passedOver: { unknownFiles: { count: 1 }, ambiguousFiles: { count: 1 }, withoutClass: 1 }, undo: { about: { what: 'import', file: 'labels.csv', splits: 2 } } })
    expect(await labels()).toEqual({ ...before, 'cat/1.png': 'bird/owl val', 'cat/2.png': 'lynx train', 'loose.png': 'cat test' })
    await bench.call('labels.undo', { projectId })
    expect(await labels()).toEqual(before)
    expect((await bench.call('classes.list', { projectId })).map(({ name }) => name)).not.toContain('lynx')
    await bench.call('labels.redo', { projectId })
    await bench.call('labels.importFile', { projectId, file: file('other.csv', 'path,class,split\ncat/1.png,puma,train\n'), others: 'leave', splits: false })
    expect((await labels())['cat/1.png']).toBe('bird/owl val')
    const { total, steps } = await bench.call('labels.journal', { projectId, limit: 2 })
    expect([total, steps]).toEqual([2, [expect.objectContaining({ images: 5, isUndone: false, isImport: false }), expect.objectContaining({ images: 4, isImport: true })]])
  })

  test('COCO with its lists in any order; several categories of an image contradict each other', async () => {
    const coco = { annotations: [{ image_id: 7, category_id: 1 }, { image_id: 7, category_id: 1 }, { image_id: 'b', category_id: 1 }, { image_id: 'b', category_id: 2 }], categories: [{ id: 1, name: 'cat' }, { id: 2, name: '__proto__' }], images: [{ id: 7, file_name: 'x/loose.png' }, { id: 'b', file_name: 'owl/../cat/1.png' }] }
    const reading = await read('labels.json', JSON.stringify(coco, null, 1))
    expect(reading).toMatchObject({ format: 'coco', rows: 2, matched: 2, changes: 1, contradictions: { count: 1, examples: ['cat/1.png'] }, unknownClassCount: 0 })
    await bench.call('labels.importFile', { projectId, file: path.join(bench.place, 'labels.json') })
    expect((await labels())['loose.png']).toBe('cat train')
  })

  test.each([
    ['labels.csv', '', /line 1: the file is empty/],
    ['labels.csv', 'a,b\n1,2\n', /line 1: no column holds the files.*"a", "b"/],
    ['labels.csv', 'path#class\n1#2\n', /line 1: no column holds the files.*"path#class"/],
    ['labels.csv', 'path,class,Class\nx,y,z\n', /line 1: two columns are named "class"/],
    ['labels.csv', 'path,class\ncat/1.png,cat\nx\n', /line 3.*: the row has another number of fields/],
    ['labels.csv', 'path,class\ncat/1.png,"cat\n', /line \d.*: a quote is opened and never closed/],
    ['labels.csv', 'path,class\ncat/1.png,c"at\n', /line 2.*a quote stands in the middle of a field/],
    ['labels.csv', 'path,class,split\ncat/1.png,cat,dev\n', /line 2, field "split": "dev" is no split/],
    ['labels.csv', 'path,class\n,cat\n', /line 2, field "path": it is empty/],
    ['labels.csv', `path,class\ncat/1.png,${'x'.repeat(2000)}\n`, /line 2: the name of a class has more than 1,024/],
    ['labels.csv', `path,class\n"${'x'.repeat(3_000_000)}`, /longer than 1 MB/],
    ['labels.csv', 'x'.repeat(3_000_000), /line 1/],
    ['labels.csv', `path,class\ncat/1.png,cat\n${','.repeat(8_000_000)}`, /line 3.*longer than 1 MB/],
    ['labels.csv', Buffer.from('path,class\n', 'utf16le'), /UTF-16/],
    ['labels.csv', Buffer.from([...Buffer.from('path,class\ncat/1.png,caf'), 0xe9, 0x0a]), /after line \d: a character is not UTF-8/],
    ['labels.json', '{"images": [{"id": 1, "file_name": 5}]}', /line 1, field images\[0\]\.file_name: expected a text/],
    ['labels.json', '{"images": [{"id": 1, "file_name": "a"}],\n"annotations": [{"image_id": 1, "category_id": 1},\n{"image_id": 2, "category_id": 1},\n{"image_id": 2, "category_id": 3}], "categories": [{"id": 1, "name": "cat"}]}', /line 3, field annotations\[1\]\.image_id: there is no image 2 in the file/],
    ['labels.json', '{"images": [{"id": 1, "file_name": "a"}],\n"annotations": [{"image_id": 1, "category_id": "x"}]}', /line 2, field annotations\[0\]\.category_id: there is no category x in the file/],
    ['labels.json', '{"images": [{"id": 1, "file_name": "a"}], "annotations": {"image_id": 1, "category_id": 1}}', /line 1, field annotations: expected a list/],
    ['labels.json', '{"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]}', /line 1: images has two entries with the id 1/],
    ['labels.json', '{"images": [{"id": 1e999, "file_name": "a"}]}', /line 1, field images\[0\]\.id: expected a whole number/],
    ['labels.json', '{"images": {}}', /line 1, field images: expected a list/],
    ['labels.json', '{"images": [{"id": 1, "file_name": "a"}],\n"categories": [{"id": 1, "name": " "}]}', /line 2, field categories\[0\]\.name: expected a name/],
    ['labels.json', '{"images": [{"id": 1, "file_name": "a"}],\n"categories": [{"id": 1, "name": "\\u00002"}]}', /line 2, field categories\[0\]\.name: expected a name without NUL/],
    ['labels.json', '{"info": {}}', /no entry under "images"/],
    ['labels.json', '[]', /line 1: expected \{/],
    ['labels.json', '{"images": [{"id": 1, "file_name": NaN}]}', /line 1: the entry 1 of "images" is no JSON/],
  ] as const)('refusal %#, which changes nothing: %s', async (name, content, words) => {
    const before = await labels()
    await expect(read(name, content)).rejects.toMatchObject({ code: 'unreadable', message: expect.stringMatching(words) })
    await expect(bench.call('labels.importFile', { projectId, file: path.join(bench.place, name), others: 'make' })).rejects.toMatchObject({ code: 'unreadable', message: expect.stringMatching(/^labels\.(csv|json), .*Nothing was changed\.$/s) })
    expect(await labels()).toEqual(before)
    expect((await bench.call('labels.state', { projectId })).undo).toBeNull()
  })

  test.each(['a/', './', 'a/../'])('an image far too deep to be is unknown, and no other row is lost: %s', async (step) => {
    const deep = step.repeat(200_000)
    expect(await read('labels.csv', `path,class\n${deep}none.png,cat\ncat/1.png,cat\n`)).toMatchObject({ rows: 2, matched: 1, unknownFiles: { count: 1 } })
  })

  test('what is no such file is refused', async () => {
    await expect(bench.call('labels.readFile', { projectId, file: path.join(bench.place, 'none.csv') })).rejects.toMatchObject({ code: 'not-found' })
    await expect(bench.call('labels.readFile', { projectId, file: pictures })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(read('labels.xlsx', 'x')).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/Choose a CSV file/) })
  })

  test('one thing at a time, which can be cancelled', async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `none/${n}.png,cat`).join('\n')
    const reading = read('labels.csv', `path,class\n${rows}\n`)
    await expect(read('other.csv', 'path,class\n')).rejects.toMatchObject({ code: 'busy' })
    expect(bench.workbench.activity()).toEqual([expect.stringMatching(/file of labels is being read/)])
    const other = await bench.call('projects.create', { folder: path.join(bench.place, 'other') })
    expect(await Promise.all([projectId, other.id].map((id) => bench.call('projects.goingOn', { projectId: id })))).toEqual([['labelsRead'], []])
    await Promise.all([bench.call('labels.cancel', { projectId }), expect(reading).rejects.toMatchObject({ code: 'cancelled' })])
    expect((await read('other.csv', 'path,class\ncat/1.png,cat\n')).matched).toBe(1)
  })
})
