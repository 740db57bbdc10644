import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { answerWith } from '../../fixtures/main.ts'
import { emptyStorage } from '../../fixtures/storage.ts'

// Loaded once there is something to ask.
const { useDraftStore } = await import('./draft.ts')

const project = { id: '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', folder: '/pictures/owls' }
const otherProject = { id: '6d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', folder: '/pictures/moths' }
const noTail = {
  classes: [],
  imbalanceFactor: null,
  groups: { many: { classes: 0, train: 0 }, medium: { classes: 0, train: 0 }, few: { classes: 0, train: 0 } },
  images: 0,
  splits: { train: 0, val: 0, test: 0 },
  findings: { singletons: 0, untestable: 0, duplicates: 0, contradictions: 0, skipped: 0, missing: 0, unlabelled: 0, empty: 0 },
}

beforeEach(() => {
  setActivePinia(createPinia())
  emptyStorage()
  answerWith({ 'classes.tail': () => noTail })
})

describe('choosing a preset', () => {
  it('leaves the numbers to it', () => {
    const draft = useDraftStore()
    draft.choose({ epochs: 7, batchSize: 64, learningRate: 0.3, mixup: 0.2 })
    draft.choosePreset('imagenet-lt')
    expect(draft.config).toMatchObject({ epochs: 100, batchSize: 256, learningRate: 0.1, mixup: 0, backbone: 'resnext50', imageSize: 224, fit: 'crop' })
  })

  it('keeps a loss that was chosen for comparison, where both presets have the same', () => {
    const draft = useDraftStore()
    draft.choose({ loss: 'ce', experts: 5, seed: 3 })
    draft.choosePreset('cifar')
    expect(draft.config).toMatchObject({ epochs: 200, loss: 'ce', experts: 5, seed: 3 })
    draft.choosePreset('balpoe')
    expect(draft.config).toMatchObject({ loss: 'balpoe', mixup: 0.4, experts: 5 })
  })

  it('says what stays, and gives that back to the recipe when asked', () => {
    const draft = useDraftStore()
    draft.choose({ head: 'linear', trunkFile: '/weights.pth', seed: 3 })
    expect(draft.keptSentence).toBe('')
    draft.choosePreset('cifar')
    expect(draft.keptSentence).toBe('Kept from before: classifier, weights file.')
    draft.choose({ experts: 5 })
    expect(draft.keptSentence).toBe('Kept from before: classifier, weights file.')
    draft.takePresets()
    expect(draft.keptSentence).toBe('')
    expect(draft.config).toMatchObject({ preset: 'cifar', head: 'cosine', trunkFile: null, seed: 3, experts: 5 })
  })

  it('brings back no shared layer3 with a backbone that has none to share', () => {
    const draft = useDraftStore()
    draft.choosePreset('inaturalist')
    draft.choose({ sharedLayer3: true })
    draft.choosePreset('cifar')
    expect(draft.config).toMatchObject({ backbone: 'resnet32', sharedLayer3: false, imageSize: 32 })
  })
})

it('gives each backbone its own image size', () => {
  const draft = useDraftStore()
  draft.choose({ imageSize: 48 })
  draft.chooseBackbone('resnet10')
  expect(draft.config).toMatchObject({ backbone: 'resnet10', imageSize: 224, fit: 'crop' })
  draft.choose({ sharedLayer3: true })
  draft.chooseBackbone('resnet32')
  expect(draft.config).toMatchObject({ backbone: 'resnet32', imageSize: 32, fit: 'pad', sharedLayer3: false })
})

it('knows what would hold if a choice were left alone', () => {
  const draft = useDraftStore()
  draft.choose({ batchSize: 64, learningRate: 0.2 })
  expect(draft.defaultOf('learningRate')).toBe(0.05)
  expect(draft.defaultOf('batchSize')).toBe(128)
  draft.leave('learningRate')
  expect(draft.config.learningRate).toBe(0.05)
  expect(draft.touched).toBe(true)
  draft.reset()
  expect(draft.touched).toBe(false)
})

describe('of a project', () => {
  it('are its own, and are there again when it is opened again', () => {
    const draft = useDraftStore()
    draft.turnTo(project)
    draft.choose({ teacherRun: 4, loss: 'ce' })
    draft.turnTo(otherProject)
    expect(draft.touched).toBe(false)
    draft.choose({ experts: 5 })
    // The program was started anew, which gives the project another id.
    setActivePinia(createPinia())
    const again = useDraftStore()
    again.turnTo({ ...project, id: '7d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d' })
    expect(again.request).toMatchObject({ teacherRun: 4, loss: 'ce' })
    again.turnTo(otherProject)
    expect(again.request).toMatchObject({ experts: 5 })
    expect(again.request.teacherRun).toBeUndefined()
    again.reset()
    setActivePinia(createPinia())
    useDraftStore().turnTo(otherProject)
    expect(useDraftStore().touched).toBe(false)
  })

  it('that can no longer be chosen are as good as none', () => {
    for (const kept of ['no JSON', '[]', JSON.stringify({ [project.folder]: { preset: 'fast', loss: 'of old' } })]) {
      localStorage.setItem('ride.train', kept)
      setActivePinia(createPinia())
      const draft = useDraftStore()
      draft.turnTo(project)
      expect(draft.touched, kept).toBe(false)
    }
  })

  it('are learnt from the images of that project alone', async () => {
    const draft = useDraftStore()
    draft.turnTo(project)
    const late = draft.askTail()
    draft.turnTo(otherProject)
    await late
    expect(draft.tail).toBeNull()
    await draft.askTail()
    expect(draft.tail).toEqual(noTail)
  })
})
