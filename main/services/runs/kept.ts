/**
 * What scoring a split leaves in the run's folder: `<split>.logits.f32` with every expert's logits, float32
 * [expert][image][class], `<split>.logits.json` with the ids of its images and classes, and of a router
 * `<split>.router.f32`, its sigmoid after each expert but the last, float32 [image][decision]. All little-endian. The
 * JSON goes away before the others change and comes back after, with a word that the record of the scoring has as well:
 * a program that is killed in between leaves nothing that could be taken for one scoring. It holds digests of them all,
 * itself among them: figures are never told from what was altered since.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import type { Split } from '../../../shared/contract/common.ts'
import { Failure } from '../../../shared/failure.ts'
import { readJson, renameDurably, temporaryName } from '../../atomic.ts'
import { isPlainFile } from '../../places.ts'
import { readPlain } from '../../plainFile.ts'
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

/** On disk under temporary names, so that what was kept before stays until all else is saved. */
export interface PreparedScores {
  /** The word of this scoring. */
  readonly scoring: string
  /** Puts it into place of what was kept before. */
  keep(): void
  /** Takes away what was not put into place. */
  drop(): void
}

/** Of the logits, which the trainer wrote to a file of another name, with what tells how to read them. */
export async function prepareScores(project: OpenProject, runId: number, split: Split, logits: string, { expertClasses, routing }: EvaluateResult, shape: { readonly images: readonly number[]; readonly classes: readonly number[] }): Promise<PreparedScores> {
  const folder = runFolder(project, runId)
  const scores = path.join(folder, `${split}.router.f32`)
  const description = path.join(folder, `${split}.logits.json`)
  const scoring = randomUUID()
  const experts = expertClasses.length / shape.images.length
  const scoreBytes = routing && new Uint8Array(routing.scores.buffer, routing.scores.byteOffset, routing.scores.byteLength)
  const digestsNow = { logits: await digestsOfExperts(logits, experts, shape.images.length * shape.classes.length * Float32Array.BYTES_PER_ELEMENT), scores: scoreBytes && digestOf(scoreBytes) }
  const text = JSON.stringify({ scoring, experts, ...shape, ...digestsNow })
  const [scoresThen, descriptionThen] = [temporaryName(scores), temporaryName(description)]
  const drop = (): void => {
    for (const left of [logits, scoresThen, descriptionThen]) rmSync(left, { force: true })
  }
  try {
    if (scoreBytes) writeFileSync(scoresThen, scoreBytes)
    writeFileSync(descriptionThen, JSON.stringify({ description: text, digest: digestOf(text) }))
  } catch (error) {
    drop()
    throw error
  }
  return {
    scoring,
    keep() {
      rmSync(description, { force: true })
      renameDurably(logits, logitsFile(project, runId, split))
      if (scoreBytes) renameDurably(scoresThen, scores)
      else rmSync(scores, { force: true })
      renameDurably(descriptionThen, description)
    },
    drop,
  }
}

export interface Kept {
  /** Undefined of one from before scorings had words. */
  readonly scoring: string | undefined
  readonly experts: number
  readonly classes: number
  /** Their ids, in the order of the logits. */
  readonly images: readonly number[]
  /** A router's, [image][decision]; null where there is none. */
  readonly scores: Float32Array<ArrayBuffer> | null
  /**
   * @param visit is given each image's number, and its logits by expert, which hold until it returns
   * @throws Failure `not-found`, after the last visit, where the logits are not those that were written
   */
  eachImage(visit: (n: number, logits: readonly Float32Array[]) => void): Promise<void>
}

/** @throws Failure `not-found` where a file is gone, or is not what was written with the others */
export function keptOf(project: OpenProject, runId: number, split: Split): Kept {
  const folder = runFolder(project, runId)
  const gone = (name: string): Failure => new Failure('not-found', `${path.join(folder, name)}, which was kept when run ${runId} was scored, is gone, cut short or altered. Score the run on its ${split} images again.`)
  const refuseLacking = (name: string): void => {
    if (!isThere(path.join(folder, name))) throw gone(name)
  }
  for (const name of [`${split}.logits.json`, `${split}.logits.f32`]) refuseLacking(name)
  const described = descriptionIn(path.join(folder, `${split}.logits.json`))
  if (!described) throw gone(`${split}.logits.json`)
  const { scoring, experts, images, classes, logits: digestsOfLogits } = described
  const scoresIn = (name: string, digest: string): Float32Array<ArrayBuffer> => {
    refuseLacking(name)
    const scores = floatsOf(path.join(folder, name))
    if (scores?.length !== images.length * (experts - 1) || digestOf(new Uint8Array(scores.buffer)) !== digest) throw gone(name)
    return scores
  }
  const scores = described.scores === null ? null : scoresIn(`${split}.router.f32`, described.scores)

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
    const bytes = readPlain(file)
    // A copy of its own: a file's bytes need not begin where a float32 may.
    return bytes && new Float32Array(new Uint8Array(bytes).buffer)
  } catch {
    return undefined
  }
}
