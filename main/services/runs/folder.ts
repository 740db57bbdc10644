/** `runs/<id>/` of a project: configuration, checkpoints, logits. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { sweepTemporary, writeAtomically } from '../../atomic.ts'
import { runClasses, type RunRecord } from '../../store/runs.ts'
import { diskFailure } from '../disk.ts'
import type { OpenProject } from '../projects.ts'

export function runFolder(project: OpenProject, runId: number): string {
  return path.join(project.folder, 'runs', String(runId))
}

/**
 * Makes the folder and writes `config.json`, for people and scripts; the program itself reads the database.
 * @throws Failure `disk`, `permission`
 */
export function makeRunFolder(project: OpenProject, run: RunRecord, version: string): void {
  const folder = runFolder(project, run.id)
  const { id, name, createdAt, trainImages, valImages, config } = run
  const classes = runClasses(project.db, id).map((known) => ({ name: known.name, train: known.train }))
  try {
    mkdirSync(folder, { recursive: true })
    sweepTemporary(folder)
    writeAtomically(path.join(folder, 'config.json'), `${JSON.stringify({ version, id, name, createdAt, trainImages, valImages, config, classes }, null, 2)}\n`)
  } catch (error) {
    throw diskFailure(error, `The folder of run ${id} could not be made`)
  }
}
