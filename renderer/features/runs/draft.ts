/** What is being chosen for the next run; it outlives the view, so that looking elsewhere loses nothing. */
import { defineStore } from 'pinia'
import * as v from 'valibot'
import { computed, shallowReactive, shallowRef } from 'vue'
import type { Devices } from '../../../shared/contract/app.ts'
import type { Tail } from '../../../shared/contract/classes.ts'
import { presetOf } from '../../../shared/presets.ts'
import { RunRequestSchema, configOf, type RunConfig, type RunRequest } from '../../../shared/recipe.ts'
import { faultsOf, warningsOf } from '../../../shared/warnings.ts'
import { call } from '../../api.ts'
import { useRunsStore } from './store.ts'

/** A first run is a short one: three experts, the shortened schedule. */
const initial = (): RunRequest => v.parse(RunRequestSchema, { preset: 'fast' })

/** What a preset decides unless a person does. */
const leftToPreset = ['epochs', 'batchSize', 'learningRate', 'imageSize', 'fit', 'mixup', 'reweight', 'backbone', 'loss'] as const
/** What a backbone decides unless a person does. */
const leftToBackbone = ['imageSize', 'fit', 'sharedLayer3'] as const

function without(request: RunRequest, keys: readonly (keyof RunRequest)[]): RunRequest {
  const rest: Partial<RunRequest> = { ...request }
  for (const key of keys) delete rest[key]
  return v.parse(RunRequestSchema, rest)
}

export const useDraftStore = defineStore('runs.draft', () => {
  const runs = useRunsStore()
  const request = shallowRef<RunRequest>(initial())
  let projectId: string | null = null
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

  function choose(change: Partial<RunRequest>): void {
    request.value = { ...request.value, ...change }
  }

  /** Numbers are left to the preset, and what only another preset would have said: a loss chosen for comparison stays as long as both presets have the same. */
  function choosePreset(preset: RunRequest['preset']): void {
    const [from, to] = [presetOf[request.value.preset], presetOf[preset]]
    const keeps = (key: keyof RunRequest): boolean => (key === 'backbone' || key === 'loss') && from[key] === to[key]
    const before = config.value.backbone
    request.value = { ...without(request.value, leftToPreset.filter((key) => !keeps(key))), preset }
    if (config.value.backbone !== before) leave(...leftToBackbone)
  }

  /** Each backbone has an image size of its own, and only some have a layer3 to share. */
  function chooseBackbone(backbone: RunConfig['backbone']): void {
    request.value = { ...without(request.value, leftToBackbone), backbone }
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
    faults.clear()
  }

  /** Asks what there is to learn from; turning to another project forgets what belonged to the one before. */
  async function askTail(asked: string): Promise<void> {
    if (projectId !== asked) {
      projectId = asked
      tail.value = null
      stagedRun.value = null
      if (request.value.teacherRun !== undefined) leave('teacherRun')
    }
    const told = await call('classes.tail', { projectId: asked })
    if (projectId === asked) tail.value = told
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

  return { request, stagedRun, config, tail, devices, devicesFailure, classes, faults, warnings, mayHaveGpu, touched, setFault, choose, choosePreset, chooseBackbone, leave, defaultOf, reset, askTail, askDevices }
})
