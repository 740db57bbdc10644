import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tail, writeTailedFolder } from './services/fixtures/tailedFolder.ts'

const place = mkdtempSync(path.join(tmpdir(), 'ride-cli-'))
const project = path.join(place, 'project')
const images = path.join(place, 'images')

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The last line of stdout as JSON. */
  json(): unknown
}

/** Runs a command line; `meanwhile` sees what it says on stderr as it comes. */
function ride(words: readonly string[], meanwhile?: (stderr: string, child: ChildProcess) => void): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'cli.ts'), ...words], {
    cwd: place,
    env: { ...process.env, RIDE_USER_DIR: path.join(place, 'user') },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal gives it: signals to the group reach the trainer too.
    detached: true,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    meanwhile?.(stderr, child)
  })
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr, json: () => JSON.parse(stdout.trimEnd().split('\n').at(-1)!) }))
  })
}

beforeAll(() => writeTailedFolder(images))
afterAll(() => rmSync(place, { recursive: true, force: true }))

test.each([
  [[], 'A command is missing.'],
  [['bogus'], "Unknown command 'bogus'."],
  [['new'], "Missing required argument 'dir'."],
  [['tail', 'x', '--bogus'], "Unknown option '--bogus'."],
  [['tail', 'x', 'y'], 'Too many arguments'],
  [['import', 'x', 'y', '--split', 'most'], 'Allowed choices are auto, train, val, test.'],
  [['import', 'x', 'y', '--val-fraction', '2'], 'Expected a number from 0 to 0.9.'],
  [['train', 'x', '--experts', '9'], 'Expected a whole number from 1 to 8.'],
  [['train', 'x', '--epochs', '1e3'], 'Expected a whole number from 1 to 10000.'],
  [['train', 'x', '--lr', '0'], 'Expected a number above 0.'],
  [['train', 'x', '--preset', 'none'], 'Allowed choices are cifar, fast, imagenet-lt, inaturalist, balpoe.'],
  [['train', 'x', '--backbone', 'none'], 'Allowed choices are resnet32, resnet10, resnet50, resnext50.'],
  [['train', 'x', '--loss', 'none'], 'Allowed choices are ride, '],
  [['train', 'x', '--reweight', 'often'], 'Allowed choices are never, deferred, always.'],
  [['train', 'x', '--tau', '5'], 'Expected a number from 0 to 4.'],
  [['train', 'x', '--accumulate', '0'], 'Expected a whole number from 1 to 256.'],
  [['train', 'x', '--teacher', 'best'], "Expected a run's number, or latest."],
  [['train', 'x', '--resume', '1', '--epochs', '3'], 'leave out --epochs.'],
  [['derive', 'x', '--run', '1'], "Required option '--stage <name>' not specified."],
  [['derive', 'x', '--run', '1', '--stage', 'experts'], 'Allowed choices are crt, lws, tau-norm, router.'],
  [['threshold', 'x', '--run', '1', '--to', '1'], 'Expected a number above 0 and below 1.'],
  [['analysis', 'x'], "Required option '--run <run>' not specified."],
  [['analysis', 'x', '--run', '1', '--run', 'first'], "Expected a run's number, or latest."],
  [['import-weights', 'x'], "Missing required argument 'file'."],
  [['import-weights', 'x', 'y', '--order', 'size'], 'Allowed choices are name, frequency.'],
  [['export', 'x', '--run', '1', '--to', 'y', '--format', 'pth'], 'Allowed choices are safetensors, savedmodel, onnx.'],
  [['evaluate', 'x'], "Required option '--run <run>' not specified."],
  [['evaluate', 'x', '--run', 'first'], "Expected a run's number, or latest."],
  [['evaluate', 'x', '--run', '1', '--split', 'val', '--folder', 'y'], 'cannot be used with'],
  [['new', ''], 'Expected a path'],
  [['import', 'x', ''], 'Expected a path'],
  [['export', 'x', '--run', '1', '--to', ''], 'Expected a path'],
  [['serve', ''], 'Expected a path'],
  [['serve', '--port', '70000'], 'Expected a whole number from 0 to 65535.'],
])('wrong usage %j ends with 2 and a sentence', async (words, sentence) => {
  const { code, stdout, stderr } = await ride(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(sentence)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('help and version are no failures', async () => {
  const help = await ride(['train', '--help'])
  expect(help.code).toBe(0)
  expect(help.stdout).toContain('--image-size')
  expect(await ride(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

test('a project is made once, and what is not there is said in a sentence', async () => {
  const made = await ride(['new', project, '--json'])
  expect(made.code).toBe(0)
  expect(made.json()).toMatchObject({ project: { name: 'project', images: 0 } })
  expect(await ride(['new', project])).toMatchObject({ code: 1, stderr: expect.stringContaining('holds a project already') })
  expect(await ride(['tail', path.join(place, 'nowhere'), '--json'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('cannot be found') })
  expect(await ride(['confusions', project, '--run', 'latest'])).toMatchObject({ code: 1, stderr: expect.stringContaining('has no run yet') })
  expect(await ride(['train', project])).toMatchObject({ code: 1, stderr: expect.stringContaining('Import a folder') })
})

test('a folder is imported, and the tail shows its classes', async () => {
  const imported = await ride(['import', project, images, '--json'])
  expect(imported.json()).toMatchObject({ added: 111, skipped: [], classes: 5, seconds: expect.any(Number) })
  const shown = await ride(['tail', project, '--json'])
  expect(shown.json()).toMatchObject({
    classes: Object.entries(tail).map(([name, train]) => ({ name, train, val: 4, test: 0, group: train >= 20 ? 'medium' : 'few' })),
    imbalanceFactor: 8,
    groups: { medium: { classes: 2 }, few: { classes: 3 } },
  })
  const forPeople = await ride(['tail', project])
  expect(forPeople.stdout).toMatch(/^class +train +val +test +group\nanchor +40 +4 +0 +medium\n/)
})

test('a program gets every skipped file, however many there are', async () => {
  const folder = path.join(place, 'mixed')
  writeTailedFolder(folder, { cat: 2, dog: 2 })
  for (let n = 0; n < 1001; n++) writeFileSync(path.join(folder, 'train', 'cat', `${n}.txt`), 'no image')
  const other = path.join(place, 'mixed project')
  await ride(['new', other])
  const { skipped, skippedCount } = (await ride(['import', other, folder, '--json'])).json() as { skipped: { path: string }[]; skippedCount: number }
  expect(skippedCount).toBe(1001)
  expect(new Set(skipped.map((one) => one.path)).size).toBe(1001)
})

const choices = ['--experts', '2', '--epochs', '2', '--batch', '32', '--seed', '3', '--lr', '0.05', '--device', 'cpu']

test('training, evaluation, confusions and export', async () => {
  const trained = await ride(['train', project, ...choices, '--json'])
  expect(trained.stderr).toMatch(/^91 training images make 3 steps an epoch\. .*\n(.*\n)*Run 1: 91 training images of 5 classes, 2 experts, 2 epochs\n(.*\n)*Preparing the network\n/)
  expect(trained.code).toBe(0)
  const result = trained.json() as { top1: number }
  expect(result).toMatchObject({
    run: 1,
    status: 'finished',
    epochs: 2,
    many: null,
    medium: expect.any(Number),
    few: expect.any(Number),
    imagesPerSecond: expect.any(Number),
    peakMemoryBytes: expect.any(Number),
    seconds: expect.any(Number),
    device: expect.any(String),
  })

  const scored = await ride(['evaluate', project, '--run', 'latest', '--json'])
  expect(scored.json()).toMatchObject({ images: 20, top1: result.top1, expertsUsed: 2, imagesPerSecond: expect.any(Number), perClass: [{ name: 'anchor', support: 4 }, {}, {}, {}, {}] })
  const outside = await ride(['evaluate', project, '--run', '1', '--folder', path.join(images, 'val'), '--json'])
  expect(outside.json()).toMatchObject({ images: 20, top1: result.top1, skipped: [] })

  const confused = (await ride(['confusions', project, '--run', '1', '--json'])).json() as { cells: { actual: keyof typeof tail; predicted: string; count: number }[] }
  expect(confused.cells.reduce((sum, { count }) => sum + count, 0)).toBe(20 - Math.round(result.top1 * 20))
  const rarity = confused.cells.map(({ actual }) => tail[actual])
  expect(rarity).toEqual([...rarity].sort((a, b) => a - b))
  const [first] = confused.cells
  const ofClass = await ride(['confusions', project, '--run', '1', '--class', first!.actual, '--top', '1', '--json'])
  expect(ofClass.json()).toEqual({ labels: 'now', relabelled: 0, cells: [first] })
  expect(await ride(['confusions', project, '--run', '1', '--class', 'nobody'])).toMatchObject({ code: 1, stderr: expect.stringContaining('knows no class named "nobody"') })
  expect(await ride(['confusions', project, '--run', '1', '--split', 'test'])).toMatchObject({ code: 1, stderr: expect.stringContaining('It was on val images') })

  expect(await ride(['evaluate', project, '--run', '7'])).toMatchObject({ code: 1, stderr: expect.stringContaining('has no run 7. It has, newest first: 1 (finished).') })

  const file = path.join(place, 'weights.safetensors')
  const exported = await ride(['export', project, '--run', '1', '--to', 'weights.safetensors', '--json'])
  expect(exported.json()).toEqual({ file, tensors: expect.any(Number), verified: null })
  expect(existsSync(file)).toBe(true)
  expect(await ride(['export', project, '--run', '1', '--to', file])).toMatchObject({ code: 1, stderr: expect.stringMatching(/exists already.*--replace/) })
  expect(await ride(['export', project, '--run', '1', '--to', 'weights.pth'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/\.safetensors.*\.onnx or \.savedmodel/) })
  expect(await ride(['export', project, '--run', '1', '--to', file, '--replace'])).toMatchObject({ code: 0 })
})

test('a router on a run, its threshold, and the analysis', async () => {
  const derived = await ride(['derive', project, '--run', '1', '--stage', 'router', '--epochs', '1', '--batch', '32', '--device', 'cpu', '--json'])
  expect(derived.stderr).toContain('Run 2 (Router of run 1): 91 training images of 5 classes, 2 experts, 1 epoch')
  expect(derived.code).toBe(0)
  const router = derived.json() as { routing: { allExperts: { top1: number } } }
  expect(router).toMatchObject({ run: 2, status: 'finished', stage: 'router', baseRun: 1, expertsUsed: expect.any(Number), routing: { threshold: 0.5, measuredAt: 0.5, gigaflops: { all: expect.any(Number) } } })

  const { routing } = (await ride(['routing', project, '--run', '2', '--json'])).json() as { routing: { threshold: number; top1: number; expertsUsed: { all: number } }[] }
  expect(routing.length).toBeGreaterThan(39)
  const used = routing.map(({ expertsUsed }) => expertsUsed.all)
  expect(used).toEqual([...used].sort((a, b) => b - a))
  expect((await ride(['routing', project, '--run', '2'])).stdout).toMatch(/^threshold +top-1 +many +medium +few +experts +GFLOPs\n(.*\n)* *0\.500 .* present\n/)

  const at = routing.at(-1)!
  const moved = await ride(['threshold', project, '--run', '2', '--to', String(at.threshold), '--json'])
  expect(moved.json()).toMatchObject({ run: 2, threshold: at.threshold, scored: ['val'], top1: at.top1, expertsUsed: at.expertsUsed.all, routing: { threshold: at.threshold, measuredAt: 0.5, allExperts: router.routing.allExperts } })
  expect((await ride(['threshold', project, '--run', '2', '--to', '0.5'])).stdout).toContain('Run 2 asks the next expert above 0.5 from now on.')
  expect(await ride(['threshold', project, '--run', '1', '--to', '0.4'])).toMatchObject({ code: 1, stderr: expect.stringContaining('has no router') })
  expect(await ride(['derive', project, '--run', '2', '--stage', 'crt'])).toMatchObject({ code: 1, stderr: expect.stringContaining('is a router') })

  const analysed = await ride(['analysis', project, '--run', '1', '--json'])
  expect(analysed.json()).toMatchObject({ over: 'experts', members: 2, spreads: expect.arrayContaining([expect.objectContaining({ group: 'all', images: 20 })]) })
  expect((await ride(['analysis', project, '--run', '1'])).stdout).toMatch(/^Over 2 experts:\n/)
})

test('the dial shows what a run would answer, keeps it, and gives it back', async () => {
  const shares = path.join(place, 'shares.csv')
  writeFileSync(shares, 'class,share\negret,50 %\n')
  const shown = (await ride(['dial', project, '--run', '1', '--tau', '1', '--mix', '-0.5', '--shares', shares, '--json'])).json() as { own: { top1: number }; top1: number; perClass: object[] }
  expect(shown).toMatchObject({ run: 1, split: 'val', dial: { tau: 1, mix: -0.5, shares: [{ share: 0.5 }] }, saved: false, images: 20, leftOut: 0, balanced: expect.any(Number), expected: { covered: expect.closeTo(1) } })
  expect(shown.perClass).toHaveLength(5)
  const saved = await ride(['dial', project, '--run', '1', '--tau', '1', '--mix', '-0.5', '--shares', shares, '--save'])
  expect(saved.stdout).toMatch(/With tau 1, mix tail-heavy 0.5, 1 typed share, on 20 images: top-1 [^]*Run 1 answers so from now on\./)
  expect((await ride(['evaluate', project, '--run', '1', '--json'])).json()).toMatchObject({ top1: shown.top1, dial: { tau: 1 } })
  expect((await ride(['dial', project, '--run', '1', '--reset', '--json'])).json()).toMatchObject({ run: 1, dial: null, top1: shown.own.top1 })
  writeFileSync(shares, 'egret,0.5\notter,0.1\n')
  expect(await ride(['dial', project, '--run', '1', '--shares', shares])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Line 2 names no class of the run, so that nothing was changed: otter,0\.1$/m) })
  expect(await ride(['dial', project, '--run', '1', '--tau', '9'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Expected a number from 0 to 3') })
})

test('what was exported comes back as a run of its own', async () => {
  const imported = await ride(['import-weights', project, 'weights.safetensors', '--order', 'frequency', '--json'])
  expect(imported.stderr).toContain('Run 3 (Imported weights.safetensors)')
  const { top1 } = (await ride(['evaluate', project, '--run', '1', '--json'])).json() as { top1: number }
  expect(imported.json()).toMatchObject({ run: 3, status: 'finished', epochs: 0, top1, expertsUsed: 2 })
  expect(await ride(['import-weights', project, 'nowhere.pth'])).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be found') })
})

/** Sends the signal once the training is said to be in a later epoch than the first. */
function interrupting(signal: NodeJS.Signals): (stderr: string, child: ChildProcess) => void {
  let sent = false
  return (stderr, child) => {
    if (sent || !/Epoch ([2-9]|\d\d+) of 500/.test(stderr)) return
    sent = true
    process.kill(-child.pid!, signal)
  }
}

test('Ctrl+C stops with a checkpoint and says how to go on', async () => {
  const stopped = await ride(['train', project, ...choices, '--epochs', '500', '--json'], interrupting('SIGINT'))
  expect(stopped.code).toBe(1)
  expect(stopped.json()).toMatchObject({ run: 4, status: 'stopped', top1: expect.any(Number) })
  expect(stopped.stderr).toContain(`npm run --silent ride -- train ${project} --resume 4`)
  const again = await ride(['train', project, '--resume', 'latest', '--json'], interrupting('SIGTERM'))
  expect(again.code).toBe(1)
  const { epochs } = again.json() as { epochs: number }
  expect(epochs).toBeGreaterThanOrEqual((stopped.json() as { epochs: number }).epochs)
  expect(await ride(['train', project, '--resume', '1'])).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing left to resume') })
})

test('devices', async () => {
  const { json, stderr } = await ride(['devices', '--json'])
  expect(stderr).not.toContain('oneDNN')
  expect(json()).toMatchObject({ tensorflow: expect.stringMatching(/^\d+\.\d+/), devices: expect.arrayContaining([expect.objectContaining({ kind: 'cpu' })]) })
})
