/** Labels: set, undone and redone as steps of the journal, on disk before the answer. */
import type { labelCommands } from '../../shared/contract/labels.ts'
import type { Db } from '../store/db.ts'
import { redoLabels, setLabels, undoLabels, type LabelStep } from '../store/labels.ts'
import type { HandlersOf, ServiceContext } from './context.ts'
import { diskFailure } from './disk.ts'
import type { Projects } from './projects.ts'

export function labelHandlers(context: ServiceContext, projects: Projects): HandlersOf<typeof labelCommands> {
  const change = (projectId: string, step: (db: Db) => LabelStep): LabelStep => {
    const { db } = projects.get(projectId)
    const done = saved(() => step(db))
    if (done.changed > 0) context.emit('labels.changed', { projectId })
    return done
  }
  return {
    'labels.set': ({ projectId, imageIds, classId }) => change(projectId, (db) => setLabels(db, imageIds, classId)),
    'labels.undo': ({ projectId }) => change(projectId, undoLabels),
    'labels.redo': ({ projectId }) => change(projectId, redoLabels),
  }
}

function saved(step: () => LabelStep): LabelStep {
  try {
    return step()
  } catch (error) {
    throw diskFailure(error, 'The labels were not saved')
  }
}
