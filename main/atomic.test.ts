import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readJson, sweepTemporary, temporaryName, writeAtomically, writeNew } from './atomic.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'ride-atomic-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a name as long as a file system allows can be written, also by way of a temporary file of its own', () => {
  const name = `${'é'.repeat(125)}.onnx`
  const temporary = temporaryName(path.join(folder, name))
  writeAtomically(temporary, '')
  writeAtomically(path.join(folder, name), '')
  expect(readdirSync(folder).sort()).toEqual([path.basename(temporary), name].sort())
  expect(Buffer.byteLength(path.basename(temporary))).toBeLessThan(250)
  expect(temporaryName(temporary)).not.toBe(temporary)
})

test('what a dead writer left of a long name is swept by that name, and of others not', () => {
  const name = `${'a'.repeat(250)}.onnx`
  const left = path.basename(temporaryName(path.join(folder, name))).replace(/tmp-\d+/, 'tmp-999999999')
  writeFileSync(path.join(folder, left), '')
  sweepTemporary(folder, 'another.onnx')
  expect(readdirSync(folder)).toContain(left)
  sweepTemporary(folder, name)
  expect(readdirSync(folder)).not.toContain(left)
})

test('what is to be new is written where nothing has the name, and else changes nothing', () => {
  const inside = mkdtempSync(path.join(folder, 'new-'))
  const file = path.join(inside, 'mark.json')
  expect(writeNew(file, 'first')).toBe(true)
  expect(writeNew(file, 'second')).toBe(false)
  expect(readFileSync(file, 'utf8')).toBe('first')
  expect(readdirSync(inside)).toEqual(['mark.json'])
})

test.skipIf(process.platform === 'win32')('JSON is read of files alone: a pipe, a folder and torn text hold none', () => {
  const inside = mkdtempSync(path.join(folder, 'json-'))
  const at = (name: string): string => path.join(inside, name)
  writeFileSync(at('whole'), '{"é": 1}')
  writeFileSync(at('torn'), '{"é')
  writeFileSync(at('empty'), '')
  execFileSync('mkfifo', [at('pipe')])
  expect(['whole', 'torn', 'empty', 'pipe', '.', 'gone'].map((name) => readJson(at(name)))).toEqual([{ é: 1 }, undefined, undefined, undefined, undefined, undefined])
})
