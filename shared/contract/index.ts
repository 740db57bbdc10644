import { analysisCommands } from './analysis.ts'
import { appCommands, appEvents } from './app.ts'
import { classCommands, classEvents } from './classes.ts'
import { comparisonCommands } from './comparisons.ts'
import { confusionCommands, confusionEvents } from './confusions.ts'
import { dialCommands } from './dial.ts'
import { folderCommands } from './folders.ts'
import { imageCommands, imageEvents } from './images.ts'
import { labelCommands, labelEvents } from './labels.ts'
import { projectCommands, projectEvents } from './projects.ts'
import { runCareCommands, runCareEvents } from './runCare.ts'
import { runCommands, runEvents } from './runs.ts'
import { sourceCommands, sourceEvents } from './sources.ts'
import { splitCommands, splitEvents } from './splits.ts'

/** Everything that a view can ask of main, and everything that main says unasked. */
export const contract = {
  commands: {
    ...appCommands,
    ...projectCommands,
    ...imageCommands,
    ...sourceCommands,
    ...classCommands,
    ...labelCommands,
    ...splitCommands,
    ...runCommands,
    ...runCareCommands,
    ...comparisonCommands,
    ...confusionCommands,
    ...dialCommands,
    ...analysisCommands,
    ...folderCommands,
  },
  events: { ...appEvents, ...projectEvents, ...imageEvents, ...sourceEvents, ...classEvents, ...labelEvents, ...splitEvents, ...runEvents, ...runCareEvents, ...confusionEvents },
}
export type WorkbenchContract = typeof contract
