/** What a journey is given: a window of the built workbench, and a home that is its own. */
import type { ElectronApplication, Page } from 'playwright-core'

export interface Host {
  readonly page: Page
  /** The desktop program itself; none in a browser. */
  readonly program?: ElectronApplication
  /** Ends the program as its person would. */
  close(): Promise<void>
}

export interface Home {
  readonly folder: string
  /** A home, cache and user folder of the journey's own; TensorFlow's runtime is the shared one. */
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}
