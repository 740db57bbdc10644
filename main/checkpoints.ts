/** Names of a run's checkpoints: the trainer writes them, the services ask whether there are any. */
import { readdirSync } from 'node:fs'
import path from 'node:path'

export function checkpointFolder(runFolder: string): string {
  return path.join(runFolder, 'checkpoints')
}

/** Epochs that are complete, and steps of the one after them. */
export function checkpointName({ epochsDone, stepsDone }: { readonly epochsDone: number; readonly stepsDone: number }): string {
  return `epoch-${String(epochsDone).padStart(6, '0')}-step-${String(stepsDone).padStart(8, '0')}.safetensors`
}

/**
 * Newest first: names sort as their positions do. Half-written files, and whatever else lies there, carry other names;
 * a folder that is not there, or cannot be listed, holds none.
 */
export function checkpointNames(runFolder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(checkpointFolder(runFolder))
  } catch {
    return []
  }
  return names
    .filter((name) => /^epoch-\d{6}-step-\d{8}\.safetensors$/.test(name))
    .sort()
    .reverse()
}

export function hasCheckpoint(runFolder: string): boolean {
  return checkpointNames(runFolder).length > 0
}
