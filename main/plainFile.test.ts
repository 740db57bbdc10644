import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openPlain, readPlain, readPlainInTurns } from './plainFile.ts'

test.skipIf(process.platform === 'win32')('files are read, also by way of links; nothing else is, nor waited for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ride-plain-'))
  try {
    const at = (name: string): string => path.join(folder, name)
    writeFileSync(at('file'), 'text')
    execFileSync('mkfifo', [at('pipe')])
    for (const [name, to] of [['link', at('file')], ['way', at('pipe')], ['zero', '/dev/zero']] as const) symlinkSync(to, at(name))
    for (const name of ['file', 'link']) {
      expect([readPlain(at(name)), await readPlainInTurns(at(name))].map(String)).toEqual(['text', 'text'])
      closeSync(openPlain(at(name))!)
    }
    for (const name of ['pipe', 'way', 'zero', '.']) expect([openPlain(at(name)), readPlain(at(name)), await readPlainInTurns(at(name))], name).toEqual([undefined, undefined, undefined])
    expect(() => readPlain(at('gone'))).toThrow('ENOENT')
    await expect(readPlainInTurns(at('gone'))).rejects.toThrow('ENOENT')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
