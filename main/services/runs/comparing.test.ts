import { array, assert, asyncProperty, constantFrom, integer, tuple } from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pairedOf } from '../../../shared/paired.ts'
import { groupOf } from '../../../shared/tail.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { openedWorkbench, type OpenedWorkbench } from '../fixtures/openedWorkbench.ts'
import { addScoredRun, scoredProject } from '../fixtures/scoredProject.ts'

let bench: OpenedWorkbench
beforeEach(() => {
  bench = openedWorkbench()
})
afterEach(() => bench.close())

const [cat, fox, lynx] = [1, 2, 3]
/** Validation images 1 to 3 are cats, 4 and 5 foxes, 6 and 7 lynxes. */
const classes = [{ name: 'cat', train: 101, val: 3 }, { name: 'fox', train: 20, val: 2 }, { name: 'lynx', train: 5, val: 2 }]
const truth = [cat, cat, cat, fox, fox, lynx, lynx]

test('two runs are held against each other overall, by group and by class', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers: [cat, fox, fox, fox, cat, cat, lynx] }, { answers: [cat, cat, fox, cat, cat, lynx, cat] }])
  const found = await bench.call('runs.compare', { projectId, before: 1, after: 2 })
  expect(found).toMatchObject({ images: 7, onlyBefore: 0, onlyAfter: 0, unlabelled: 0, relabelled: 0 })
  expect(found.groups).toEqual([
    { group: 'all', ...pairedOf({ stayedRight: 1, turnedRight: 2, turnedWrong: 2, stayedWrong: 2 }) },
    { group: 'many', ...pairedOf({ stayedRight: 1, turnedRight: 1, turnedWrong: 0, stayedWrong: 1 }) },
    { group: 'medium', ...pairedOf({ stayedRight: 0, turnedRight: 0, turnedWrong: 1, stayedWrong: 1 }) },
    { group: 'few', ...pairedOf({ stayedRight: 0, turnedRight: 1, turnedWrong: 1, stayedWrong: 0 }) },
  ])
  expect(found.classes.map(({ name, group, trainBefore, images, turnedRight, turnedWrong }) => [name, group, trainBefore, images, turnedRight, turnedWrong])).toEqual([
    ['lynx', 'few', 5, 2, 1, 1],
    ['fox', 'medium', 20, 2, 0, 1],
    ['cat', 'many', 101, 3, 1, 0],
  ])
})

test('images that turned come from the rarest class on, with both answers', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers: truth }, { answers: [fox, cat, cat, cat, cat, cat, lynx] }])
  const turned = (about: object) => bench.call('runs.compareImages', { projectId, before: 1, after: 2, turned: 'wrong', ...about })
  const { total, images } = await turned({})
  expect(total).toBe(4)
  expect(images.map(({ imageId }) => imageId)).toEqual([6, 4, 5, 1])
  expect(images[0]).toEqual({ imageId: 6, version: expect.stringMatching(/^[0-9a-f]{8}$/), path: '6.png', classId: lynx, className: 'lynx', before: { classId: lynx, name: 'lynx', probability: 0.75 }, after: { classId: cat, name: 'cat', probability: 0.75 } })
  expect((await turned({ offset: 1, limit: 2 })).images.map(({ imageId }) => imageId)).toEqual([4, 5])
  expect((await turned({ group: 'medium' })).images.map(({ imageId }) => imageId)).toEqual([4, 5])
  expect((await turned({ classId: cat })).images.map(({ imageId }) => imageId)).toEqual([1])
  expect(await turned({ turned: 'right' })).toEqual({ total: 0, images: [] })
})

test('what only one run was scored on, and what has no label by now, is left out and said', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers: truth }, { answers: truth.slice(0, 5) }])
  await bench.call('labels.set', { projectId, imageIds: [1], classId: null })
  await bench.call('labels.set', { projectId, imageIds: [2], classId: fox })
  const found = await bench.call('runs.compare', { projectId, before: 1, after: 2 })
  expect(found).toMatchObject({ images: 4, onlyBefore: 2, onlyAfter: 0, unlabelled: 1, relabelled: 1 })
  expect(found.classes.map(({ name, images, stayedWrong }) => [name, images, stayedWrong])).toEqual([['fox', 3, 1], ['cat', 1, 0]])
  await bench.call('labels.undo', { projectId })
  expect(await bench.call('runs.compare', { projectId, before: 1, after: 2 })).toMatchObject({ images: 4, relabelled: 0 })
})

test('what is scored anew is compared anew', async () => {
  const { projectId, folder } = await scoredProject(bench, classes, [{ answers: truth }, { answers: truth }])
  expect((await bench.call('runs.compare', { projectId, before: 2, after: 1 })).groups[0]).toMatchObject({ stayedRight: 7, p: 1 })
  const other = openStore(folder)
  addScoredRun(other, { answers: truth.map(() => cat) })
  other.exec('DELETE FROM prediction WHERE run_id = 2; INSERT INTO prediction (run_id, split, image_id, actual, predicted, guesses, experts, experts_asked, answers, experts_right, confidence, pairs_apart) SELECT 2, split, image_id, actual, predicted, guesses, experts, experts_asked, answers, experts_right, confidence, pairs_apart FROM prediction WHERE run_id = 3')
  closeStore(other)
  expect((await bench.call('runs.compare', { projectId, before: 2, after: 1 })).groups[0]).toMatchObject({ stayedRight: 3, turnedRight: 4 })
})

test('runs that cannot be compared say why', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers: truth }, { answers: truth }])
  const comparing = (before: number, after: number, split: 'val' | 'test' = 'val') => bench.call('runs.compare', { projectId, before, after, split })
  await expect(comparing(1, 1)).rejects.toThrow('Run 1 cannot be compared with itself')
  await expect(comparing(1, 9)).rejects.toThrow('This project has no run 9.')
  await expect(comparing(1, 2, 'test')).rejects.toThrow('Run 1 was not scored on test images. Score it first.')
})

const answersOf = array(integer({ min: 1, max: 3 }), { minLength: 7, maxLength: 7 })
const group = (classId: number): string => groupOf(classes[classId - 1]!.train)
const relabelling = array(tuple(integer({ min: 1, max: 7 }), constantFrom(null, 1, 2, 3)), { maxLength: 6 })

test('counts add up and are those of looking at every image, whatever was answered and relabelled', async () => {
  await assert(
    asyncProperty(answersOf, answersOf, relabelling, async (one, other, relabelled) => {
      const trial = openedWorkbench()
      try {
        const { projectId } = await scoredProject(trial, classes, [{ answers: one }, { answers: other }])
        const labels: (number | null)[] = [...truth]
        for (const [imageId, classId] of relabelled) {
          await trial.call('labels.set', { projectId, imageIds: [imageId], classId })
          labels[imageId - 1] = classId
        }
        const found = await trial.call('runs.compare', { projectId, before: 1, after: 2 })
        const counted = labels.flatMap((label, n) => (label === null ? [] : [{ imageId: n + 1, group: group(label), was: one[n] === label, is: other[n] === label }]))
        expect(found.images).toBe(counted.length)
        expect(found.unlabelled).toBe(labels.length - counted.length)
        for (const { group: name, images, stayedRight, turnedRight, turnedWrong, stayedWrong, before, after } of found.groups) {
          const here = counted.filter((image) => name === 'all' || image.group === name)
          expect(images).toBe(here.length)
          expect(stayedRight + turnedRight + turnedWrong + stayedWrong).toBe(images)
          expect(turnedRight).toBe(here.filter(({ was, is }) => !was && is).length)
          expect(turnedWrong).toBe(here.filter(({ was, is }) => was && !is).length)
          if (images === 0) continue
          expect(before!.share * images).toBeCloseTo(here.filter(({ was }) => was).length, 9)
          expect(after!.share * images).toBeCloseTo(here.filter(({ is }) => is).length, 9)
        }
        for (const turned of ['right', 'wrong'] as const) {
          const { images } = await trial.call('runs.compareImages', { projectId, before: 1, after: 2, turned })
          expect(images.map(({ imageId }) => imageId).sort()).toEqual(counted.filter(({ was, is }) => was !== is && is === (turned === 'right')).map(({ imageId }) => imageId))
        }
      } finally {
        await trial.close()
      }
    }),
    { numRuns: 25 },
  )
})

test('a class that no image of both runs tests is named; one that was merged since is not, as another answers for it', async () => {
  const rare = [...classes, { name: 'wolf', train: 2, val: 0 }, { name: 'wolverine', train: 1, val: 0 }]
  const { projectId } = await scoredProject(bench, rare, [{ answers: truth }, { answers: truth.slice(0, 5) }])
  const untested = async (): Promise<string[]> => (await bench.call('runs.compare', { projectId, before: 1, after: 2 })).untested
  expect(await untested()).toEqual(['wolverine', 'wolf', 'lynx'])
  await bench.call('classes.merge', { projectId, classIds: [5], intoId: 4 })
  expect(await untested()).toEqual(['wolf', 'lynx'])
  await bench.call('labels.undo', { projectId })
  expect(await untested()).toEqual(['wolverine', 'wolf', 'lynx'])
})

test('what a run took for a class that was merged counts for the one that it went into', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers: [cat, cat, lynx, fox, fox, cat, fox] }, { answers: truth }])
  const overall = async () => (await bench.call('runs.compare', { projectId, before: 1, after: 2 })).groups[0]
  expect(await overall()).toMatchObject({ stayedRight: 4, turnedRight: 3 })
  await bench.call('classes.merge', { projectId, classIds: [lynx], intoId: cat })
  expect(await overall()).toMatchObject({ stayedRight: 6, turnedRight: 1 })
  await bench.call('labels.undo', { projectId })
  expect(await overall()).toMatchObject({ stayedRight: 4, turnedRight: 3 })
})
