import { analysisCommands } from './analysis.ts'
import { appCommands } from './app.ts'
import { classCommands, classEvents } from './classes.ts'
import { confusionCommands, confusionEvents } from './confusions.ts'
import { folderCommands } from './folders.ts'
import { imageCommands, imageEvents } from './images.ts'
import { labelCommands, labelEvents } from './labels.ts'
import { projectCommands, projectEvents } from './projects.ts'
import { runCommands, runEvents } from './runs.ts'

/** Everything that a view can ask of main, and everything that main says unasked. */
export const contract = {
  commands: {
    ...appCommands,
    ...projectCommands,
    ...imageCommands,
    ...classCommands,
    ...labelCommands,
    ...runCommands,
    ...confusionCommands,
    ...analysisCommands,
    ...folderCommands,
  },
  events: { ...projectEvents, ...imageEvents, ...classEvents, ...labelEvents, ...runEvents, ...confusionEvents },
}
export type WorkbenchContract = typeof contract
