import { expect, it } from 'vitest'
import type { Answer, Spread } from '../../../shared/contract/analysis.ts'
import { answerRows, spreadOption, spreadWords } from './spreads.ts'

const answer = (kind: Answer['kind'], runId: number, top1: number, expert: number | null = null): Answer => ({ kind, expert, runId, top1, many: top1, medium: null, few: null })
const spreads: Spread[] = [
  { group: 'all', images: 4, error: 0.4, bias: 0.25, variance: 0.125 },
  { group: 'many', images: 4, error: 0.4, bias: 0.25, variance: 0.125 },
  { group: 'medium', images: 0, error: null, bias: null, variance: null },
  { group: 'few', images: 0, error: null, bias: null, variance: null },
]
const tokens = new Proxy({}, { get: (_, name) => String(name) }) as Parameters<typeof spreadOption>[1]

it('lists every expert of one run, their average, the mean and each router', () => {
  const rows = answerRows([answer('expert', 3, 0.25, 0), answer('expert', 3, 0.75, 1), answer('mean', 3, 0.8), answer('router', 5, 0.7)], 'experts')
  expect(rows.map(({ name, top1, medium }) => [name, top1, medium])).toEqual([
    ['Expert 1 alone', 0.25, null],
    ['Expert 2 alone', 0.75, null],
    ['One expert, on average', 0.5, null],
    ['Mean of 2', 0.8, null],
    ['Router, run 5', 0.7, null],
  ])
})

it('lists every run of several, and averages', () => {
  const rows = answerRows([answer('expert', 1, 0.2, 0), answer('mean', 1, 0.25), answer('expert', 2, 0.6, 0), answer('mean', 2, 0.75)], 'runs')
  expect(rows.map(({ name, top1 }) => [name, top1])).toEqual([['Run 1', 0.25], ['Run 2', 0.75], ['Runs, on average', 0.5]])
})

it('tells what routers get from what their experts get together', () => {
  const rows = answerRows([answer('mean', 5, 0.75), answer('router', 5, 0.5), answer('mean', 6, 0.25), answer('router', 6, 0.25)], 'runs')
  expect(rows.map(({ name, top1 }) => [name, top1])).toEqual([
    ['Mean of run 5’s experts', 0.75],
    ['Mean of run 6’s experts', 0.25],
    ['Router, run 5', 0.5],
    ['Router, run 6', 0.25],
    ['Means, on average', 0.5],
    ['Routers, on average', 0.375],
  ])
})

it('draws only groups with images, in per cent', () => {
  const { series } = spreadOption(spreads, tokens, true)
  const drawn = (series as readonly { readonly name: string; readonly data: readonly { readonly value: number }[] }[]).map(({ name, data }) => [name, data.map(({ value }) => value)])
  expect(drawn).toEqual([['Bias', [25, 25]], ['Variance', [12.5, 12.5]]])
  expect(spreadWords(spreads)).toBe('Bias and variance by group: all 25.0 % and 12.5 %; many 25.0 % and 12.5 %.')
})
