import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { neutralDial, type Dial } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import { runOf } from '../../../shared/fixtures/run.ts'
import type { Emit, Handlers } from '../../../shared/rpc.ts'
import { answerWith } from '../../fixtures/main.ts'

// Loaded once there is something to ask.
const { useDialStore } = await import('./dial.ts')
const { useConfusionsStore } = await import('./store.ts')
const { useNotices } = await import('../../composables/useNotices.ts')

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const classes = [{ classId: 1, name: 'lynx', group: 'few', train: 4 }, { classId: 2, name: 'wildcat', group: 'few', train: 9 }] as const
const figures = { top1: 0.5, many: null, medium: null, few: 0.5, balanced: 0.5, expected: { accuracy: 0.5, covered: 1 } }
const noColumns = { actual: [], predicted: [], count: [] }
/** As many images in the one cell as tau has hundredths: what is shown tells of which setting it is. */
const cellsOf = ({ tau }: Dial) => ({ actual: [1], predicted: [2], count: [Math.round(100 * tau)] })

let saved: Dial | null
let asked: number[]
let answered: (() => void)[]
let isSlow: boolean
let emit: Emit<WorkbenchContract>

const run = () => runOf({ id: 1, scored: ['val'], dial: saved })

beforeEach(() => {
  setActivePinia(createPinia())
  ;[saved, asked, answered, isSlow] = [null, [], [], false]
  const keep = (dial: Dial | null) => {
    saved = dial
    emit('confusions.changed', { projectId, runId: 1 })
    emit('runs.changed', { projectId, run: run() })
    return run()
  }
  const handlers: Partial<Handlers<WorkbenchContract>> = {
    'runs.list': () => [run()],
    'confusions.matrix': () => ({ classes: [...classes], cells: cellsOf(saved ?? neutralDial), moved: { ...noColumns, now: [], merged: [] } }),
    'dial.preview': async ({ dial }) => {
      asked.push(dial.tau)
      if (dial.tau === 3) throw new Failure('not-found', 'What was kept is gone.')
      if (isSlow) await new Promise<void>((resolve) => answered.push(resolve))
      return { matrix: { classes: [...classes], cells: cellsOf(dial), moved: { ...noColumns, now: [], merged: [] } }, figures, own: figures, images: 5, leftOut: 0 }
    },
    'dial.suggest': () => ({ tau: 0.7, balanced: 0.6, own: 0.5, images: 5 }),
    'dial.save': ({ dial }) => keep(dial),
    'dial.reset': () => keep(null),
  }
  emit = answerWith(handlers)
})

async function opened() {
  const confusions = useConfusionsStore()
  await confusions.open(projectId, null)
  await expect.poll(() => confusions.stored).not.toBeNull()
  const dial = useDialStore()
  dial.open()
  await expect.poll(() => dial.preview).not.toBeNull()
  return { confusions, dial }
}

it('asks one question at a time, and after it for the newest setting alone', async () => {
  const { confusions, dial } = await opened()
  expect([asked, confusions.dialled]).toEqual([[0], null])
  isSlow = true
  for (const tau of [0.1, 0.2, 0.3, 0.4]) dial.turn({ tau })
  await expect.poll(() => answered.length).toBe(1)
  expect(asked).toEqual([0, 0.1])
  answered.shift()!()
  await expect.poll(() => answered.length).toBe(1)
  answered.shift()!()
  await expect.poll(() => dial.asking).toBe(false)
  expect(asked).toEqual([0, 0.1, 0.4])
  expect(confusions.source?.cells.count[0]).toBe(40)
  expect(dial.shown?.tau).toBe(0.4)
})

it('shows what was not saved only as long as the dial is open', async () => {
  const { confusions, dial } = await opened()
  dial.turn({ tau: 0.5 })
  await expect.poll(() => confusions.dialled).not.toBeNull()
  dial.close()
  expect([confusions.dialled, dial.shown]).toEqual([null, null])
  dial.open()
  expect(dial.dial).toEqual(neutralDial)
})

it('saves with the run, whose own matrix is then the one that was shown, and gives it back', async () => {
  const { confusions, dial } = await opened()
  dial.turn({ tau: 0.5, shares: [{ classId: 1, share: 0.25 }] })
  await dial.save()
  expect(saved).toEqual({ tau: 0.5, mix: 0, shares: [{ classId: 1, share: 0.25 }] })
  await expect.poll(() => [dial.isSaved, confusions.dialled, confusions.stored?.cells.count[0]]).toEqual([true, null, 50])
  expect(dial.shown).toBeNull()
  await dial.reset()
  await expect.poll(() => [saved, dial.isSaved, confusions.stored?.cells.count[0]]).toEqual([null, true, 0])
})

it('brings back what was given back, saved and turned, and typed shares that went at once', async () => {
  const { dial } = await opened()
  const { notices } = useNotices()
  const undo = () => notices.value.at(-1)!.action!.run()
  const typed = { tau: 0.5, mix: 0, shares: [{ classId: 1, share: 0.25 }] }
  dial.turn(typed)
  await dial.save()
  await expect.poll(() => dial.isSaved).toBe(true)
  dial.turn({ tau: 0.6 })
  await dial.reset()
  await expect.poll(() => [saved, dial.isSaved]).toEqual([null, true])
  undo()
  await expect.poll(() => [saved, dial.dial]).toEqual([typed, { ...typed, tau: 0.6 }])

  dial.replaceShares([])
  expect(dial.dial.shares).toEqual([])
  undo()
  expect(dial.dial.shares).toEqual(typed.shares)

  dial.turn({ shares: [{ classId: 2, share: 0.5 }] })
  dial.leave()
  undo()
  expect([dial.isOpen, dial.dial.shares]).toEqual([true, [{ classId: 2, share: 0.5 }]])
  // What is saved is not lost by closing.
  dial.turn({ shares: typed.shares })
  const told = notices.value.length
  dial.leave()
  expect(notices.value).toHaveLength(told)
})

it('takes a suggestion over, says so until it is turned on, and keeps the last answer where one fails', async () => {
  const { confusions, dial } = await opened()
  await dial.suggest()
  expect([dial.dial.tau, dial.suggestion?.balanced]).toEqual([0.7, 0.6])
  await expect.poll(() => confusions.dialled?.cells.count[0]).toBe(70)
  dial.turn({ tau: 3 })
  expect(dial.suggestion).toBeNull()
  await expect.poll(() => dial.failure?.message).toBe('What was kept is gone.')
  expect(confusions.dialled?.cells.count[0]).toBe(70)
  dial.turn({ tau: 1 })
  await expect.poll(() => [dial.failure, confusions.dialled?.cells.count[0]]).toEqual([null, 100])
})
