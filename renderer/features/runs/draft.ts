/** What is being chosen for the next run; it outlives the view, and the program, so that looking elsewhere loses nothing. */
import { defineStore } from 'pinia'
import * as v from 'valibot'
import { computed, shallowReactive, shallowRef, watch } from 'vue'
import type { Devices } from '../../../shared/contract/app.ts'
import type { Tail } from '../../../shared/contract/classes.ts'
import { presetOf } from '../../../shared/presets.ts'
import { RunRequestSchema, configOf, type RunConfig, type RunRequest } from '../../../shared/recipe.ts'
import { requestOf } from '../../../shared/requests.ts'
import { faultsOf, warningsOf } from '../../../shared/warnings.ts'
import { call } from '../../api.ts'
import { keptFor } from '../../keptFor.ts'
import { text } from '../../text/index.ts'
import { useRunsStore } from './store.ts'

const keptChoices = keptFor('train', RunRequestSchema)

/** A recipe with nothing chosen besides. */
const ownOf = (preset: RunRequest['preset']): RunRequest => v.parse(RunRequestSchema, { preset })

/** A first run is a short one: three experts, the shortened schedule. */
const initial = (): RunRequest => ownOf('fast')

/** What a preset decides unless a person does. */
const leftToPreset = ['epochs', 'batchSize', 'learningRate', 'imageSize', 'fit', 'mixup', 'reweight', 'backbone', 'loss'] as const
/** What a backbone decides unless a person does. */
const leftToBackbone = ['imageSize', 'fit', 'sharedLayer3'] as const

function without(request: RunRequest, keys: readonly (keyof RunRequest)[]): RunRequest {
  const rest: Partial<RunRequest> = { ...request }
  for (const key of keys) delete rest[key]
  return v.parse(RunRequestSchema, rest)
}

/** What a recipe says nothing of, in the words of its field: it stays through a change of recipe, which is told. Seed and device belong to no recipe. */
const keptWords: Readonly<Record<keyof typeof text.train.kept & keyof RunRequest, string>> = text.train.kept
const keepable = Object.keys(keptWords) as (keyof typeof keptWords)[]

export const useDraftStore = defineStore('runs.draft', () => {
  const runs = useRunsStore()
  const request = shallowRef<RunRequest>(initial())
  let project: { readonly id: string; readonly folder: string } | null = null
  const tail = shallowRef<Tail | null>(null)
  /** Null until TensorFlow has answered; `devicesFailure` says why it never will. */
  const devices = shallowRef<Devices | null>(null)
  const devicesFailure = shallowRef<string | null>(null)

  /** The run that the Train view shows instead of a preview. */
  const stagedRun = shallowRef<number | null>(null)

  const config = computed(() => configOf(request.value))
  const classes = computed(() => Math.max(2, tail.value?.classes.filter((one) => one.train > 0).length ?? 0))
  /** What is wrong with what stands in a field, by the field's label. */
  const faults = shallowReactive(new Map<string, string>())
  const warnings = computed(() => [...faultsOf(faults), ...warningsOf(config.value, tail.value, devices.value, runs.runs)])
  /** False where TensorFlow has told its devices and none of them is one; true while that is not known. */
  const mayHaveGpu = computed(() => devices.value?.devices.some((device) => device.kind === 'gpu') ?? true)
  /** True where the choices differ from what a first run would be. */
  const touched = computed(() => JSON.stringify(request.value) !== JSON.stringify(initial()))

  /** Choices that differ from the recipe's own. */
  const unlikeRecipe = (): (keyof typeof keptWords)[] => keepable.filter((key) => config.value[key] !== configOf(ownOf(request.value.preset))[key])
  /** What a change of recipe left as it was, until it is chosen anew. */
  const stayed = shallowRef<readonly (keyof typeof keptWords)[]>([])
  /** The run whose choices these were; null where they are a person's own. */
  const takenFrom = shallowRef<number | null>(null)
  const kept = computed(() => unlikeRecipe().filter((key) => stayed.value.includes(key)))
  const keptSentence = computed(() => (kept.value.length > 0 ? (takenFrom.value === null ? text.train.keptFromBefore : text.train.takenFrom(takenFrom.value))(kept.value.map((key) => keptWords[key])) : ''))

  /** Everything as the recipe has it. */
  function takePresets(): void {
    leave(...kept.value)
    stayed.value = []
  }

  function choose(change: Partial<RunRequest>): void {
    request.value = { ...request.value, ...change }
    stayed.value = stayed.value.filter((key) => !(key in change))
  }

  /** Numbers are left to the preset, and what only another preset would have said: a loss chosen for comparison stays as long as both presets have the same. */
  function choosePreset(preset: RunRequest['preset']): void {
    const [from, to] = [presetOf[request.value.preset], presetOf[preset]]
    const keeps = (key: keyof RunRequest): boolean => (key === 'backbone' || key === 'loss') && from[key] === to[key]
    const before = config.value.backbone
    request.value = { ...without(request.value, leftToPreset.filter((key) => !keeps(key))), preset }
    if (config.value.backbone !== before) leave(...leftToBackbone)
    stayed.value = unlikeRecipe()
    takenFrom.value = null
  }

  /** Each backbone has an image size of its own, and only some have a layer3 to share. */
  function chooseBackbone(backbone: RunConfig['backbone']): void {
    request.value = { ...without(request.value, leftToBackbone), backbone }
    stayed.value = stayed.value.filter((key) => key !== 'backbone')
  }

  /** As a run was set up, seed and device too: whatever its recipe would have said is left to the recipe. */
  function takeFrom(run: { readonly id: number; readonly config: RunConfig }): void {
    request.value = requestOf(run.config)
    stayed.value = unlikeRecipe()
    takenFrom.value = run.id
    faults.clear()
  }

  /** Leaves choices to the preset again. */
  function leave(...keys: readonly (keyof RunRequest)[]): void {
    request.value = without(request.value, keys)
  }

  /** What would hold if a choice were left alone, with all the others as they are. */
  const defaultOf = <K extends keyof RunRequest>(key: K): RunConfig[K] => configOf(without(request.value, [key]))[key]

  function setFault(label: string, fault: string): void {
    if (fault) faults.set(label, fault)
    else faults.delete(label)
  }

  function reset(): void {
    request.value = initial()
    stayed.value = []
    takenFrom.value = null
    faults.clear()
  }

  /** Takes up what was chosen for a project the last time; the choices of the one before stay with that one. */
  function turnTo(next: { readonly id: string; readonly folder: string }): void {
    if (project?.id === next.id) return
    project = null
    reset()
    tail.value = null
    stagedRun.value = null
    request.value = keptChoices.read(next.folder) ?? initial()
    project = next
  }
  watch(request, (now) => project && keptChoices.write(project.folder, now), { flush: 'sync' })

  /** Asks what there is to learn from. */
  async function askTail(): Promise<void> {
    const asked = project
    if (!asked) return
    const told = await call('classes.tail', { projectId: asked.id })
    if (project === asked) tail.value = told
  }

  async function askDevices(): Promise<void> {
    if (devices.value) return
    try {
      devices.value = await call('app.devices', {})
      devicesFailure.value = null
    } catch (error) {
      devicesFailure.value = error instanceof Error ? error.message : String(error)
    }
  }

  return { request, stagedRun, config, tail, devices, devicesFailure, classes, faults, warnings, mayHaveGpu, touched, keptSentence, takePresets, setFault, choose, choosePreset, chooseBackbone, takeFrom, leave, defaultOf, reset, turnTo, askTail, askDevices }
})
