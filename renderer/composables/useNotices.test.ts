import { expect, it } from 'vitest'
import { useNotices } from './useNotices.ts'

it('a notice with a way back goes once its step is no longer the newest', () => {
  const { notices, tell, forgetStep } = useNotices()
  const told = (stepId: number): void => tell(`step ${stepId}`, 'good', { label: 'Undo', run: () => undefined, stepId })
  const standing = (): string[] => notices.value.map(({ text }) => text)
  told(4)
  // The answer came before the journal told of the step: what it was before is over.
  forgetStep(3, 4)
  expect(standing()).toEqual(['step 4'])
  forgetStep(4, 3)
  expect(standing()).toEqual([])
  told(5)
  forgetStep(3, 6)
  expect(standing()).toEqual([])
})

it('what could be done in a project goes with it; what went wrong stays to be read, until another is entered', () => {
  const { notices, tell, tellFailure, forgetActions, forgetAll } = useNotices()
  tellFailure(new Error('of the disk'))
  tell('lynx was deleted', 'good', { label: 'Undo', run: () => undefined })
  expect(notices.value.map(({ text, action }) => [text, action?.label])).toEqual([['Something unexpected went wrong: of the disk', undefined], ['lynx was deleted', 'Undo']])
  forgetActions()
  expect(notices.value.map(({ tone }) => tone)).toEqual(['error'])
  forgetAll()
  expect(notices.value).toEqual([])
})
