/** Runs that another run learns from. */
import { Failure } from '../../../shared/failure.ts'
import type { RunConfig } from '../../../shared/recipe.ts'
import { reasonAgainstTeacher } from '../../../shared/refusals.ts'
import type { UsedClass } from '../../store/classes.ts'
import type { Db } from '../../store/db.ts'
import { runClasses, runById, type RunRecord } from '../../store/runs.ts'
import type { TrainJob } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { refuseWithoutWeights } from './checks.ts'
import { runFolder } from './folder.ts'

/** What the trainer is told of a run's teacher. @throws Failure `not-found` where its weights are gone by now */
export function teacherOf(project: OpenProject, { teacherRun }: RunConfig): TrainJob['teacher'] {
  if (teacherRun === null) return null
  const teacher = runById(project.db, teacherRun)
  if (!teacher) throw new Failure('not-found', `Run ${teacherRun}, which is to be learnt from, is not in this project.`)
  refuseWithoutWeights(teacher, runFolder(project, teacherRun))
  return { config: teacher.config, runFolder: runFolder(project, teacherRun) }
}

/** @throws Failure `invalid-input` where the run is no teacher for such a run */
export function refuseAsTeacher(teacher: RunRecord, config: RunConfig): void {
  const reason = reasonAgainstTeacher(teacher, config)
  if (reason !== null) throw new Failure('invalid-input', reason)
}

/**
 * The teacher's classes in its order, which its student takes over.
 * @throws Failure `invalid-input` where the project by now trains other classes
 */
export function classesOfTeacher(db: Db, teacher: RunRecord, used: readonly UsedClass[]): number[] {
  const trainable = used.filter(({ train }) => train > 0)
  const taught = runClasses(db, teacher.id)
  const known = new Set(taught.map(({ classId }) => classId))
  const now = new Set(trainable.map(({ id }) => id))
  const lacking = trainable.filter(({ id }) => !known.has(id)).map(({ name }) => name)
  const gone = taught.filter(({ classId }) => !now.has(classId)).map(({ name }) => name)
  const differences = [lacking.length > 0 ? `it was not trained on ${named(lacking)}` : '', gone.length > 0 ? `there are no training images of ${named(gone)} any more` : ''].filter((words) => words !== '')
  if (differences.length === 0) return taught.map(({ classId }) => classId)
  throw new Failure('invalid-input', `Run ${teacher.id} cannot be learnt from, because its classes are not those of the training images: ${differences.join(', and ')}. Choose a teacher of the same classes, or train one.`)
}

function named(names: readonly string[]): string {
  const [first, ...others] = names
  return others.length === 0 ? JSON.stringify(first) : `${JSON.stringify(first)} and ${others.length === 1 ? JSON.stringify(others[0]) : `${others.length} more classes`}`
}
