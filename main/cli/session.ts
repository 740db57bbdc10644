/** A project on the command line: the same services as a window's, through the same checks. */
import path from 'node:path'
import { contract, type WorkbenchContract } from '../../shared/contract/index.ts'
import type { Project } from '../../shared/contract/projects.ts'
import { Failure } from '../../shared/failure.ts'
import { callHere, type Answer, type Asked, type CommandName, type EventName, type Payload } from '../../shared/rpc.ts'
import { openWorkbench } from '../services/index.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { userFolder } from '../userFolder.ts'
import { version } from '../version.ts'
import { commandLine } from './commandLine.ts'

/** Runs named where one is asked for that is not there. */
const runsTold = 20

export interface Session {
  call<K extends CommandName<WorkbenchContract>>(command: K, input: Asked<WorkbenchContract, K>): Promise<Answer<WorkbenchContract, K>>
  /** Hears an event of every project. */
  on<K extends EventName<WorkbenchContract>>(name: K, listener: (payload: Payload<WorkbenchContract, K>) => void): void
}

/** Opens the workbench for as long as `work` takes. */
export async function withWorkbench<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
  const workbench = openWorkbench({ userFolder: userFolder(), version, host: 'terminal', spawnTrainer: forkTrainer })
  try {
    return await work({
      call: callHere<WorkbenchContract>(contract, workbench.handlers),
      on(name, listener) {
        workbench.subscribe((event, payload) => {
          // The name says which payload it is, which TypeScript cannot follow from one parameter to the other.
          if ((event as string) === name) listener(payload as Parameters<typeof listener>[0])
        })
      },
    })
  } finally {
    await workbench.close()
  }
}

export interface ProjectSession extends Session {
  readonly project: Project
  /** The run that a person named by its number, or by `latest`. */
  run(named: string): Promise<number>
}

export function withProject<Result>(folder: string, work: (session: ProjectSession) => Promise<Result>): Promise<Result> {
  return withWorkbench(async (session) => {
    const project = await session.call('projects.open', { folder: path.resolve(folder) })
    return work({
      ...session,
      project,
      async run(named) {
        const runs = await session.call('runs.list', { projectId: project.id })
        const [newest] = runs
        if (!newest) throw new Failure('not-found', `${project.folder} has no run yet. Train one first: ${commandLine('train', project.folder)}`)
        if (named === 'latest') return newest.id
        if (runs.some(({ id }) => id === Number(named))) return Number(named)
        const told = runs.slice(0, runsTold).map(({ id, status }) => `${id} (${status})`)
        throw new Failure('not-found', `${project.folder} has no run ${named}. It has, newest first: ${told.join(', ')}${runs.length > runsTold ? ', ...' : ''}.`)
      },
    })
  })
}

/** Calls `first` at Ctrl+C, or when the system asks the program to end; the second time the program ends at once. */
export async function interruptible<Result>(first: () => void, work: () => Promise<Result>): Promise<Result> {
  let asked = false
  const heard = (): void => {
    if (asked) process.exit(1)
    asked = true
    first()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, heard)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, heard)
  }
}
