/** What a person should know before a run is started, in plain words. */
import type { Devices } from '../../../shared/contract/app.ts'
import type { Tail } from '../../../shared/contract/classes.ts'
import type { RunConfig } from '../../../shared/recipe.ts'

export interface Warning {
  /** Nothing can be trained while one of these stands. */
  readonly blocks: boolean
  readonly text: string
}

/** Fewer steps than this in an epoch teach little each time that all images are shown. */
const fewSteps = 20

/** At most this many names, the rest as a number. */
const namesShown = 3

/**
 * @param tail null while it is being asked for: nothing is said about images then
 * @param devices null while unknown
 */
export function warningsOf(config: RunConfig, tail: Tail | null, devices: Devices | null): Warning[] {
  const warnings: Warning[] = []
  const warn = (text: string): number => warnings.push({ blocks: false, text })
  const block = (text: string): number => warnings.push({ blocks: true, text })

  if (tail) {
    const trained = tail.classes.filter((one) => one.train > 0)
    const untrained = tail.classes.filter((one) => one.train === 0)
    if (tail.splits.train === 0) block('This project has no training images yet. Add a folder of labelled images in Dataset.')
    else if (trained.length < 2) block('Training needs at least two classes with training images; this project has one. Add a second class in Dataset.')
    else {
      if (untrained.length > 0) warn(`${named(untrained.map((one) => one.name))} ${untrained.length === 1 ? 'has' : 'have'} no training image and cannot be learned.`)
      if (tail.splits.val === 0) warn('There are no validation images: accuracy cannot be measured, and there will be no confusions to look at.')
      const steps = Math.ceil(tail.splits.train / config.batchSize)
      if (steps < fewSteps) warn(`${tail.splits.train.toLocaleString('en')} training images make ${steps === 1 ? 'a single step' : `${steps} steps`} an epoch. Learning takes many steps: fewer images a step (batch size, under Advanced), or more epochs, give more of them.`)
    }
  }
  if (devices && config.device === 'gpu' && !devices.devices.some((device) => device.kind === 'gpu')) {
    block('A GPU is asked for, but TensorFlow finds none on this machine. Choose “Automatic” or “CPU”.')
  }
  return warnings
}

/** Fields whose text is no number that they take. */
export const faultsOf = (faults: ReadonlyMap<string, string>): Warning[] => [...faults].map(([label, fault]) => ({ blocks: true, text: `${label}: ${fault}.` }))

function named(names: readonly string[]): string {
  const shown = names.slice(0, namesShown)
  const more = names.length - shown.length
  const list = more > 0 ? `${shown.join(', ')} and ${more.toLocaleString('en')} more` : shown.join(' and ')
  return `${names.length === 1 ? 'The class' : 'The classes'} ${list}`
}
