import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, NothingSchema, PathSchema } from './common.ts'

const DeviceSchema = v.object({
  name: v.string(),
  kind: v.picklist(['cpu', 'gpu']),
  memoryBytes: v.nullable(CountSchema),
})
export const DevicesSchema = v.object({ tensorflow: v.string(), devices: v.array(DeviceSchema) })
export type Devices = v.InferOutput<typeof DevicesSchema>

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
}
