/** Values that a network cannot work with, though their names and shapes are right. */
import type { StoredTensor } from './safetensors.ts'

/** What is wrong with a tensor's values, as the file would hold it; nothing where all is well. */
export function flawOf(name: string, { values }: Pick<StoredTensor, 'values'>): string | undefined {
  if (values instanceof BigInt64Array) return undefined
  if (!values.every(Number.isFinite)) return 'a number that is not finite'
  // Batch norm takes its root.
  return name.endsWith('.running_var') && values.some((value) => value < 0) ? 'a variance below zero' : undefined
}
