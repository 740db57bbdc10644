/** What a person should know before a run is started, in the sentences of the window. */
import path from 'node:path'
import { configOf, RunRequestSchema, type RunRequest } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { warningsOf } from '../../shared/warnings.ts'
import type { ProjectSession } from './session.ts'

/** Nothing where the run cannot be started at all: the start says why. */
export async function toKnow(session: ProjectSession, request: Partial<RunRequest>): Promise<string[]> {
  const { id: projectId } = session.project
  const config = configOf(checked(RunRequestSchema, request, 'runs.start'))
  const tail = await session.call('classes.tail', { projectId })
  const runs = await session.call('runs.list', { projectId })
  const known = warningsOf(config, tail, null, runs)
  if (known.some(({ blocks }) => blocks)) return []
  const warnings = warningsOf(config, tail, await session.call('app.devices', {}), runs)
  return warnings.some(({ blocks }) => blocks) ? [] : warnings.map(({ text }) => text)
}

/** What the run takes from its weights file. @throws Failure where nothing of it fits */
export async function weightsSentences(session: ProjectSession, request: Partial<RunRequest>): Promise<string[]> {
  if (request.trunkFile === undefined) return []
  const { loaded, left } = await session.call('runs.weightsFit', { projectId: session.project.id, ...request })
  return [`${path.basename(request.trunkFile)} starts ${loaded.join(', ')}; ${[...left, 'the classifiers'].join(', ')} start at random.`]
}
