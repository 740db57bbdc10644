import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeImage } from '../services/fixtures/openedWorkbench.ts'
import { rideIn } from './fixtures/ride.ts'

let place: string
beforeEach(async () => {
  place = mkdtempSync(path.join(tmpdir(), 'ride-cli-labels-'))
  for (const [n, file] of ['cat/1.png', 'cat/2.png', 'lynx/1.png', 'loose.png'].entries()) await writeImage(path.join(place, 'pictures', file), n)
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const at = (name: string): string => path.join(place, name)
const ride = (...words: readonly string[]) => rideIn(at('user'))(...words)
const json = async (...words: readonly string[]): Promise<unknown> => {
  const { code, out, err } = await ride(...words, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out.trim().split('\n').at(-1)!)
}

test('labels and classes from the command line, and back', async () => {
  await ride('new', at('project'))
  expect((await ride('import', at('project'), at('pictures'))).out).toContain('1 without a class, as they lie in no class folder')
  expect(await json('labels', 'export', at('project'), '--to', at('out.csv'))).toMatchObject({ format: 'csv', images: 4, classes: 2 })
  expect(await json('labels', 'export', at('project'), '--to', at('out'))).toMatchObject({ format: 'folders', images: 3, unlabelled: 1 })
  expect(readdirSync(at('out'))).toContain('train')

  writeFileSync(at('new.csv'), 'file,label\nloose.png,puma\ncat/1.png,lynx\n')
  expect(await json('labels', 'import', at('project'), at('new.csv'), '--dry-run')).toMatchObject({ changes: 1, would: null, unknownClasses: [{ name: 'puma', images: 1 }] })
  expect(await ride('labels', 'import', at('project'), at('new.csv'))).toMatchObject({ code: 1, err: expect.stringMatching(/The class puma is not in this project, so nothing was changed\. --unknown make .*--unknown leave/) })
  expect((await ride('labels', 'import', at('project'), at('new.csv'), '--dry-run')).out).toMatch(/^2 rows: 2 images found\.\nNothing would change: 1 class is not .*--unknown make/)
  expect((await ride('labels', 'import', at('project'), at('new.csv'), '--dry-run', '--unknown', 'make')).out).toContain('2 labels and 0 splits would change; 1 class would be made.')
  expect((await ride('labels', 'import', at('project'), at('new.csv'), '--dry-run', '--unknown', 'leave')).out).toMatch(/1 label and 0 splits would change; 0 classes would be made\.\n1 image of classes that the project has not stays as it is/)
  expect(await ride('labels', 'export', at('project'), '--to', at('out.csv'))).toMatchObject({ code: 1, err: expect.stringMatching(/out\.csv exists already.*--replace/) })
  expect((await ride('labels', 'export', at('project'), '--to', at('out.csv'), '--replace')).out).toMatch(/^Exported 4 images of 2 classes .*\n1 of them has no label\.\n$/)
  expect(await json('labels', 'import', at('project'), at('new.csv'), '--unknown', 'make')).toMatchObject({ changed: 2, made: 1 })
  expect(await json('classes', 'merge', at('project'), 'puma', 'lynx', '--into', 'cat')).toMatchObject({ changed: 3, about: { what: 'merge', otherName: 'cat' } })
  expect(await json('classes', 'list', at('project'))).toEqual({ classes: [{ id: expect.any(Number), name: 'cat', images: 4 }] })
  expect(await json('undo', at('project'))).toMatchObject({ changed: 3, about: { what: 'merge' } })
  expect(await json('classes', 'rename', at('project'), 'puma', 'cougar')).toMatchObject({ about: { what: 'rename', otherName: 'cougar' } })
  expect(await json('classes', 'delete', at('project'), 'cougar')).toMatchObject({ changed: 1 })
  expect(await ride('redo', at('project'))).toMatchObject({ code: 1, err: 'There is nothing to redo.\n' })
  expect(await ride('classes', 'delete', at('project'), 'dodo')).toMatchObject({ code: 1, err: expect.stringMatching(/no class named "dodo"/) })
  expect((await ride('undo', at('project'))).out).toBe('Taken back: cougar deleted: 1 image without a label.\n')
  expect((await ride('redo', at('project'))).out).toBe('Done again: cougar deleted: 1 image without a label.\n')
  expect(await ride('classes', 'merge', at('project'), 'cat', 'lynx')).toMatchObject({ code: 2, err: expect.stringMatching(/--into <class>.*See ride classes merge --help\.\n$/) })
  expect(await ride('labels')).toMatchObject({ code: 2, err: expect.stringMatching(/A command is missing/) })
})

test('what a file of labels says and nothing comes of is told, and a class of other capitals is named', async () => {
  await ride('new', at('project'))
  await ride('import', at('project'), at('pictures'))
  writeFileSync(at('new.csv'), 'file,label\nloose.png,Lynx\nnowhere.png,cat\n1.png,cat\ncat/2.png,\n')
  expect(await ride('labels', 'import', at('project'), at('new.csv'))).toMatchObject({ code: 1, err: expect.stringContaining('It has the class lynx, which differs from Lynx in capitals alone.') })
  expect((await ride('labels', 'import', at('project'), at('new.csv'), '--dry-run')).out).toContain('  not in the project: Lynx (1 image); it has lynx\n')
  const passedOver = ['1 row names a file that the project has not', '1 row names several images at once', '1 image without a class in the file stays as it is', ''].join('\n')
  expect((await ride('labels', 'import', at('project'), at('new.csv'), '--unknown', 'leave', '--dry-run')).out).toContain(passedOver)
  expect((await ride('labels', 'import', at('project'), at('new.csv'), '--unknown', 'leave')).out).toBe(`0 labels and 0 splits changed; 0 classes made.\n1 image of classes that the project has not stays as it is\n${passedOver}`)
})
