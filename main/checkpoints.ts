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

const pattern = /^epoch-(\d{6})-step-\d{8}\.safetensors$/

/** Newest first: names sort as their positions do. Half-written files, and whatever else lies there, carry other names. */
export function checkpointNames(runFolder: string): string[] {
  return listed(checkpointFolder(runFolder))
    .filter((name) => pattern.test(name))
    .sort()
    .reverse()
}

/** Whether any was completed; none can be told of a folder that cannot be listed. */
export function hasCheckpoint(runFolder: string): boolean {
  try {
    return checkpointNames(runFolder).length > 0
  } catch {
    return false
  }
}

/** Epochs that are complete in the newest checkpoint; 0 where there is none. */
export function epochsSaved(runFolder: string): number {
  const [newest] = checkpointNames(runFolder)
  return newest === undefined ? 0 : Number(pattern.exec(newest)![1])
}

/** Empty where there is no such folder. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
