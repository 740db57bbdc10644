/** The tail and the names of classes. */
import type { ClassFrequency, Tail, classCommands } from '../../shared/contract/classes.ts'
import { groupOf, groups, headFirst, imbalanceFactor } from '../../shared/tail.ts'
import { classCounts, listClasses, renameClass } from '../store/classes.ts'
import type { Db } from '../store/db.ts'
import { imageFindings } from '../store/images.ts'
import { skippedCount } from '../store/sources.ts'
import type { HandlersOf, ServiceContext } from './context.ts'
import { diskFailure } from './disk.ts'
import type { Projects } from './projects.ts'

export function classHandlers(context: ServiceContext, projects: Projects): HandlersOf<typeof classCommands> {
  return {
    'classes.tail': ({ projectId }) => tailOf(projects.get(projectId).db),
    'classes.rename': ({ projectId, classId, name }) => {
      const { db } = projects.get(projectId)
      try {
        renameClass(db, classId, name)
      } catch (error) {
        throw diskFailure(error, 'The class was not renamed')
      }
      context.emit('classes.changed', { projectId })
      return {}
    },
  }
}

/** Classes that have present images, and what stands out about them. */
function tailOf(db: Db): Tail {
  const classes = frequenciesOf(db)
  const { duplicates, missing, unlabelled } = imageFindings(db)
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
      singletons: classes.filter((one) => one.train + one.val + one.test === 1).length,
      untestable: classes.filter((one) => one.val + one.test === 0).length,
      duplicates,
      skipped: skippedCount(db),
      missing,
    },
  }
}

/** By falling number of training images. */
export function frequenciesOf(db: Db): ClassFrequency[] {
  const names = new Map(listClasses(db).map(({ id, name }) => [id, name]))
  const counts = new Map<number, { train: number; val: number; test: number }>()
  for (const { classId, split, count } of classCounts(db)) {
    const ofClass = counts.get(classId) ?? { train: 0, val: 0, test: 0 }
    ofClass[split] = count
    counts.set(classId, ofClass)
  }
  return [...counts].map(([id, count]) => ({ id, name: names.get(id) ?? '', train: count.train, val: count.val, test: count.test, group: groupOf(count.train) })).sort(headFirst)
}
