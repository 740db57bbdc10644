import { classesInUse } from './classes.ts'
import { count, row, run, type Db } from './db.ts'

export interface ProjectRow {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

export function insertProject(db: Db, project: ProjectRow): void {
  run(db, 'INSERT INTO project (id, name, created_at) VALUES (?, ?, ?)', project.id, project.name, project.createdAt)
}

export function readProject(db: Db): ProjectRow | undefined {
  return row<ProjectRow>(db, 'SELECT id, name, created_at AS createdAt FROM project')
}

export function projectTotals(db: Db): { readonly images: number; readonly classes: number; readonly runs: number } {
  return {
    images: count(db, 'SELECT count(*) FROM image WHERE missing = 0'),
    classes: classesInUse(db),
    runs: count(db, 'SELECT count(*) FROM run WHERE deleted = 0'),
  }
}
