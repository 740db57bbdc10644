import * as v from 'valibot'
import { expect, it } from 'vitest'
import { lossChoices, secondStageChoices } from '../../shared/choices.ts'
import { configFacts } from '../../shared/configuration.ts'
import { RunRequestSchema, configOf, type RunConfig } from '../../shared/recipe.ts'
import { terms } from './terms.ts'

const unusual = { teacherRun: 1, trunkFile: '/weights.pth', mixup: 0.2, reweight: 'always', resample: 'always' } as const
const configOfLoss = (loss: RunConfig['loss']): RunConfig => configOf(v.parse(RunRequestSchema, { loss, ...unusual }))
const named = [
  ...lossChoices.flatMap(({ value }) => configFacts(configOfLoss(value))),
  ...secondStageChoices.flatMap(({ stage }) => configFacts({ ...configOfLoss('ride'), stage, baseRun: 1 })),
].map(({ name }) => name)

it('has a plain line for everything that a run’s configuration tells, and for nothing else', () => {
  expect(Object.keys(terms).sort()).toEqual([...new Set(named)].sort())
})
