/** Tells whether the process that says it works on a run still lives. */
import { readFileSync } from 'node:fs'
import type { Owner } from '../../store/runs.ts'

export const thisProcess: Owner = { pid: process.pid, started: statOf(process.pid)?.started ?? null }

export function isAlive({ pid, started }: Owner): boolean {
  const stat = statOf(pid)
  if (stat) return stat.state !== 'Z' && stat.started === started
  try {
    process.kill(pid, 0)
    // Where processes can be told apart, one that cannot be looked up is not the one that was noted.
    return thisProcess.started === null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && thisProcess.started === null
  }
}

/** Linux' /proc/PID/stat: the state (Z: ended, not yet collected) and the start in clock ticks since boot. */
function statOf(pid: number): { readonly state: string; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in brackets and may hold anything; the state is the third field.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0]!, started: fields[19]! }
  } catch {
    return undefined
  }
}
