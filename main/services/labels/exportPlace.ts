/** Where labels may be written to: never among a person's images, nor among the project's own files. */
import { readdirSync } from 'node:fs'
import { Failure } from '../../../shared/failure.ts'
import { placeOf } from '../../places.ts'
import { placeToWriteAt, whatIsAt } from '../places.ts'
import type { OpenProject } from '../projects.ts'

const endings = { csv: '.csv', coco: '.json' } as const

/** The absolute path of a folder that is new or empty. @throws Failure that says why nothing may be written there */
export function placeForFolder(project: OpenProject, written: string): string {
  const place = placeToWriteAt(project, placeOf(written))
  const there = whatIsAt(place)
  if (there && !there.isDirectory()) throw new Failure('already-exists', `${place} is a file. Choose a folder that is new or empty.`)
  if (there && readdirSync(place).length > 0) throw new Failure('already-exists', `${place} is not empty. Choose a folder that is new or empty: exported copies never mix with what is there.`)
  return place
}

/** The absolute path of a file. @throws Failure that says why nothing may be written there */
export function placeForFile(project: OpenProject, written: string, format: keyof typeof endings, replace: boolean): string {
  const ending = endings[format]
  if (!written.toLowerCase().endsWith(ending)) throw new Failure('invalid-input', `${written} does not end in ${ending}. Give the file that ending.`)
  const place = placeToWriteAt(project, placeOf(written))
  const there = whatIsAt(place)
  if (there && !there.isFile()) throw new Failure('already-exists', `${place} is no ordinary file. Choose another name.`)
  if (there && !replace) throw new Failure('already-exists', `${place} exists already. Choose another name, or allow that it is replaced.`, { isReplaceable: true })
  return place
}
