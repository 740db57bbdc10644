/** The router against the authors' code: `fixtures/routing.json`. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { digestOf, referenceTensor, type Digest } from './fixtures/reference.ts'
import { gradients } from './graph/gradients.ts'
import { done, Graph, placeholder, type Tensor } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import type { Variable } from './graph/variables.ts'
import { trainableLayers } from './models/layers.ts'
import { modelOf } from './models/model.ts'
import { imagesShape } from './network.ts'
import { routedOutput } from './routed.ts'
import { isRouter, routerLoss, routerOf, scoredExperts } from './router.ts'
import { authorsShape, fromAuthors } from './weights.ts'

interface Reference {
  readonly labels: readonly number[]
  readonly experts: number
  readonly topChoices: number
  readonly positiveWeight: number
  readonly batch: number
  readonly trainLoss: number
  readonly trainOutput: readonly number[]
  readonly gradients: Readonly<Record<string, Digest>>
  readonly routed: readonly { readonly bias: number; readonly output: readonly number[]; readonly expertsUsed: readonly number[] }[]
}

const reference = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', 'routing.json'), 'utf8')) as Reference
const { batch, experts } = reference
const size = 32
const classes = 10

const graph = new Graph()
const images = placeholder(graph, 'images', 'float32', imagesShape(size))
const labels = placeholder(graph, 'labels', 'int32', [-1])
const threshold = placeholder(graph, 'threshold', 'float32', [])
const layers = trainableLayers(graph)
const model = modelOf(layers.inference, { ...configOf(checked(RunRequestSchema, {}, 'request')), classes })
const router = routerOf(layers.inference, reference.topChoices)
const scored = scoredExperts(model, router, experts, images)
const loss = routerLoss(scored, labels, reference.positiveWeight)
const trained = [...layers.variables.values()].filter(({ name }) => isRouter(name))
const byVariable = gradients(loss, trained.map(({ value }) => value))
const routed = routedOutput(model, router, experts, images, threshold)
const variables = [...layers.variables.values()]
const assigned = done(graph, 'assigned', variables.map(({ assign }) => assign))
const session = openSession(loadTensorFlow('cpu'), graph)
afterAll(() => session.close())


/** The rebuilt values, with another bias of the shared unit where one is given. */
function start(bias?: number): void {
  const values = ({ name, shape }: Variable): Float32Array => (bias !== undefined && name === 'expert_help_pred_fc.bias' ? Float32Array.of(bias) : fromAuthors(referenceTensor(name, authorsShape(shape)), shape))
  session.run(variables.map((variable) => [variable.fed, values(variable)]), [assigned])
}

/** Sample n is the input times n / 4, channels last. */
const inputs = referenceTensor('input', [batch, 3, size, size])
const pixels = size * size
const input = inputs.map((_, i) => {
  const n = Math.floor(i / (3 * pixels))
  const pixel = Math.floor((i % (3 * pixels)) / 3)
  return (inputs[(n * 3 + (i % 3)) * pixels + pixel]! * n) / 4
})
const fed: [Tensor, Values][] = [[images, input], [labels, Int32Array.from(reference.labels)]]

describe('the router, against the authors’ code', () => {
  it('has the authors’ variables', () => {
    expect(Object.fromEntries(trained.map(({ name, shape }) => [name, shape]))).toEqual({
      'expert_help_pred_hidden_fcs.0.weight': [16, 48],
      'expert_help_pred_hidden_fcs.0.bias': [16],
      'expert_help_pred_hidden_fcs.1.weight': [16, 48],
      'expert_help_pred_hidden_fcs.1.bias': [16],
      'expert_help_pred_fc.weight': [1, reference.topChoices + 16],
      'expert_help_pred_fc.bias': [1],
    })
  })

  it('gives the same loss, output and gradients', () => {
    start()
    const [got, output, ...slopes] = session.run(fed, [loss, scored.means.at(-1)!, ...byVariable])
    expect(Math.abs(got![0]! - reference.trainLoss) / reference.trainLoss).toBeLessThan(1e-4)
    expectClose(output!, reference.trainOutput)
    expect(trained.map(({ name }) => name).sort()).toEqual(Object.keys(reference.gradients).sort())
    for (const [n, { name }] of trained.entries()) {
      const wanted = reference.gradients[name]!
      const { sum, l2, head } = digestOf(slopes[n] as Float32Array)
      const deviations = [l2 - wanted.l2, (sum - wanted.sum) / Math.sqrt(slopes[n]!.length), ...head.map((value, at) => value - wanted.head[at]!)]
      for (const deviation of deviations) expect(Math.abs(deviation) / wanted.l2, name).toBeLessThan(1e-3)
    }
  })

  it.each(reference.routed)('takes the same decisions with a bias of $bias', ({ bias, output, expertsUsed }) => {
    start(bias)
    const [got, ...shapes] = session.run([[images, input], [threshold, Float32Array.of(0.5)]], [routed.output, ...routed.featureShapes])
    expectClose(got!, output)
    // Images that each expert worked on: those for which it, and so all before it, were asked.
    expect(shapes.map(([rows]) => rows)).toEqual(Array.from({ length: experts }, (_, e) => expertsUsed.filter((used) => used > e).length))
  })
})

/** Relative to the largest logit. */
function expectClose(got: Values, wanted: readonly number[]): void {
  const largest = Math.max(...wanted.map(Math.abs))
  expect(got.length).toBe(wanted.length)
  expect(Math.max(...wanted.map((value, n) => Math.abs(value - got[n]!))) / largest).toBeLessThan(1e-4)
}
