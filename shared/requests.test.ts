import { assert, constantFrom, integer, option, property, record } from 'fast-check'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { backbones, configOf, losses, presets, RunRequestSchema } from './recipe.ts'
import { requestOf } from './requests.ts'

const optional = { nil: undefined }
const requests = record({
  preset: constantFrom(...presets),
  backbone: option(constantFrom(...backbones), optional),
  loss: option(constantFrom(...losses), optional),
  experts: integer({ min: 1, max: 8 }),
  epochs: option(integer({ min: 1, max: 300 }), optional),
  batchSize: option(integer({ min: 2, max: 512 }), optional),
  learningRate: option(constantFrom(0.01, 0.3), optional),
  teacherRun: option(integer({ min: 1, max: 9 }), optional),
  seed: integer({ min: 0, max: 99 }),
})

it('gives the configuration of any run again', () => {
  assert(
    property(requests, (asked) => {
      const config = configOf(v.parse(RunRequestSchema, asked))
      expect(configOf(requestOf(config))).toEqual({ ...config, ...Object.fromEntries(Object.entries(configOf(requestOf(config))).filter(([, value]) => value === undefined)) })
    }),
  )
})

it('chooses no more than differs from the recipe', () => {
  const config = configOf(v.parse(RunRequestSchema, { preset: 'cifar', experts: 5, epochs: 20 }))
  const usual = v.parse(RunRequestSchema, { preset: 'cifar' })
  const request = requestOf(config)
  expect(Object.entries(request).filter(([key, value]) => value !== usual[key as keyof typeof usual])).toEqual([['epochs', 20], ['experts', 5]].sort(([a], [b]) => Object.keys(request).indexOf(String(a)) - Object.keys(request).indexOf(String(b))))
})
