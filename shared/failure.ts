/** What can be expected to go wrong; anything else that is thrown is a crash. */
const failureCodes = [
  'invalid-input',
  'not-found',
  'already-exists',
  'busy',
  'cancelled',
  'unreadable',
  'not-a-project',
  'newer-version',
  'damaged',
  'disk',
  'permission',
  'runtime-missing',
  'out-of-memory',
  'diverged',
  'closed',
  'unsupported',
  'internal',
] as const

export type FailureCode = (typeof failureCodes)[number]

/** Plain data, as a Failure crosses a wire. */
export interface FailureData {
  readonly code: FailureCode
  readonly message: string
  readonly detail?: unknown
}

/**
 * An expected failure. The message is one sentence or two for the person at the screen: what happened, what was
 * expected, what to do. `detail` is plain data for a program.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly detail: unknown

  constructor(code: FailureCode, message: string, detail?: unknown) {
    super(message)
    this.code = code
    this.detail = detail
  }

  /** A Failure stays itself; a crash becomes an `internal` Failure that keeps its words. */
  static from(error: unknown): Failure {
    if (error instanceof Failure) return error
    const words = error instanceof Error ? error.message : String(error)
    return new Failure('internal', `Something unexpected went wrong: ${words}`)
  }

  toData(): FailureData {
    return this.detail === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, detail: this.detail }
  }
}
