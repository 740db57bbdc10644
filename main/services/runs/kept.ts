/**
 * What scoring a split leaves in the run's folder: `<split>.logits.f32` with every expert's logits, float32
 * [expert][image][class], `<split>.logits.json` with the ids of its images and classes, and of a router
 * `<split>.router.f32`, its sigmoid after each expert but the last, float32 [image][decision]. All little-endian. The
 * JSON goes away before the others change and comes back after, with a word that the record of the scoring has as well:
 * a program that is killed in between leaves nothing that could be taken for one scoring.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import type { Split } from '../../../shared/contract/common.ts'
import { Failure } from '../../../shared/failure.ts'
import { readJson, renameDurably, writeAtomically } from '../../atomic.ts'
import type { EvaluateResult } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { runFolder } from './folder.ts'

const ShapeSchema = v.object({ scoring: v.optional(v.string()), experts: v.number(), images: v.array(v.number()), classes: v.array(v.number()) })

/** Images whose logits are looked at together, so that those of a large split never lie in memory all at once. */
const imagesAtOnce = 256

export function logitsFile(project: OpenProject, runId: number, split: Split): string {
  return path.join(runFolder(project, runId), `${split}.logits.f32`)
}

/**
 * Puts the logits, which the trainer wrote to a file of another name, into place with what tells how to read them.
 * @returns the word of this scoring
 */
export function keepScores(project: OpenProject, runId: number, split: Split, logits: string, { expertClasses, routing }: EvaluateResult, shape: { readonly images: readonly number[]; readonly classes: readonly number[] }): string {
  const folder = runFolder(project, runId)
  const scores = path.join(folder, `${split}.router.f32`)
  const description = path.join(folder, `${split}.logits.json`)
  const scoring = randomUUID()
  rmSync(description, { force: true })
  renameDurably(logits, logitsFile(project, runId, split))
  if (routing) writeAtomically(scores, new Uint8Array(routing.scores.buffer, routing.scores.byteOffset, routing.scores.byteLength))
  else rmSync(scores, { force: true })
  writeAtomically(description, JSON.stringify({ scoring, experts: expertClasses.length / shape.images.length, ...shape }))
  return scoring
}

export interface Kept {
  /** Undefined of one from before scorings had words. */
  readonly scoring: string | undefined
  readonly experts: number
  readonly classes: number
  /** Their ids, in the order of the logits. */
  readonly images: readonly number[]
  /** [image][decision] */
  readonly scores: Float32Array<ArrayBuffer>
  /** @param visit is given each image's number, and its logits by expert, which hold until it returns */
  eachImage(visit: (n: number, logits: readonly Float32Array[]) => void): Promise<void>
}

/** @throws Failure `not-found` where a file is gone, or is not what was written with the others */
export function keptOfRouter(project: OpenProject, runId: number, split: Split): Kept {
  const folder = runFolder(project, runId)
  const gone = (name: string): Failure => new Failure('not-found', `${path.join(folder, name)}, which a router's figures come from, is gone or cut short. Score the run on its ${split} images again.`)
  const shape = v.safeParse(ShapeSchema, readJson(path.join(folder, `${split}.logits.json`)))
  if (!shape.success) throw gone(`${split}.logits.json`)
  const { scoring, experts, images, classes } = shape.output
  const scores = floatsOf(path.join(folder, `${split}.router.f32`))
  if (scores?.length !== images.length * (experts - 1)) throw gone(`${split}.router.f32`)

  return {
    scoring,
    experts,
    classes: classes.length,
    images,
    scores,
    async eachImage(visit) {
      const floatsOfImage = classes.length
      const chunk = Array.from({ length: experts }, () => new Float32Array(imagesAtOnce * floatsOfImage))
      const file = await open(logitsFile(project, runId, split)).catch(() => {
        throw gone(`${split}.logits.f32`)
      })
      try {
        const { size } = await file.stat()
        if (size !== experts * images.length * floatsOfImage * Float32Array.BYTES_PER_ELEMENT) throw gone(`${split}.logits.f32`)
        for (let from = 0; from < images.length; from += imagesAtOnce) {
          const count = Math.min(imagesAtOnce, images.length - from)
          const bytes = count * floatsOfImage * Float32Array.BYTES_PER_ELEMENT
          for (const [e, values] of chunk.entries()) {
            const { bytesRead } = await file.read(new Uint8Array(values.buffer), 0, bytes, (e * images.length + from) * floatsOfImage * Float32Array.BYTES_PER_ELEMENT)
            if (bytesRead < bytes) throw gone(`${split}.logits.f32`)
          }
          for (let n = 0; n < count; n++) visit(from + n, chunk.map((values) => values.subarray(n * floatsOfImage, (n + 1) * floatsOfImage)))
        }
      } finally {
        await file.close()
      }
    },
  }
}

function floatsOf(file: string): Float32Array<ArrayBuffer> | undefined {
  try {
    const bytes = readFileSync(file)
    // A copy of its own: a file's bytes need not begin where a float32 may.
    return new Float32Array(new Uint8Array(bytes).buffer)
  } catch {
    return undefined
  }
}
