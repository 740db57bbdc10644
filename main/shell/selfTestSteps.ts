import { nativeImage, type BrowserWindow } from 'electron'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { contract, type WorkbenchContract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import { callHere } from '../../shared/rpc.ts'
import type { Workbench } from '../services/context.ts'

/** The opened program. */
export interface Desk {
  readonly workbench: Workbench
  readonly window: BrowserWindow
}

/** Answers with what is worth reporting; rejects with a Failure that says what is wrong. */
type Work = () => Promise<Readonly<Record<string, unknown>>>

/** Images of a side, in classes that a tail could have. */
const side = 32
const classes = { many: 12, few: 8 }
const total = Object.values(classes).reduce((sum, count) => sum + count, 0)

/** In order: each works with what those before it made in the folder. */
export function selfTestSteps({ workbench, window }: Desk, folder: string): readonly (readonly [name: string, work: Work])[] {
  const call = callHere<WorkbenchContract>(contract, workbench.handlers)
  const images = path.join(folder, 'images')
  let projectId = ''
  let runId = 0

  return [
    ['window', async () => painted(window)],
    ['store', async () => {
      projectId = (await call('projects.create', { folder: path.join(folder, 'project') })).id
      return {}
    }],
    ['import', async () => {
      for (const split of ['train', 'val']) makeImages(path.join(images, split))
      const report = await call('images.import', { projectId, folder: images })
      need(report.added === 2 * total && report.skippedCount === 0, `Of ${2 * total} images ${report.added} were added: ${report.skipped[0]?.reason ?? 'none was refused'}.`)
      return { images: report.added, classes: report.classes }
    }],
    ['picture', async () => {
      const { images: [first] } = await call('images.list', { projectId })
      const width = (await window.webContents.executeJavaScript(`new Promise((resolve) => { const image = new Image(); image.onload = () => resolve(image.naturalWidth); image.onerror = () => resolve(0); image.src = '/image/${projectId}/${first?.id}?size=thumb' })`)) as number
      need(width === side, `The page was shown an image of ${width} pixels instead of ${side}.`)
      return {}
    }],
    ['train', async () => {
      const batchSize = total / 2
      runId = (await call('runs.start', { projectId, experts: 2, epochs: 1, batchSize, imageSize: side })).id
      const run = await call('runs.wait', { projectId, runId })
      need(run.status === 'finished', `The run ended as ${run.status}: ${run.failure ?? 'no reason was given'}`)
      return { steps: Math.ceil(run.trainImages / batchSize), device: run.device, tensorflow: run.tensorflow, imagesPerSecond: run.imagesPerSecond, peakMemoryBytes: run.peakMemoryBytes, scored: run.evaluation?.images }
    }],
    ['export', async () => {
      const { verified } = await call('runs.export', { projectId, runId, file: path.join(folder, 'model.onnx'), format: 'onnx' })
      need(verified !== null && verified.images > 0, 'The exported model was not held against the run.')
      return { ...verified }
    }],
    ['close', async () => {
      await workbench.close()
      return {}
    }],
  ]
}

function need(holds: boolean, sentence: string): void {
  if (!holds) throw new Failure('internal', sentence)
}

/** Waits until the window shows a page with words in it, in more than one colour. */
async function painted(window: BrowserWindow): Promise<Readonly<Record<string, unknown>>> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const words = window.webContents.isLoading() ? '' : ((await window.webContents.executeJavaScript('document.body.innerText')) as string)
    if (words.trim() !== '') {
      const shot = await window.webContents.capturePage()
      if (new Set(new Uint32Array(shot.toBitmap().slice().buffer)).size > 1) return { page: window.webContents.getURL(), ...shot.getSize() }
    }
    await sleep(100)
  }
  throw new Failure('internal', 'The window stayed empty for 30 seconds.')
}

/** Noise over a colour for each class, as PNG and JPEG in turn. */
function makeImages(folder: string): void {
  for (const [index, [name, count]] of Object.entries(classes).entries()) {
    mkdirSync(path.join(folder, name), { recursive: true })
    for (let image = 0; image < count; image++) {
      const pixels = Buffer.from(Array.from({ length: side * side * 4 }, (_, at) => (at % 4 === 3 ? 255 : Math.floor(Math.random() * 128) + (at % 4 === index ? 127 : 0))))
      const drawn = nativeImage.createFromBitmap(pixels, { width: side, height: side })
      const isPng = image % 2 === 0
      writeFileSync(path.join(folder, name, `${image}.${isPng ? 'png' : 'jpg'}`), isPng ? drawn.toPNG() : drawn.toJPEG(90))
    }
  }
}
