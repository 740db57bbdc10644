/** Joins every noun's service into one workbench. */
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { openDecoders } from '../importer/decoders.ts'
import { analysisHandlers } from './analysis.ts'
import { appHandlers } from './app.ts'
import { classHandlers } from './classes.ts'
import { confusionHandlers } from './confusions.ts'
import type { Listener, ServiceContext, Workbench, WorkbenchOptions } from './context.ts'
import { sayingDiskFailures } from './disk.ts'
import { folderHandlers } from './folders.ts'
import { openImages } from './images.ts'
import { labelHandlers } from './labels.ts'
import { openPictures } from './pictures.ts'
import { openProjects, projectHandlers } from './projects.ts'
import { openRuns } from './runs/index.ts'

export function openWorkbench(options: WorkbenchOptions): Workbench {
  const listeners = new Set<Listener>()
  const emit: Emit<WorkbenchContract> = (event, payload) => {
    for (const listener of listeners) listener(event, payload)
  }
  const context: ServiceContext = { ...options, emit }
  const projects = openProjects()
  const decoders = openDecoders()
  const runs = openRuns(context, projects, decoders)
  const images = openImages(context, projects, decoders)
  const pictures = openPictures(projects, decoders)

  return {
    handlers: sayingDiskFailures({
      ...appHandlers(context),
      ...projectHandlers(context, projects),
      ...images.handlers,
      ...classHandlers(context, projects),
      ...labelHandlers(context, projects),
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
    activity: () => [...runs.activity(), ...images.activity()],
    async close() {
      // Runs and imports end first: each registered itself with `projects.beforeClose`.
      const endings = await Promise.allSettled(projects.all().map((project) => projects.close(project)))
      await decoders.close()
      const broken = endings.flatMap((ending) => (ending.status === 'rejected' ? [Failure.from(ending.reason)] : []))
      if (broken.length > 0) throw new Failure(broken[0]!.code, broken.map(({ message }) => message).join(' '))
    },
  }
}
