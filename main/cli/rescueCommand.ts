/** `rescue`: a whole project of what can be read of a damaged one. */
import path from 'node:path'
import type { Command } from 'commander'
import { lossSentences } from '../../shared/rescued.ts'
import { somePath } from './options.ts'
import { counted } from './print.ts'
import { safeText } from './safe.ts'
import { withWorkbench } from './session.ts'
import { show, type Shown } from './show.ts'

export function addRescueCommand(program: Command): void {
  program
    .command('rescue')
    .argument('<dir>', "the project's folder", somePath)
    .description('make a whole project of what can be read of a damaged one; the damaged file is kept')
    .action((dir: string, choice: Shown) =>
      withWorkbench(async ({ call }) => {
        const rescued = await call('projects.rescue', { folder: path.resolve(dir) })
        show(choice, rescued, () => [
          safeText(`${rescued.project.name} was rescued: ${counted(rescued.project.images, 'image')} in ${counted(rescued.project.classes, 'class', 'classes')}, ${counted(rescued.project.runs, 'run')}.`),
          ...lossSentences(rescued.lost),
          safeText(`The damaged file lies in ${rescued.keptIn}.`),
        ])
      }),
    )
}
