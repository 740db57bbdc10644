/**
 * How long the tail dial takes to answer: node scripts/bench/dial.ts [--images N] [--classes N] [--keep DIR]
 *
 * A synthetic project whose run has kept logits of three experts; each turn of the dial is asked of the service, as a window
 * asks it, and timed until its matrix and figures are there. The first one reads the logits and the labels.
 */
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openWorkbench } from '../../main/services/index.ts'
import { answerWith } from '../../main/services/runs/answering.ts'
import { prepareScores } from '../../main/services/runs/kept.ts'
import { closeStore, openStore } from '../../main/store/open.ts'
import { frozenImages, runById, runClasses } from '../../main/store/runs.ts'
import { contract } from '../../shared/contract/index.ts'
import type { Dial } from '../../shared/dial.ts'
import { checked } from '../../shared/rpc.ts'
import { makeSyntheticProject } from './ui/syntheticProject.ts'
import { median } from './ui/timing.ts'

const experts = 3
const turns = 20

export interface DialTimes {
  readonly firstMs: number
  /** Of later turns, each another setting. */
  readonly turnMs: number
  readonly slowestMs: number
  readonly suggestMs: number
}

/** @param folder that holds `project`, made by `makeSyntheticProject` with kept logits */
export async function timeDial(folder: string): Promise<DialTimes> {
  const workbench = openWorkbench({
    userFolder: path.join(folder, 'user'),
    version: '0.0.0',
    host: 'terminal',
    spawnTrainer: () => {
      throw new Error('The dial starts no trainer.')
    },
  })
  try {
    const { id: projectId } = await workbench.handlers['projects.open']({ folder: path.join(folder, 'project') })
    const timed = async (dial: Dial): Promise<number> => {
      const began = performance.now()
      await workbench.handlers['dial.preview'](checked(contract.commands['dial.preview'].input, { projectId, runId: 1, dial }, 'dial.preview'))
      return performance.now() - began
    }
    const firstMs = await timed({ tau: 0.5, mix: 0, shares: [] })
    const times: number[] = []
    for (let n = 1; n <= turns; n++) times.push(await timed({ tau: n / 10, mix: 1 - n / 10, shares: [{ classId: 1, share: 0.2 }] }))
    const began = performance.now()
    await workbench.handlers['dial.suggest']({ projectId, runId: 1, split: 'val' })
    return { firstMs, turnMs: median(times), slowestMs: Math.max(...times), suggestMs: performance.now() - began }
  } finally {
    await workbench.close()
  }
}

/** Logits that lean to the head as a run's do, and predictions that follow from them. */
export async function keepSyntheticLogits(folder: string): Promise<void> {
  const project = path.join(folder, 'project')
  const db = openStore(project)
  try {
    const open = { id: 'bench', name: 'bench', folder: project, cache: path.join(project, 'cache'), createdAt: 0, db }
    const classes = runClasses(db, 1)
    const images = frozenImages(db, 1, 'val')
    mkdirSync(path.join(project, 'runs', '1'), { recursive: true })
    const file = path.join(project, 'runs', '1', 'made.f32')
    const stream = createWriteStream(file)
    for (let e = 0; e < experts; e++) {
      for (const [n, { position }] of images.entries()) {
        const logits = Float32Array.from(classes, ({ train }, c) => Math.log(train) + (c === position ? 3.5 : 0) + 2 * noise(n, c, e) + noise(n, c, experts))
        if (!stream.write(new Uint8Array(logits.buffer))) await once(stream, 'drain')
      }
    }
    stream.end()
    await once(stream, 'finish')
    // As many as the experts' answers would be; none of them is looked at.
    const expertClasses = new Uint32Array(images.length * experts)
    const shape = { images: images.map(({ imageId }) => imageId), classes: classes.map(({ classId }) => classId) }
    const prepared = await prepareScores(open, 1, 'val', file, { ...nothingAsked, expertClasses }, shape)
    prepared.keep()
    await answerWith(open, runById(db, 1)!, { threshold: null, dial: null })
  } finally {
    closeStore(db)
  }
}

const nothingAsked = { guesses: 0, guessClasses: new Uint32Array(), guessProbabilities: new Float32Array(), expertProbabilities: new Float32Array(), expertsAsked: new Uint8Array(), imagesPerSecond: 0, routing: null, fast: null }

/** From about -2 to 2, the same every time. */
function noise(n: number, c: number, e: number): number {
  let hash = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(c + 1, 0x85ebca6b) ^ Math.imul(e + 1, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 30 - 2
}

if (import.meta.main) {
  const { values: asked } = parseArgs({ options: { images: { type: 'string', default: '10000' }, classes: { type: 'string', default: '100' }, keep: { type: 'string' } } })
  const folder = asked.keep === undefined ? mkdtempSync(path.join(tmpdir(), 'ride-bench-dial-')) : path.resolve(asked.keep)
  try {
    if (!existsSync(path.join(folder, 'project', 'project.sqlite'))) {
      await makeSyntheticProject(folder, { classes: Number(asked.classes), train: 10_000, val: Number(asked.images) })
      await keepSyntheticLogits(folder)
    }
    console.log(JSON.stringify(await timeDial(folder), undefined, 2))
  } finally {
    if (asked.keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}
