/** Parts that are read or put together once, and kept until their stamp is another one. */
export interface KeptParts {
  /** Whoever asks while it is still being read waits for that reading. */
  read<Value extends object>(key: string, stamp: string, read: () => Promise<Value>): Promise<Value>
  make<Value extends object>(key: string, stamp: string, make: () => Value): Value
  /** Lets go of all parts but these. */
  drop(kept?: readonly string[]): void
}

interface Part {
  readonly stamp: string
  readonly value: object | Promise<object>
  /** Undefined while it is being read, for which nothing else makes room. */
  readonly bytes: number | undefined
}

/** @param most bytes; above, what was asked for longest ago goes first, whatever is being read stays */
export function keptParts(most: number): KeptParts {
  /** In the order in which they were asked for last. */
  const parts = new Map<string, Part>()

  const known = (key: string, stamp: string): Part['value'] | undefined => {
    const part = parts.get(key)
    parts.delete(key)
    if (part?.stamp !== stamp) return undefined
    parts.set(key, part)
    return part.value
  }
  const keep = (key: string, stamp: string, value: object): void => {
    parts.set(key, { stamp, value, bytes: bytesOf(value) })
    let bytes = [...parts.values()].reduce((sum, part) => sum + (part.bytes ?? 0), 0)
    for (const [other, part] of parts) {
      if (bytes <= most) return
      if (part.bytes === undefined) continue
      parts.delete(other)
      bytes -= part.bytes
    }
  }

  return {
    async read(key, stamp, read) {
      const found = known(key, stamp)
      if (found) return found as ReturnType<typeof read>
      const value = read()
      const part: Part = { stamp, value, bytes: undefined }
      parts.set(key, part)
      const isStill = (): boolean => parts.get(key) === part
      value.then((done) => isStill() && keep(key, stamp, done), () => isStill() && parts.delete(key))
      return value
    },
    make(key, stamp, make) {
      const found = known(key, stamp)
      if (found && !(found instanceof Promise)) return found as ReturnType<typeof make>
      const value = make()
      keep(key, stamp, value)
      return value
    },
    drop(kept = []) {
      for (const key of parts.keys()) if (!kept.includes(key)) parts.delete(key)
    },
  }
}

/** What each part weighs at least: one that found nothing is to go some time too. */
const leastBytes = 1024

/** Of what lies in it: columns of numbers, text, and what holds them. */
function bytesOf(value: unknown): number {
  return leastBytes + bytesWithin(value)
}

function bytesWithin(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, inside) => sum + bytesWithin(inside), 0)
}
