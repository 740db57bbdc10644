import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandLine } from './commandLine.ts'

test.skipIf(process.platform === 'win32').each([["my birds' $HOME \"now\" `date`"], ['/plain/folder-1'], ['a\\b*'], ['--not']])('%s is one word to the shell that it is copied to', (word) => {
  const line = commandLine('train', word, '--resume', '3')
  expect(line).toMatch(/^npm run --silent ride -- train /)
  const { stdout } = spawnSync('sh', ['-c', `npm() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' })
  expect(stdout).toBe(`run\n--silent\nride\n--\ntrain\n${word}\n--resume\n3\n`)
})
