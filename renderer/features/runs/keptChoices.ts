/** What was chosen in Train, kept in this browser for each project by its folder, as ids of projects change. */
import * as v from 'valibot'
import { RunRequestSchema, type RunRequest } from '../../../shared/recipe.ts'

const key = 'ride.train'
/** Those of the projects that were chosen for last. */
const projectsKept = 50

const KeptSchema = v.record(v.string(), v.unknown())

function kept(): Readonly<Record<string, unknown>> {
  try {
    return v.parse(KeptSchema, JSON.parse(localStorage.getItem(key) ?? '{}'))
  } catch {
    // What another version wrote is as good as nothing.
    return {}
  }
}

/** Null where nothing was chosen, or nothing that can still be chosen. */
export function keptChoices(folder: string): RunRequest | null {
  const read = v.safeParse(RunRequestSchema, kept()[folder])
  return read.success ? read.output : null
}

export function keepChoices(folder: string, request: RunRequest): void {
  const { [folder]: _, ...others } = kept()
  localStorage.setItem(key, JSON.stringify(Object.fromEntries([...Object.entries(others), [folder, request]].slice(-projectsKept))))
}
