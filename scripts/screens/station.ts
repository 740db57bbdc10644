/** A picture of docs/screens, and the way to it. */
import type { Page } from 'playwright-core'
import type { workbench } from '../../e2e/pages/workbench.ts'

export interface Traveller {
  readonly page: Page
  readonly bench: ReturnType<typeof workbench>
  /** A home of its own, to make projects and folders in. */
  readonly folder: string
  /** What is shown instead of the program, once. */
  instead?: Page
}

export interface Station {
  readonly name: string
  /** In a narrow window as well. */
  readonly narrowToo?: boolean
  /** From where the station before ended. */
  go(traveller: Traveller): Promise<void>
}

export const escape = async ({ page }: Traveller): Promise<void> => page.keyboard.press('Escape')
