import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scanFolder, type FoundFile, type SkippedFile } from './scan.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-scan-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(...files: string[]): void {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), file)
  }
}

async function scan(root = folder, excluded: readonly string[] = []): Promise<{ files: FoundFile[]; skipped: SkippedFile[] }> {
  const files: FoundFile[] = []
  const skipped: SkippedFile[] = []
  for await (const found of scanFolder(root, excluded)) {
    if (found.kind === 'file') files.push(found)
    else skipped.push(found)
  }
  return { files, skipped }
}

const places = (files: readonly FoundFile[]): string[] => files.map((file) => `${file.split ?? '-'}|${file.className ?? '-'}|${file.path}`)

describe('class folders', () => {
  test('the path of folders is the class, which a file in none has not; names are in order; hidden files are passed over in silence', async () => {
    put('cat/2.jpg', 'cat/1.jpg', 'bird/owl/snowy/1.png', 'bird/owl/1.png', '.git/config', 'cat/.DS_Store', 'cat/Thumbs.db', 'loose.png')
    const { files, skipped } = await scan()
    expect(places(files)).toEqual(['-|bird/owl|bird/owl/1.png', '-|bird/owl/snowy|bird/owl/snowy/1.png', '-|cat|cat/1.jpg', '-|cat|cat/2.jpg', '-|-|loose.png'])
    expect(files[0]).toMatchObject({ file: path.join(folder, 'bird/owl/1.png'), bytes: 14 })
    expect(skipped).toEqual([])
  })

  test('a folder with a dot before its name is left out with a word where it holds images, and is no system’s own', async () => {
    put('cat/1.jpg', '.owl/1.jpg', 'cat/.young/deep/2.PNG', '.notes/list.txt', '.git/objects/3.png', '.Trash-1000/files/4.jpg', 'cat/.5.jpg')
    const { files, skipped } = await scan()
    expect(places(files)).toEqual(['-|cat|cat/1.jpg'])
    expect(skipped.map((one) => one.path)).toEqual(['.owl', 'cat/.young'])
    expect(skipped[0]!.reason).toMatch(/begins with a dot/)
    expect((await scan(folder, [path.join(folder, '.owl')])).skipped.map((one) => one.path)).toEqual(['cat/.young'])
  })

  test('an excluded folder is not entered', async () => {
    put('cat/1.jpg', 'project/cache/1.png')
    expect(places((await scan(folder, [path.join(folder, 'project')])).files)).toEqual(['-|cat|cat/1.jpg'])
  })

  test('what is no folder is refused', async () => {
    put('file.jpg')
    await expect(scan(path.join(folder, 'file.jpg'))).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(scan(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('split folders', () => {
  test('train beside others keeps the splits, whatever they are called', async () => {
    put('Train/cat/1.jpg', 'validation/cat/2.jpg', 'testing/bird/owl/3.jpg', 'extra/cat/4.jpg', 'Train/loose.jpg')
    const { files, skipped } = await scan()
    expect(places(files)).toEqual(['train|cat|Train/cat/1.jpg', 'train|-|Train/loose.jpg', '-|extra/cat|extra/cat/4.jpg', 'test|bird/owl|testing/bird/owl/3.jpg', 'val|cat|validation/cat/2.jpg'])
    expect(skipped).toEqual([])
  })

  test('train alone is a class folder like any other', async () => {
    put('train/cat/1.jpg')
    expect(places((await scan()).files)).toEqual(['-|train/cat|train/cat/1.jpg'])
  })

  test('classes named train and test stay classes', async () => {
    put('train/1.jpg', 'test/1.jpg', 'bus/1.jpg')
    expect((await scan()).files.map((file) => file.className)).toEqual(['bus', 'test', 'train'])
  })
})

test('hostile names are names', async () => {
  const names = ['😀', '\u202Egpj.exe', 'line\nbreak', ' leading', 'trailing. ', '%2e%2e', 'a#b?c', 'CON', 'a:b', 'back\\slash', '<img onerror=alert(1)>', '__proto__', 'cafe\u0301']
  for (const name of names) put(`${name}/${name}.jpg`)
  const { files, skipped } = await scan()
  expect(skipped).toEqual([])
  expect(new Set(files.map((file) => file.className))).toEqual(new Set(names.map((name) => name.normalize('NFC'))))
  expect(new Set(files.map((file) => file.path))).toEqual(new Set(names.map((name) => `${name}/${name}.jpg`)))
})

test('a name that is not UTF-8 is skipped with the reason', async () => {
  mkdirSync(path.join(folder, 'cat'))
  writeFileSync(Buffer.concat([Buffer.from(path.join(folder, 'cat/')), Buffer.from([0xff, 0xfe]), Buffer.from('.jpg')]), 'x')
  const { files, skipped } = await scan()
  expect(files).toEqual([])
  expect(skipped[0]?.reason).toMatch(/UTF-8/)
})

test('links, pipes and sockets: the scan ends, opens nothing, and tells each file once', async () => {
  put('cat/1.jpg', 'cat/hard.jpg', '.annex/object')
  const outside = `${folder}-outside.jpg`
  writeFileSync(outside, 'outside')
  const socket = createServer().listen(path.join(folder, 'cat/socket.jpg'))
  try {
    linkSync(path.join(folder, 'cat/hard.jpg'), path.join(folder, 'cat/other-name.jpg'))
    for (const [target, link] of [
      ['.', 'loop'],
      ['self.jpg', 'cat/self.jpg'],
      ['gone.jpg', 'cat/dangling.jpg'],
      ['1.jpg', 'cat/0-alias.jpg'],
      [outside, 'cat/outside.jpg'],
      ['../..', 'cat/above'],
      ['/dev/zero', 'cat/device.jpg'],
      ['../.annex/object', 'cat/annexed.jpg'],
      ['../.annex/object', 'cat/annexed-too.jpg'],
    ] as const) {
      symlinkSync(target, path.join(folder, link))
    }
    execFileSync('mkfifo', [path.join(folder, 'cat/pipe.jpg')])
    const { files, skipped } = await scan()
    expect(files.map((file) => file.path)).toEqual(['cat/1.jpg', 'cat/hard.jpg', 'cat/annexed-too.jpg'])
    const reasons = Object.fromEntries(skipped.map((one) => [one.path, one.reason]))
    expect(reasons).toMatchObject({
      loop: expect.stringMatching(/Links to folders/),
      'cat/self.jpg': expect.stringMatching(/nowhere/),
      'cat/dangling.jpg': expect.stringMatching(/nowhere/),
      'cat/0-alias.jpg': expect.stringMatching(/one more name/),
      'cat/other-name.jpg': expect.stringMatching(/one more name/),
      'cat/outside.jpg': expect.stringMatching(/out of the folder/),
      'cat/above': expect.stringMatching(/out of the folder/),
      'cat/device.jpg': expect.stringMatching(/out of the folder/),
      'cat/annexed.jpg': expect.stringMatching(/one more name/),
      'cat/pipe.jpg': expect.stringMatching(/ordinary/),
      'cat/socket.jpg': expect.stringMatching(/ordinary/),
    })
  } finally {
    socket.close()
    rmSync(outside, { force: true })
  }
})
