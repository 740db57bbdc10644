/** What goes on with files that a person named: one thing a project at a time, which its person or the end of the project can end. */
import { Failure } from '../../shared/failure.ts'
import { pace } from '../pace.ts'
import type { Doing } from './context.ts'
import { diskFailure } from './disk.ts'
import type { OpenProject, Projects } from './projects.ts'

interface FileDeskOptions<Kind extends string> {
  readonly projects: Projects
  /** What goes on, by the project's name. */
  readonly doings: Readonly<Record<Kind, (project: string) => Omit<Doing, 'projectId'>>>
  readonly onProgress: (projectId: string, kind: Kind, done: number, total: number | null) => void
}

interface FileDesk<Kind extends string> {
  /** @param what begins the sentence of what a disk refuses */
  doing<Result>(projectId: string, kind: Kind, what: string, work: (project: OpenProject, signal: AbortSignal, onProgress: (done: number, total: number | null) => void) => Promise<Result>): Promise<Result>
  /** Ends what goes on; fulfilled once it has ended. */
  stop(projectId: string): Promise<void>
  activity(): readonly Doing[]
}

const progressEveryMs = 200

export function openFileDesk<Kind extends string>({ projects, doings, onProgress }: FileDeskOptions<Kind>): FileDesk<Kind> {
  const going = new Map<string, { readonly doing: Doing; readonly cancel: AbortController; ended: Promise<unknown> }>()

  const stop = async (projectId: string): Promise<void> => {
    const current = going.get(projectId)
    current?.cancel.abort()
    // How it ended is for the one who started it.
    await current?.ended.catch(() => {})
  }
  projects.beforeClose((project) => stop(project.id))

  return {
    async doing(projectId, kind, what, work) {
      const project = projects.get(projectId)
      const other = going.get(projectId)
      if (other) throw new Failure('busy', `${other.doing.sentence} Wait until that has ended, or cancel it.`)
      const due = pace(progressEveryMs)
      const cancel = new AbortController()
      const current = { doing: { projectId, ...doings[kind](project.name) }, cancel, ended: Promise.resolve() as Promise<unknown> }
      going.set(projectId, current)
      // Begun in the next turn, so that what it throws at once is a rejection too.
      const result = Promise.resolve().then(() =>
        work(project, cancel.signal, (done, total) => {
          if (due(done === total)) onProgress(projectId, kind, done, total)
        }),
      )
      current.ended = result
      try {
        return await result
      } catch (error) {
        throw diskFailure(error, what)
      } finally {
        going.delete(projectId)
      }
    },
    stop,
    activity: () => [...going.values()].map(({ doing }) => doing),
  }
}
