/** What a refusal asks its person to decide, which the window asks in a dialog, and a command line by an option. */
import * as v from 'valibot'
import type { Failure } from '../../shared/failure.ts'
import { damagedFolder } from '../../shared/rescued.ts'
import { commandLine } from './commandLine.ts'

const UnknownClassesSchema = v.object({ unknownClasses: v.array(v.string()) })
const ReplaceableSchema = v.object({ isReplaceable: v.literal(true) })

/** The sentence of a refusal, with the option that answers what it asks. */
export function sentenceOf(failure: Failure): string {
  const { message, detail } = failure
  const damaged = damagedFolder(failure)
  if (damaged !== null) return `${message} To rescue it: ${commandLine('rescue', damaged)}`
  if (v.is(UnknownClassesSchema, detail)) return `${message} --unknown make makes the classes of the file, --unknown leave leaves such images as they are.`
  if (v.is(ReplaceableSchema, detail)) return `${message} --replace allows it.`
  return message
}
