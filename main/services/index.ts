/** Joins every noun's service into one workbench. */
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { openDecoders } from '../importer/decoders.ts'
import { analysisHandlers } from './analysis.ts'
import { appHandlers } from './app.ts'
import { classHandlers } from './classes.ts'
import { confusionHandlers } from './confusions.ts'
import type { Doing, Listener, ServiceContext, Workbench, WorkbenchOptions } from './context.ts'
import { sayingDiskFailures } from './disk.ts'
import { folderHandlers } from './folders.ts'
import { openImageLists } from './imageLists.ts'
import { openImages } from './images.ts'
import { openLabels } from './labels/index.ts'
import { openPictures } from './pictures.ts'
import { openProjects, projectHandlers } from './projects.ts'
import { openRescues } from './rescues.ts'
import { openRuns } from './runs/index.ts'
import { openSources } from './sources/index.ts'
import { splitHandlers } from './splits/index.ts'
import { openThumbs } from './thumbs.ts'

export function openWorkbench(options: WorkbenchOptions): Workbench {
  const projects = openProjects()
  const lists = openImageLists(projects)
  const listeners = new Set<Listener>([lists.hear])
  const emit: Emit<WorkbenchContract> = (event, payload) => {
    for (const listener of listeners) listener(event, payload)
  }
  const context: ServiceContext = { ...options, emit }
  const rescues = openRescues(projects)
  const decoders = openDecoders()
  const images = openImages(context, projects, decoders, lists)
  const labels = openLabels(context, projects, lists)
  const sources = openSources(context, projects)
  const pictures = openPictures(projects, decoders)
  const runs = openRuns(context, projects, decoders, pictures.get)
  const doings = (): readonly Doing[] => [...runs.activity(), ...images.activity(), ...sources.activity(), ...labels.activity()]
  // A terminal's command shows no pictures and no lists but those it asks for, and ends when it is done.
  if (options.host !== 'terminal') {
    listeners.add(openThumbs({ emit, projects, decoders, isBusy: () => doings().length > 0 }))
    listeners.add(lists.readAhead)
  }

  return {
    handlers: sayingDiskFailures({
      ...appHandlers(context),
      ...projectHandlers(context, projects, rescues.rescue, doings),
      ...images.handlers,
      ...sources.handlers,
      ...classHandlers(context, projects, lists),
      ...labels.handlers,
      ...splitHandlers(context, projects, decoders, lists),
      ...runs.handlers,
      ...confusionHandlers(projects),
      ...analysisHandlers(projects),
      ...folderHandlers(context, projects),
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    picture: pictures.get,
    activity: () => [...doings().map(({ sentence }) => sentence), ...rescues.activity()],
    async close() {
      await rescues.close()
      // Runs and imports end first: each registered itself with `projects.beforeClose`.
      const endings = await Promise.allSettled(projects.all().map((project) => projects.close(project)))
      await decoders.close()
      const broken = endings.flatMap((ending) => (ending.status === 'rejected' ? [Failure.from(ending.reason)] : []))
      if (broken.length > 0) throw new Failure(broken[0]!.code, broken.map(({ message }) => message).join(' '))
    },
  }
}
