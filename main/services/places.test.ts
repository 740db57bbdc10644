import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { test } from './fixtures/picturedProject.ts'
import { placeToWriteAt } from './places.ts'
import { openProjects } from './projects.ts'

const isKept = (name: string): boolean => name === 'cache'

test('nothing is written where it harms images or the project, also by way of a link, and what may lie beside it is said by name', async ({ project: { bench, projectId, pictures, write, load } }) => {
  await write({ cat: 2 })
  await load()
  await bench.call('projects.close', { projectId })
  const projects = openProjects()
  const project = projects.open(path.join(bench.place, 'project'))
  try {
    const out = path.join(bench.place, 'out')
    mkdirSync(out)
    symlinkSync(pictures, path.join(bench.place, 'link'))
    const refused = (file: string, kept?: typeof isKept): string => {
      try {
        return placeToWriteAt(project, file, kept)
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(refused(path.join(out, 'labels.csv'))).toBe(path.join(out, 'labels.csv'))
    expect(refused(path.join(bench.place, 'none', 'labels.csv'))).toBe('not-found')
    expect(refused(path.join(pictures, 'cat', 'labels.csv'))).toBe('permission')
    expect(refused(path.join(bench.place, 'link', 'labels.csv'))).toBe('permission')
    expect(refused(path.join(project.folder, 'labels.csv'))).toBe('permission')
    mkdirSync(path.join(project.folder, 'cache'), { recursive: true })
    expect(refused(path.join(project.folder, 'labels.csv'), isKept)).toBe(path.join(project.folder, 'labels.csv'))
    expect(refused(path.join(project.folder, 'cache', 'labels.csv'), isKept)).toBe('permission')
  } finally {
    await projects.close(project)
  }
})
