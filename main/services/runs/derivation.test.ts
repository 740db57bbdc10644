import { expect, test } from 'vitest'
import { configOf, RunRequestSchema, type RunConfig, type SecondStage } from '../../../shared/recipe.ts'
import { checked } from '../../../shared/rpc.ts'
import type { RunClass, RunRecord } from '../../store/runs.ts'
import { refuseUnderivable, secondStageName } from './derivation.ts'

const recipe = (request: object = {}): RunConfig => configOf(checked(RunRequestSchema, request, 'request'))
const classes = [5, 3].map((train, n): RunClass => ({ classId: n + 1, name: 'ab'[n]!, folderName: 'ab'[n]!, train }))

function refusal(config: RunConfig, stage: SecondStage, more: { readonly status?: RunRecord['status']; readonly classes?: readonly RunClass[] } = {}): string | undefined {
  try {
    refuseUnderivable({ id: 4, status: more.status ?? 'finished', config }, stage, more.classes ?? classes)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test('a stage that draws all classes equally often needs an image of each', () => {
  const bare = { classes: [...classes, { classId: 3, name: 'c', folderName: 'c', train: 0 }] }
  expect(refusal(recipe(), 'crt')).toBeUndefined()
  expect(refusal(recipe(), 'crt', bare)).toContain('The class "c" has no training images')
  expect(refusal(recipe({ head: 'linear' }), 'tau-norm', bare)).toBeUndefined()
})

test('what the configuration speaks against is refused before', () => {
  expect(refusal(recipe(), 'crt', { status: 'stopped' })).toContain('Run 4 is stopped')
  expect(refusal(recipe(), 'tau-norm')).toContain('Train a run with a linear classifier')
  expect(secondStageName('router', 4)).toBe('Router of run 4')
})
