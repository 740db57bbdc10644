import { expect, it } from 'vitest'
import * as v from 'valibot'
import type { Answer } from '../../../shared/contract/analysis.ts'
import type { Split } from '../../../shared/contract/common.ts'
import { configOf, RunRequestSchema, type RunConfig } from '../../../shared/recipe.ts'
import { isOf, routerWords, splitOfAll } from './compared.ts'

const run = (id: number, scored: Split[], change: Partial<RunConfig> = {}) => ({ id, scored, config: { ...configOf(v.parse(RunRequestSchema, {})), ...change } })
const router = (id: number, baseRun: number, scored: Split[]) => run(id, scored, { stage: 'router', baseRun })
const answer = (kind: Answer['kind'], runId: number): Answer => ({ kind, expert: null, runId, top1: 0.5, many: 0.5, medium: null, few: null })

it('compares on images that all runs were scored on, validation images first', () => {
  expect(splitOfAll([run(1, ['val', 'test']), run(2, ['val', 'test'])])).toBe('val')
  expect(splitOfAll([run(1, ['val', 'test']), run(2, ['test'])])).toBe('test')
  expect(splitOfAll([run(1, ['val']), run(2, ['test'])])).toBe('val')
  expect(splitOfAll([])).toBe('val')
})

it('says which routers are left out, and why', () => {
  const runs = [run(3, ['val']), router(5, 3, ['val']), router(6, 3, []), router(7, 4, [])]
  expect(routerWords({ answers: [answer('mean', 3)], otherRouters: [5] }, runs, [3], 'val')).toBe(
    'Of the routers, run 5 was not scored on all of these images, and run 6 was not scored on validation images: once scored on these, they are compared too.',
  )
  expect(routerWords({ answers: [answer('mean', 3), answer('router', 5)], otherRouters: [] }, runs, [3], 'val')).toMatch(/^Of the routers, run 6 .* it is compared too\.$/)
})

const withoutOthers = (answers: Answer[], runs: Parameters<typeof routerWords>[1], runIds: number[]): string => routerWords({ answers, otherRouters: [] }, runs, runIds, 'val')

it('says that there is no router only where there is none and could be one', () => {
  expect(withoutOthers([], [run(3, ['val'])], [3])).toMatch(/^No router stands on this run yet/)
  expect(withoutOthers([], [run(3, ['val'], { experts: 1 }), run(4, ['val'], { experts: 1 })], [3, 4])).toBe('')
  expect(withoutOthers([answer('router', 5)], [router(5, 3, ['val'])], [5])).toBe('')
})

it('is asked for again for its own runs and their routers alone', () => {
  const runs = [run(3, []), run(4, []), router(5, 3, []), router(6, 4, [])]
  expect([3, 4, 5, 6, 9].map((id) => isOf(id, runs, [3]))).toEqual([true, false, true, false, true])
})
