import { expect, it } from 'vitest'
import { effectScope, ref } from 'vue'
import { perform, possibleCommands, useCommands } from './useCommands.ts'
import { useDialog } from './useDialogs.ts'

it('does what somebody can do, and lets a view do it in the place of the frame', () => {
  const done: string[] = []
  const [frame, view] = [effectScope(), effectScope()]
  const isOpen = ref(false)
  frame.run(() => useCommands({ 'project.close': { run: () => done.push('close'), isPossible: () => isOpen.value }, 'run.start': { run: () => done.push('go to Train') } }))
  expect(possibleCommands.value).toEqual(['run.start'])
  perform({ command: 'project.close' })
  isOpen.value = true
  expect(possibleCommands.value).toEqual(['project.close', 'run.start'])
  perform({ command: 'project.close' })
  perform({ command: 'run.start' })
  view.run(() => useCommands({ 'run.start': { run: () => done.push('start') } }))
  perform({ command: 'run.start' })
  view.stop()
  perform({ command: 'run.start' })
  frame.stop()
  perform({ command: 'run.start' })
  expect(done).toEqual(['close', 'go to Train', 'start', 'go to Train'])
  expect(possibleCommands.value).toEqual([])
})

it('does nothing behind a dialog but what belongs to it', () => {
  const done: string[] = []
  const scope = effectScope()
  const isOpen = ref(true)
  scope.run(() => {
    useDialog(isOpen)
    useCommands({ 'images.import': { run: () => done.push('import') }, 'labels.undo': { run: () => done.push('undo'), inDialogs: true } })
  })
  perform({ command: 'images.import' })
  perform({ command: 'labels.undo' })
  expect(possibleCommands.value).toEqual(['labels.undo'])
  isOpen.value = false
  expect(possibleCommands.value).toEqual(['images.import', 'labels.undo'])
  scope.stop()
  expect(done).toEqual(['undo'])
})
