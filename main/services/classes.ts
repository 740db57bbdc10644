/** The tail, and the classes that it is made of. */
import type { ClassFrequency, Tail, classCommands } from '../../shared/contract/classes.ts'
import type { Split } from '../../shared/contract/common.ts'
import type { Step } from '../../shared/contract/labels.ts'
import { groupOf, groups, headFirst, imbalanceFactor } from '../../shared/tail.ts'
import { createClass, deletingClasses, dividingClass, imagesInClasses, mergingClasses, renameClass } from '../store/classChanges.ts'
import { classesByName, listClasses } from '../store/classes.ts'
import type { Db } from '../store/db.ts'
import { duplicateCounts } from '../store/duplicates.ts'
import { inOneTransaction } from '../store/inSlices.ts'
import { skippedCount } from '../store/sources.ts'
import { presentOf, type ImageCounts } from './columnSets.ts'
import type { HandlersOf, ServiceContext } from './context.ts'
import { saving, savingAll } from './disk.ts'
import type { ImageLists } from './imageLists.ts'
import type { Projects } from './projects.ts'
import { settleLabelled } from './splitting.ts'

const unchanged = 'The classes were not changed'

export function classHandlers(context: ServiceContext, projects: Projects, lists: ImageLists): HandlersOf<typeof classCommands> {
  /** Says what a step did that is on disk by now. */
  const told = <Done extends Step>(projectId: string, done: Done): Done => {
    context.emit('classes.changed', { projectId })
    if (done.changed > 0) context.emit('labels.changed', { projectId })
    return done
  }
  const change = <Done extends Step>(projectId: string, step: (db: Db) => Done): Done => told(projectId, saving(unchanged, () => step(projects.get(projectId).db)))
  /** Of so many images that others may have to have their turns meanwhile. */
  const changeMany = async <Done extends Step>(projectId: string, images: number, step: (db: Db) => Generator<void, Done>): Promise<Done> =>
    told(projectId, await savingAll(unchanged, () => inOneTransaction(projects.get(projectId).db, images, step)))
  /** All images of the classes may change. */
  const remove = (projectId: string, classIds: readonly number[], step: (db: Db) => Generator<void, Step>): Promise<Step> =>
    changeMany(projectId, imagesInClasses(projects.get(projectId).db, classIds), step)
  return {
    'classes.tail': async ({ projectId }) => {
      settleLabelled(context.emit, projects.get(projectId))
      const counts = await lists.counts(projects.get(projectId))
      return tailOf(projects.get(projectId).db, counts)
    },
    'classes.list': async ({ projectId }) => {
      const counts = await lists.counts(projects.get(projectId))
      return classesByName(projects.get(projectId).db).map(({ id, name }) => ({ id, name, images: sumOf(presentOf(counts, id)) }))
    },
    'classes.create': ({ projectId, name }) => change(projectId, (db) => createClass(db, name, Date.now())),
    'classes.rename': ({ projectId, classId, name }) => change(projectId, (db) => renameClass(db, classId, name)),
    'classes.merge': ({ projectId, classIds, intoId }) => remove(projectId, classIds, (db) => mergingClasses(db, classIds, intoId)),
    'classes.divide': ({ projectId, classId, imageIds, name }) => changeMany(projectId, imageIds.length, (db) => dividingClass(db, classId, imageIds, name, Date.now())),
    'classes.delete': ({ projectId, classIds }) => remove(projectId, classIds, (db) => deletingClasses(db, classIds)),
  }
}

/** Classes that have present images, and what stands out about them. */
function tailOf(db: Db, counts: ImageCounts): Tail {
  const classes = frequenciesOf(db, counts)
  const unlabelled = sumOf(presentOf(counts, 0))
  const total = (split: 'train' | 'val' | 'test'): number => classes.reduce((sum, one) => sum + one[split], 0)
  const splits = { train: total('train'), val: total('val'), test: total('test') }
  const totalOf = (group: (typeof groups)[number]): { classes: number; train: number } => {
    const inGroup = classes.filter((one) => one.group === group)
    return { classes: inGroup.length, train: inGroup.reduce((sum, one) => sum + one.train, 0) }
  }
  return {
    classes,
    imbalanceFactor: imbalanceFactor(classes.map((one) => one.train)),
    groups: { many: totalOf('many'), medium: totalOf('medium'), few: totalOf('few') },
    images: splits.train + splits.val + splits.test + unlabelled,
    splits,
    findings: {
      singletons: classes.filter((one) => sumOf(one) === 1).length,
      untestable: classes.filter((one) => one.val + one.test === 0).length,
      ...duplicateCounts(db),
      missing: counts.missing,
      unlabelled,
      skipped: skippedCount(db),
      empty: listClasses(db).length - classes.length,
    },
  }
}

/** Classes that have present images, by falling number of training images. */
function frequenciesOf(db: Db, counts: ImageCounts): ClassFrequency[] {
  const classes = listClasses(db).map(({ id, name }) => Object.assign({ id, name }, presentOf(counts, id), { group: groupOf(presentOf(counts, id).train) }))
  return classes.filter((one) => sumOf(one) > 0).sort(headFirst)
}

function sumOf({ train, val, test }: Readonly<Record<Split, number>>): number {
  return train + val + test
}
