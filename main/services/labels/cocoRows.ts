/** The images of a COCO file, with the categories that its annotations give them. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as v from 'valibot'
import { splits } from '../../../shared/contract/common.ts'
import { Failure } from '../../../shared/failure.ts'
import { cocoImagesAfter, danglingAnnotation, gatherCoco } from '../../store/cocoFiles.ts'
import type { Db } from '../../store/db.ts'
import type { JsonElement } from './jsonElements.ts'
import type { LabelRow } from './rows.ts'

const pageSize = 1000

/** COCO's own are numbers; some programs write texts. */
const IdSchema = v.union([v.pipe(v.number(), v.safeInteger('expected a whole number')), v.pipe(v.string(), v.maxLength(1024, 'expected at most 1,024 characters'))], 'expected a whole number')
const TextSchema = v.pipe(v.string('expected a text'), v.minLength(1, 'expected a text that is not empty'), v.maxLength(4096, 'expected at most 4,096 characters'))
const NameSchema = v.pipe(TextSchema, v.check((name) => name.trim() !== '', 'expected a name'), v.check((name) => !name.includes('\0'), 'expected a name without NUL characters'))
const schemas = {
  images: v.object({ id: IdSchema, file_name: TextSchema, source: v.optional(TextSchema), split: v.optional(v.unknown()) }),
  annotations: v.object({ image_id: IdSchema, category_id: IdSchema }),
  categories: v.object({ id: IdSchema, name: NameSchema }),
} as const
type List = keyof typeof schemas

const isList = (key: string): key is List => Object.hasOwn(schemas, key)

/** @throws Failure `unreadable` that names line and field */
export async function* cocoRows(db: Db, elements: AsyncIterable<readonly JsonElement[]>): AsyncGenerator<readonly LabelRow[]> {
  const seen = new Set<string>()
  for await (const batch of elements) {
    const images = []
    const annotations = []
    const categories = []
    for (const element of batch) {
      if (!isList(element.key)) continue
      seen.add(element.key)
      if (element.key === 'images') {
        const { id, file_name, source, split } = checkedEntry(schemas.images, element)
        images.push({ id: String(id), line: element.line, path: file_name, source: source ?? null, split: splits.find((one) => one === split) ?? null })
      } else if (element.key === 'annotations') {
        const { image_id, category_id } = checkedEntry(schemas.annotations, element)
        annotations.push({ image: String(image_id), category: String(category_id), line: element.line, position: element.index ?? 0 })
      } else {
        const { id, name } = checkedEntry(schemas.categories, element)
        categories.push({ id: String(id), name })
      }
    }
    const twice = gatherCoco(db, { images, annotations, categories })
    if (twice) throw new Failure('unreadable', `line ${lineOf(twice, batch)}: ${twice.list} has two entries with the id ${twice.id}. Expected an id of its own for each`)
  }
  if (!seen.has('images')) throw new Failure('unreadable', 'there is no entry under "images". Expected COCO with images, annotations and categories')
  const dangling = danglingAnnotation(db)
  if (dangling) {
    const { what, line, position } = dangling
    throw new Failure('unreadable', `line ${line}, field annotations[${position}].${what}_id: there is no ${what} ${dangling[what]} in the file`)
  }

  for (let last = ''; ; ) {
    const page = cocoImagesAfter(db, last, pageSize)
    yield page.map(({ line, path, source, split, labels }): LabelRow => ({ line, path, source, labels, split }))
    if (page.length < pageSize) return
    last = page.at(-1)!.id
    await nextTurn()
  }
}

/** Of the last entry with this id, which is the one too many. */
function lineOf({ list, id }: { readonly list: List; readonly id: string }, batch: readonly JsonElement[]): number {
  return Math.max(...batch.flatMap(({ key, value, line }) => (key === list && String((value as { readonly id: unknown }).id) === id ? [line] : [])))
}

function checkedEntry<Schema extends v.GenericSchema>(schema: Schema, { key, index, line, value }: JsonElement): v.InferOutput<Schema> {
  if (index === null) throw new Failure('unreadable', `line ${line}, field ${key}: expected a list`)
  const found = v.safeParse(schema, value, { abortEarly: true })
  if (found.success) return found.output
  const [issue] = found.issues
  const field = issue.path?.map(({ key: name }) => `.${String(name)}`).join('') ?? ''
  const words = issue.message.startsWith('expected') ? issue.message : `expected ${issue.expected ?? 'an object'}`
  throw new Failure('unreadable', `line ${line}, field ${key}[${index}]${field}: ${words}`)
}
