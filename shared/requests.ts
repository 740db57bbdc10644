/** From a run back to the choices that it came from, to choose them again. */
import * as v from 'valibot'
import { configOf, RunRequestSchema, type RunConfig, type RunRequest } from './recipe.ts'

/** What others follow from comes first. */
const keys = ['preset', 'backbone', 'loss', 'epochs', 'batchSize', ...(Object.keys(RunRequestSchema.entries) as (keyof RunRequest)[])] as const

/** The fewest choices that give the run's configuration again, as far as choices can; the recipe says the rest. */
export function requestOf(config: RunConfig): RunRequest {
  let request = v.parse(RunRequestSchema, { preset: config.preset })
  for (const key of keys) {
    if (configOf(request)[key] !== config[key]) request = v.parse(RunRequestSchema, { ...request, [key]: config[key] ?? undefined })
  }
  return request
}
