import { expect, it } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { useWish, wish } from './wishes.ts'

it('is taken once, by the view that is there or by the one that comes', async () => {
  const taken: string[] = []
  const dataset = effectScope()
  dataset.run(() => useWish('import images', ({ folders }) => taken.push(...folders)))
  wish('import images', { folders: ['/a'], note: '' })
  wish('import images', { folders: ['/b'], note: '' })
  await nextTick()
  dataset.stop()
  wish('import images', { folders: ['/c'], note: '' })
  await nextTick()
  expect(taken).toEqual(['/b'])
  const again = effectScope()
  again.run(() => useWish('import images', ({ folders }) => taken.push(...folders)))
  await nextTick()
  expect(taken).toEqual(['/b', '/c'])
  again.stop()
})

it('is forgotten for the next one', async () => {
  const taken: string[] = []
  wish('import weights', { file: '/w.pth' })
  wish('import labels', { file: '/l.csv' })
  const scope = effectScope()
  scope.run(() => {
    useWish('import weights', ({ file }) => taken.push(file))
    useWish('import labels', ({ file }) => taken.push(file))
  })
  await nextTick()
  expect(taken).toEqual(['/l.csv'])
  scope.stop()
})
