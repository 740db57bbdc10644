import * as v from 'valibot'
import { menuCommands } from '../menu.ts'
import { command } from '../rpc.ts'
import { CountSchema, IdSchema, NothingSchema, PathSchema } from './common.ts'

const DeviceSchema = v.object({
  name: v.string(),
  kind: v.picklist(['cpu', 'gpu']),
  memoryBytes: v.nullable(CountSchema),
})
export const DevicesSchema = v.object({ tensorflow: v.string(), devices: v.array(DeviceSchema) })
export type Devices = v.InferOutput<typeof DevicesSchema>

const MenuCommandSchema = v.picklist(menuCommands)
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** What the page tells the menu of itself. */
const MenuStateSchema = v.object({
  /** What can be asked for now; everything else is shown greyed. */
  possible: v.array(MenuCommandSchema),
  theme: v.picklist(themes),
})
export type MenuState = v.InferOutput<typeof MenuStateSchema>

/** What was asked for, with the folder or the run where it needs one. */
const AskedForSchema = v.object({ command: MenuCommandSchema, folder: v.optional(PathSchema), runId: v.optional(IdSchema) })
export type AskedFor = v.InferOutput<typeof AskedForSchema>

export const appCommands = {
  'app.info': command(
    NothingSchema,
    v.object({
      version: v.string(),
      host: v.picklist(['desktop', 'browser', 'terminal']),
      platform: v.string(),
      /** A project folder named when the program was started. */
      startFolder: v.nullable(PathSchema),
    }),
  ),
  /** TensorFlow's version and devices, asked of a fresh trainer process once. */
  'app.devices': command(NothingSchema, DevicesSchema),
  /** Brings the system's menu up to date; without one nothing happens. */
  'app.setMenu': command(MenuStateSchema, NothingSchema),
}

export const appEvents = {
  /** Something was chosen outside of the page: in the system's menu, on a notification, among its recent projects. */
  'app.menu': AskedForSchema,
}
