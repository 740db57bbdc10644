/** What was chosen in a dialog or view, kept in this browser for each project by its folder, as ids of projects change. */
import * as v from 'valibot'

/** Those of the projects that were chosen for last. */
const projectsKept = 50

const KeptSchema = v.record(v.string(), v.unknown())

export interface Kept<Value> {
  /** Null where nothing was chosen, or nothing that can still be chosen. */
  read(folder: string): Value | null
  write(folder: string, value: Value): void
}

/** @param name of what is chosen, as it is kept */
export function keptFor<const Schema extends v.GenericSchema>(name: string, schema: Schema): Kept<v.InferOutput<Schema>> {
  const key = `ride.${name}`
  const all = (): Readonly<Record<string, unknown>> => {
    try {
      return v.parse(KeptSchema, JSON.parse(localStorage.getItem(key) ?? '{}'))
    } catch {
      // What another version wrote is as good as nothing.
      return {}
    }
  }
  return {
    read(folder) {
      const read = v.safeParse(schema, all()[folder])
      return read.success ? read.output : null
    },
    write(folder, value) {
      const { [folder]: _, ...others } = all()
      localStorage.setItem(key, JSON.stringify(Object.fromEntries([...Object.entries(others), [folder, value]].slice(-projectsKept))))
    },
  }
}
