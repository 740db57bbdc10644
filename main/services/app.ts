/** The program itself: its version, and what TensorFlow runs on here. */
import type { Devices, appCommands } from '../../shared/contract/app.ts'
import { startTrainer } from '../trainer/client.ts'
import type { HandlersOf, ServiceContext } from './context.ts'

export function appHandlers(context: ServiceContext): HandlersOf<typeof appCommands> {
  let devices: Promise<Devices> | undefined
  return {
    'app.info': () => ({ version: context.version, host: context.host, platform: process.platform, startFolder: context.startFolder ?? null }),
    'app.devices': () => {
      devices ??= askDevices(context).catch((error: unknown) => {
        // Only an answer is kept: what was missing may be installed by the next question.
        devices = undefined
        throw error
      })
      return devices
    },
    'app.setMenu': (state) => {
      context.desktop?.setMenu(state)
      return {}
    },
  }
}

async function askDevices(context: ServiceContext): Promise<Devices> {
  const trainer = startTrainer(context.spawnTrainer)
  try {
    return await trainer.call('devices', {})
  } finally {
    trainer.kill()
  }
}
