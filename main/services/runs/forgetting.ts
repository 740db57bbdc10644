/** Runs that never held anything: of an import whose weights did not arrive, nothing stays. */
import { rmSync } from 'node:fs'
import { Failure } from '../../../shared/failure.ts'
import { hasCheckpoint } from '../../checkpoints.ts'
import { deleteRun } from '../../store/newRuns.ts'
import { setStatus, type RunRecord } from '../../store/runs.ts'
import type { OpenProject } from '../projects.ts'
import { runFolder } from './folder.ts'

/** Whether the run was to be imported and has no weights; every other run can be begun again. */
export function neverArrived(project: OpenProject, { id, config }: RunRecord): boolean {
  return config.epochs === 0 && config.baseRun === null && !hasCheckpoint(runFolder(project, id))
}

/** The record goes last: a folder without one would be taken for another run's. */
export function forget(project: OpenProject, { id }: RunRecord, why: unknown): void {
  try {
    rmSync(runFolder(project, id), { recursive: true, force: true })
    deleteRun(project.db, id)
  } catch {
    setStatus(project.db, id, 'failed', { failure: Failure.from(why) })
  }
}
