/**
 * What scoring a split leaves in the run's folder: `<split>.logits.f32` with every expert's logits, float32
 * [expert][image][class], `<split>.logits.json` with the ids of its images and classes, and of a router
 * `<split>.router.f32`, its sigmoid after each expert but the last, float32 [image][decision]. All little-endian. The
 * JSON goes away before the others change and comes back after, with a word that the record of the scoring has as well:
 * a program that is killed in between leaves nothing that could be taken for one scoring. It holds digests of them all,
 * itself among them: figures are never told from what was altered since.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import type { Split } from '../../../shared/contract/common.ts'
import { Failure } from '../../../shared/failure.ts'
import { readJson, renameDurably, writeAtomically } from '../../atomic.ts'
import { isPlainFile } from '../../places.ts'
import type { EvaluateResult } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { runFolder } from './folder.ts'

const ids = v.pipe(v.array(v.number()), v.check((all) => new Set(all).size === all.length))
/** SHA-256: of each expert's logits, and of a router's scores. */
const digests = { logits: v.array(v.string()), scores: v.nullable(v.string()) }
const DescriptionSchema = v.object({ scoring: v.optional(v.string()), experts: v.number(), images: ids, classes: ids, ...digests })
const SignedSchema = v.object({ description: v.string(), digest: v.string() })

/** Images whose logits are looked at together, so that those of a large split never lie in memory all at once. */
const imagesAtOnce = 256

export function logitsFile(project: OpenProject, runId: number, split: Split): string {
  return path.join(runFolder(project, runId), `${split}.logits.f32`)
}

/**
 * Puts the logits, which the trainer wrote to a file of another name, into place with what tells how to read them.
 * @returns the word of this scoring
 */
export async function keepScores(project: OpenProject, runId: number, split: Split, logits: string, { expertClasses, routing }: EvaluateResult, shape: { readonly images: readonly number[]; readonly classes: readonly number[] }): Promise<string> {
  const folder = runFolder(project, runId)
  const scores = path.join(folder, `${split}.router.f32`)
  const description = path.join(folder, `${split}.logits.json`)
  const scoring = randomUUID()
  const experts = expertClasses.length / shape.images.length
  const scoreBytes = routing && new Uint8Array(routing.scores.buffer, routing.scores.byteOffset, routing.scores.byteLength)
  const digestsNow = { logits: await digestsOfExperts(logits, experts, shape.images.length * shape.classes.length * Float32Array.BYTES_PER_ELEMENT), scores: scoreBytes && digestOf(scoreBytes) }
  const text = JSON.stringify({ scoring, experts, ...shape, ...digestsNow })
  rmSync(description, { force: true })
  renameDurably(logits, logitsFile(project, runId, split))
  if (scoreBytes) writeAtomically(scores, scoreBytes)
  else rmSync(scores, { force: true })
  writeAtomically(description, JSON.stringify({ description: text, digest: digestOf(text) }))
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
  /**
   * @param visit is given each image's number, and its logits by expert, which hold until it returns
   * @throws Failure `not-found`, after the last visit, where the logits are not those that were written
   */
  eachImage(visit: (n: number, logits: readonly Float32Array[]) => void): Promise<void>
}

/** @throws Failure `not-found` where a file is gone, or is not what was written with the others */
export function keptOfRouter(project: OpenProject, runId: number, split: Split): Kept {
  const folder = runFolder(project, runId)
  const gone = (name: string): Failure => new Failure('not-found', `${path.join(folder, name)}, which a router's figures come from, is gone, cut short or altered. Score the run on its ${split} images again.`)
  for (const name of [`${split}.logits.json`, `${split}.router.f32`, `${split}.logits.f32`]) if (!isThere(path.join(folder, name))) throw gone(name)
  const described = descriptionIn(path.join(folder, `${split}.logits.json`))
  if (!described) throw gone(`${split}.logits.json`)
  const { scoring, experts, images, classes, logits: digestsOfLogits } = described
  const scores = floatsOf(path.join(folder, `${split}.router.f32`))
  if (scores?.length !== images.length * (experts - 1) || digestOf(new Uint8Array(scores.buffer)) !== described.scores) throw gone(`${split}.router.f32`)

  return {
    scoring,
    experts,
    classes: classes.length,
    images,
    scores,
    async eachImage(visit) {
      const floatsOfImage = classes.length
      const chunk = Array.from({ length: experts }, () => new Float32Array(imagesAtOnce * floatsOfImage))
      const hashes = chunk.map(() => createHash('sha256'))
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
            const read = new Uint8Array(values.buffer, 0, bytes)
            const { bytesRead } = await file.read(read, 0, bytes, (e * images.length + from) * floatsOfImage * Float32Array.BYTES_PER_ELEMENT)
            if (bytesRead < bytes) throw gone(`${split}.logits.f32`)
            hashes[e]!.update(read)
          }
          for (let n = 0; n < count; n++) visit(from + n, chunk.map((values) => values.subarray(n * floatsOfImage, (n + 1) * floatsOfImage)))
        }
        if (hashes.some((hash, e) => hash.digest('hex') !== digestsOfLogits[e])) throw gone(`${split}.logits.f32`)
      } finally {
        await file.close()
      }
    },
  }
}

/** A pipe in its place would be waited on for ever. */
function isThere(file: string): boolean {
  try {
    return isPlainFile(file)
  } catch {
    return false
  }
}

function descriptionIn(file: string): v.InferOutput<typeof DescriptionSchema> | undefined {
  const signed = v.safeParse(SignedSchema, readJson(file))
  if (!signed.success || digestOf(signed.output.description) !== signed.output.digest) return undefined
  const described = v.safeParse(DescriptionSchema, JSON.parse(signed.output.description))
  return described.success ? described.output : undefined
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Read in pieces: a large split's logits are more than memory should hold. */
async function digestsOfExperts(file: string, experts: number, bytes: number): Promise<string[]> {
  const found: string[] = []
  for (let e = 0; e < experts; e++) {
    const hash = createHash('sha256')
    for await (const piece of createReadStream(file, { start: e * bytes, end: (e + 1) * bytes - 1 })) hash.update(piece as Buffer)
    found.push(hash.digest('hex'))
  }
  return found
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
