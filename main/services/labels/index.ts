/** Labels: set, undone and redone as steps of the journal, on disk before the answer; written to files and read from them. */
import type { labelCommands, Step, Which } from '../../../shared/contract/labels.ts'
import type { Db } from '../../store/db.ts'
import { inOneTransaction } from '../../store/inSlices.ts'
import { imagesToTurn, journalLength, journalPage, journalState, turning } from '../../store/journal.ts'
import { labelHistory, settingGuesses, settingLabels, settingNewLabels } from '../../store/labels.ts'
import type { Doing, HandlersOf, ServiceContext } from '../context.ts'
import { refuseReadOnly, savingAll } from '../disk.ts'
import { openFileDesk } from '../fileDesk.ts'
import type { ImageLists } from '../imageLists.ts'
import type { Projects } from '../projects.ts'
import { exportLabels } from './exporting.ts'
import { importLabels, readLabels } from './reading.ts'

export interface Labels {
  readonly handlers: HandlersOf<typeof labelCommands>
  activity(): readonly Doing[]
}

export function openLabels(context: ServiceContext, projects: Projects, lists: ImageLists): Labels {
  const desk = openFileDesk({
    projects,
    doings: {
      export: (project) => ({ what: 'labelsExport', sentence: `Labels of ${project} are being exported.` }),
      read: (project) => ({ what: 'labelsRead', sentence: `A file of labels is being read into ${project}.` }),
    },
    onProgress: (projectId, what, done, total) => context.emit('labels.progress', { projectId, what, done, total }),
  })

  const change = async <Done extends Step>(projectId: string, images: number, step: (db: Db) => Generator<void, Done>): Promise<Done> => {
    const { db } = projects.get(projectId)
    const done = await savingAll('The labels were not saved', () => inOneTransaction(db, images, step))
    if (done.changed > 0) context.emit('labels.changed', { projectId })
    return done
  }
  /** Which may have changed classes and splits as well. */
  const changeMore = async <Done extends Step>(projectId: string, images: number, step: (db: Db) => Generator<void, Done>): Promise<Done> => {
    const done = await change(projectId, images, step)
    context.emit('classes.changed', { projectId })
    return done
  }

  const turn = (projectId: string, kind: 'undo' | 'redo', stepId: number | undefined): Promise<Step> =>
    changeMore(projectId, imagesToTurn(projects.get(projectId).db, kind), (db) => turning(db, kind, stepId))

  const chosen = (projectId: string, which: Which): Promise<ArrayLike<number>> => lists.chosen(projects.get(projectId), which)

  return {
    handlers: {
      'labels.set': async ({ projectId, classId, ...which }) => {
        const imageIds = await chosen(projectId, which)
        return change(projectId, imageIds.length, (db) => settingLabels(db, imageIds, classId))
      },
      'labels.setNew': async ({ projectId, name, ...which }) => {
        const imageIds = await chosen(projectId, which)
        return changeMore(projectId, imageIds.length, (db) => settingNewLabels(db, imageIds, name, Date.now()))
      },
      'labels.setGuessed': async ({ projectId, runId, nth, ...which }) => {
        const imageIds = await chosen(projectId, which)
        return change(projectId, imageIds.length, (db) => settingGuesses(db, imageIds, { runId, nth }))
      },
      'labels.history': ({ projectId, imageId }) => labelHistory(projects.get(projectId).db, imageId),
      'labels.undo': ({ projectId, stepId }) => turn(projectId, 'undo', stepId),
      'labels.redo': ({ projectId, stepId }) => turn(projectId, 'redo', stepId),
      'labels.state': ({ projectId }) => journalState(projects.get(projectId).db),
      'labels.journal': ({ projectId, offset, limit }) => {
        const { db } = projects.get(projectId)
        return { total: journalLength(db), steps: journalPage(db, offset, limit) }
      },
      'labels.export': ({ projectId, ...asked }) => desk.doing(projectId, 'export', 'The labels could not be exported', (project, signal, onProgress) => exportLabels({ project, userFolder: context.userFolder, ...asked, signal, onProgress })),
      'labels.readFile': ({ projectId, file }) => desk.doing(projectId, 'read', 'The file could not be read', ({ db }, signal, onProgress) => readLabels({ db, file, signal, onProgress })),
      'labels.importFile': async ({ projectId, file, classes, others, splits }) => {
        const done = await desk.doing(projectId, 'read', 'The labels were not saved', ({ db }, signal, onProgress) => {
          refuseReadOnly({ db }, 'The labels were not saved')
          return importLabels({ db, file, signal, onProgress }, { classes, others, splits })
        })
        if (done.changed > 0) context.emit('labels.changed', { projectId })
        context.emit('classes.changed', { projectId })
        return done
      },
      'labels.cancel': async ({ projectId }) => {
        projects.get(projectId)
        await desk.stop(projectId)
        return {}
      },
    },
    activity: desk.activity,
  }
}
