import * as v from 'valibot'
import { expect, it } from 'vitest'
import { RunRequestSchema, configOf } from '../../../shared/recipe.ts'
import { configFacts } from './configuration.ts'

const valueOf = (choice: v.InferInput<typeof RunRequestSchema>, name: string): string | undefined =>
  configFacts(configOf(v.parse(RunRequestSchema, choice))).find((fact) => fact.name === name)?.value

it('says what the recipe resolved', () => {
  expect(valueOf({ preset: 'fast' }, 'Re-weighting')).toBe('after epoch 24')
  expect(valueOf({ preset: 'fast' }, 'Smaller steps')).toBe('after 24 and 27, by 0.01')
  expect(valueOf({ epochs: 2 }, 'Smaller steps')).toBe('never')
  expect(valueOf({ widths: 'full', experts: 2 }, 'Experts')).toBe('2, full width')
})

it('names only what the loss has', () => {
  expect(valueOf({ loss: 'ce' }, 'Re-weighting')).toBeUndefined()
  expect(valueOf({ loss: 'ldam-drw' }, 'Diversity')).toBeUndefined()
  expect(valueOf({}, 'Diversity')).toBe('-0.45, spread 0.05')
})
