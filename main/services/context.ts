/** What every service is given, and what the entries get back. */
import type { CommandName, Emit, EventName, Handlers, Payload } from '../../shared/rpc.ts'
import type { MenuState } from '../../shared/contract/app.ts'
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import type { Activity } from '../../shared/contract/projects.ts'
import type { SpawnTrainer } from '../trainer/client.ts'

/** What only a desktop can do. */
export interface Desktop {
  /** The operating system's folder dialog; null where it was cancelled. */
  pickFolder(title: string): Promise<string | null>
  reveal(path: string): void
  /** What the page says is possible now. */
  setMenu(state: MenuState): void
}

export interface WorkbenchOptions {
  /** Where the program keeps what belongs to no project: recent projects, built samples. */
  readonly userFolder: string
  readonly version: string
  readonly host: 'desktop' | 'browser' | 'terminal'
  readonly spawnTrainer: SpawnTrainer
  readonly desktop?: Desktop
  /** A project folder named when the program was started: the page opens it. */
  readonly startFolder?: string
}

export type Listener = <K extends EventName<WorkbenchContract>>(event: K, payload: Payload<WorkbenchContract, K>) => void

/** Something that goes on in a project and would end with it. */
export interface Doing {
  readonly projectId: string
  readonly what: Activity
  readonly sentence: string
}

export interface Picture {
  readonly type: 'image/webp' | 'image/png' | 'image/jpeg'
  readonly bytes: Uint8Array
  /** Of the content that it shows; null where the file is another one than was imported. */
  readonly version: string | null
}

export interface Workbench {
  readonly handlers: Handlers<WorkbenchContract>
  /** Hears every event of every project. */
  subscribe(listener: Listener): () => void
  /** An image as pixels a page may show: decoded and encoded anew, never the file's own bytes. Rejects with a Failure, with `cancelled` where its signal says so before its turn. */
  picture(projectId: string, imageId: number, size: 'thumb' | 'large', signal?: AbortSignal): Promise<Picture>
  /** What goes on and would end with the program: one sentence each. */
  activity(): readonly string[]
  /** Stops what goes on (runs write a checkpoint), closes every project. */
  close(): Promise<void>
}

/** The handlers of one noun's commands. */
export type HandlersOf<Commands> = Handlers<WorkbenchContract, keyof Commands & CommandName<WorkbenchContract>>

export interface ServiceContext extends WorkbenchOptions {
  readonly emit: Emit<WorkbenchContract>
}
