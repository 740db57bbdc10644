import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { notices } from './notices.mjs'

const root = path.resolve(import.meta.dirname, '..')

test('each bundled package is named once, with the whole text of its licence', () => {
  const text = notices(root, ['main/cli.ts', 'node_modules/protobufjs/src/a.js', path.join(root, 'node_modules/protobufjs/src/b.js'), 'node_modules/@hono/node-server/dist/index.mjs'])
  expect(text.match(/^protobufjs \S+ \(BSD-3-Clause\)$/gm)).toHaveLength(1)
  expect(text).toContain(readFileSync(path.join(root, 'node_modules/protobufjs/LICENSE'), 'utf8').trim())
  expect(text).toMatch(/^@hono\/node-server \S+ \(MIT\)$/m)
})
