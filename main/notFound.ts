import { Failure } from '../shared/failure.ts'

/** For a folder that a person named and the system does not find. */
export function notFound(place: string, error: unknown): Failure {
  return new Failure('not-found', `${place} cannot be found (${(error as NodeJS.ErrnoException).code ?? String(error)}). Check the path, and that its disk is connected.`)
}
