/**
 * Deleting runs. The record is marked first, and from then on nobody finds the run; then its files go, then its rows, then
 * the record. A program that is killed in between finds the mark when it opens the project again, and goes on: a run
 * that can be seen always has its files, and one that cannot leaves nothing.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { titleOf } from '../../../shared/configuration.ts'
import { Failure } from '../../../shared/failure.ts'
import { deletedRuns, deleteSome, markDeleted } from '../../store/deletedRuns.ts'
import { listRuns, type RunRecord } from '../../store/runs.ts'
import { diskFailure } from '../disk.ts'
import type { OpenProject, Projects } from '../projects.ts'
import { runFolder } from './folder.ts'

/** Rows that go at once: what main is kept from anything else for stays below what a person notices. */
const rowsAtOnce = 5_000

export interface Deleting {
  /** Why the run must stay, in a sentence; null where it need not. */
  refusal(project: OpenProject, runId: number): string | null
  /** @throws Failure where the run must stay, or where the disk keeps its files */
  remove(project: OpenProject, runId: number): Promise<void>
  /** Ends what was begun before the program ended; what fails is tried again the next time that the project is opened. */
  goOn(project: OpenProject): void
}

/** @param refuseBusy throws where something works on the run */
export function openDeleting(projects: Projects, refuseBusy: (project: OpenProject, runId: number) => unknown): Deleting {
  const begun = new Map<OpenProject, Map<number, Promise<void>>>()
  projects.beforeClose(async (project) => {
    await Promise.allSettled(begun.get(project)?.values() ?? [])
    begun.delete(project)
  })

  /** Each run once, as long as the project is open. */
  const takeAway = (project: OpenProject, runId: number): Promise<void> => {
    const here = begun.get(project) ?? new Map<number, Promise<void>>()
    begun.set(project, here)
    const going = here.get(runId) ?? removeAll(projects, project, runId)
    here.set(runId, going)
    return going
  }

  const refusal = (project: OpenProject, runId: number): string | null => {
    try {
      refuseBusy(project, runId)
    } catch (error) {
      const failure = Failure.from(error)
      if (failure.code !== 'busy') throw failure
      return failure.message
    }
    const above = listRuns(project.db).filter(({ config }) => config.baseRun === runId || config.teacherRun === runId)
    return above.length === 0 ? null : `Run ${runId} cannot be deleted, because ${built(above)} built on it. Delete ${above.length === 1 ? 'that one' : 'those'} first.`
  }

  return {
    refusal,
    async remove(project, runId) {
      const reason = refusal(project, runId)
      if (reason !== null) throw new Failure('busy', reason)
      markDeleted(project.db, runId)
      await takeAway(project, runId)
    },
    goOn(project) {
      for (const id of deletedRuns(project.db)) takeAway(project, id).catch(() => {})
    },
  }
}

function built(runs: readonly RunRecord[]): string {
  return `${runs.map((run) => titleOf(run).replace(/^R/, 'r')).join(' and ')} ${runs.length === 1 ? 'is' : 'are'}`
}

async function removeAll(projects: Projects, project: OpenProject, runId: number): Promise<void> {
  const folder = runFolder(project, runId)
  try {
    await rm(folder, { recursive: true, force: true })
  } catch (error) {
    throw diskFailure(error, `Run ${runId} is deleted, but ${folder} could not be removed; that is tried again when the project is opened the next time`)
  }
  while (!deleteSome(projects.get(project.id).db, runId, rowsAtOnce)) await setImmediate()
}

/** What the run's files take, as far as they can be looked at. */
export async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const sizes = entries.map(async (entry) => {
    const place = path.join(folder, entry.name)
    if (entry.isDirectory()) return bytesOf(place)
    return entry.isFile() ? stat(place).then(({ size }) => size, () => 0) : 0
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
