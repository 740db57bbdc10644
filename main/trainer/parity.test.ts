/** The oracle: what the authors' code computes for weights that are rebuilt from a formula. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema, type RunConfig } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { deviationsOf, expectClose, expectLogits, quantile, toChannelsLast } from './fixtures/deviation.ts'
import { referenceTensor, type Reference, type Steps } from './fixtures/reference.ts'
import { Graph, placeholder, type Tensor } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import { lossOf, taught } from './losses.ts'
import { classWeightsOf } from './losses/crossEntropy.ts'
import type { LossConfig } from './losses/inputs.ts'
import { temperatureOf } from './losses/ride.ts'
import { imagesShape, readState, trainingNetwork, writeState } from './network.ts'
import { authorsShape, fromAuthors, toAuthors } from './weights.ts'

const reference = readFixture<Reference>('resnet32-ride3.json')
const { classCounts, batch, imageSize } = reference
const classes = classCounts.length
const reweightEpoch = 4
const config: RunConfig = { ...configOf(checked(RunRequestSchema, {}, 'request')), reweightEpoch }

const graph = new Graph()
const images = placeholder(graph, 'images', 'float32', imagesShape(imageSize))
const labels = placeholder(graph, 'labels', 'int32', [-1])
const network = trainingNetwork(graph, config, classCounts, { trainImages: images, inferenceImages: images, labels })
const teacher = placeholder(graph, 'teacher', 'float32', [-1, classes])
const lossConfig = (loss: LossConfig['loss'], diversityFactor: number): LossConfig => ({ ...config, classCounts, loss, diversityFactor })
const lossInputs = { logits: network.trainLogits, labels, ...network.fed }
const unweighted = { ...lossInputs, classWeights: null }
const losses = {
  'diversity -0.45': network.loss,
  'diversity -0.2': lossOf(lossConfig('ride', -0.2), lossInputs),
  'diversity 0.0': lossOf(lossConfig('ride-collaborative', -0.45), lossInputs),
  crossEntropy: lossOf(lossConfig('ce', 0), unweighted),
  focal: lossOf(lossConfig('focal', 0), unweighted),
  ldam: lossOf(lossConfig('ldam-drw', 0), lossInputs),
  distillation: taught(lossOf(lossConfig('ride', -0.45), lossInputs), lossInputs.logits, teacher, 1.5),
}
const session = openSession(loadTensorFlow('cpu'), graph)
afterAll(() => session.close())

const input = toChannelsLast(referenceTensor('input', [batch, 3, imageSize, imageSize]), imageSize)
const teacherLogits = referenceTensor('teacher', [batch, classes]).map((value) => value * 10)

describe('RIDE with three experts on ResNet-32, against the authors’ code', () => {
  it('rebuilds the labels', () => {
    expect([...referenceTensor('labels', [batch])].map((value) => Math.floor((value - 0.5) * classes))).toEqual(reference.labels)
  })

  it('has the authors’ variables', () => {
    expect([...network.variables.keys()].sort()).toEqual(Object.keys(reference.afterSteps).sort())
    const trained = [...network.variables.values()].filter((variable) => variable.trained)
    expect(trained.map(({ name }) => name).sort()).toEqual(Object.keys(reference.steps[0]!.gradients).sort())
    expect(trained.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)).toBe(reference.parameters)
  })

  it('gives the same logits in both modes', () => {
    start()
    expectLogits(session.run([[images, input]], network.inferenceLogits), reference.evalLogits, 1e-4)
    expectLogits(session.run([[images, input]], network.trainLogits), reference.trainLogits, 1e-4)
  })

  it.each([['before_reweight', 1], ['after_reweight', 9]] as const)('gives the same losses %s', (when, epoch) => {
    start()
    const fetched = Object.entries(losses)
    const values = session.run([...feeds(epoch, 0), [teacher, teacherLogits]], fetched.map(([, tensor]) => tensor)).map(([value]) => value!)
    const got = Object.fromEntries(fetched.map(([name], n) => [name, values[n]!]))
    expectClose(got['diversity -0.45']!, reference.loss['diversity -0.45']![when], 1e-4)
    expectClose(got['diversity -0.2']!, reference.loss['diversity -0.2']![when], 1e-4)
    expectClose(got['diversity 0.0']!, reference.loss['diversity 0.0']![when], 1e-4)
    expectClose(got['crossEntropy']!, reference.baselineLoss.crossEntropy, 1e-4)
    expectClose(got['focal']!, reference.baselineLoss['focal gamma 1'], 1e-4)
    expectClose(got['ldam']!, reference.baselineLoss[`ldam ${when}`], 1e-4)
    expectClose(got['distillation']!, reference.distillLoss[when], 1e-4)
  })

  it('gives the same gradients', () => {
    start()
    const [step] = reference.steps
    const gradients = session.run(feeds(step!.epoch, step!.lr), [...network.gradients.values()])
    const deviations = [...network.gradients.keys()].flatMap((name, n) => deviationsOf(toAuthors(gradients[n] as Float32Array, network.variables.get(name)!.shape), step!.gradients[name]!))
    // A sample's activation within 1e-5 of zero may round to the other side of the ReLU's kink than PyTorch's does. One
    // such switch, deep in one expert, moves the gradients of what lies before it by some 1e-3; all others agree to 1e-5.
    expect(quantile(deviations, 0.5)).toBeLessThan(1e-5)
    expect(quantile(deviations, 0.75)).toBeLessThan(1e-3)
    expect(quantile(deviations, 1)).toBeLessThan(2e-2)
  })

  it('takes the same three steps, as far as rounding lets anybody', () => {
    const { stepLosses, deviations } = threeSteps(reference)
    expectClose(stepLosses[0]!, reference.steps[0]!.loss, 1e-4)
    expectClose(stepLosses[1]!, reference.steps[1]!.loss, 1e-3)
    // At these rates eight samples are chaotic: PyTorch in float64 ends 2 % off in this loss (docs/decisions/0006).
    expectClose(stepLosses[2]!, reference.steps[2]!.loss, 0.1)
    expect(quantile(deviations, 0.5)).toBeLessThan(5e-3)
    expect(quantile(deviations, 0.9)).toBeLessThan(5e-2)
    expectLogits(session.run([[images, input]], network.inferenceLogits), reference.evalLogitsAfterSteps, 0.1)
  })

  it('takes the same three steps at a hundredth of the rates', () => {
    const gentle = readFixture<Steps>('gentle-steps.json')
    const { stepLosses, deviations } = threeSteps(gentle)
    for (const [n, { loss }] of gentle.steps.entries()) expectClose(stepLosses[n]!, loss, 1e-3)
    expect(quantile(deviations, 1)).toBeLessThan(1e-3)
  })

  it('updates parameters and momentum as torch.optim.SGD does, rates changing', () => {
    start()
    const names = [...network.gradients.keys()]
    const before = readState(session, network)
    const wanted = new Map(names.map((name) => [name, { parameter: Float64Array.from(before.get(name)!), momentum: new Float64Array(before.get(name)!.length) }]))
    for (const step of reference.steps) {
      const [, ...gradients] = session.run(feeds(step.epoch, step.lr), [network.step, ...network.gradients.values()])
      for (const [n, name] of names.entries()) {
        const { parameter, momentum } = wanted.get(name)!
        for (const [i, gradient] of gradients[n]!.entries()) {
          const decayed = gradient + config.weightDecay * parameter[i]!
          momentum[i] = config.momentum * momentum[i]! + decayed
          parameter[i] = parameter[i]! - step.lr * (decayed + config.momentum * momentum[i]!)
        }
      }
    }
    const after = readState(session, network)
    for (const [name, { parameter, momentum }] of wanted) {
      expect(distance(after.get(name)!, parameter), name).toBeLessThan(1e-5)
      expect(distance(after.get(`${name}/momentum`)!, momentum), `momentum of ${name}`).toBeLessThan(1e-5)
    }
  })

  it('moves the running statistics a tenth of the way to the batch, its variance unbiased', () => {
    start()
    const before = readState(session, network)
    const norms = graph.operations.filter(({ type, attributes }) => type === 'FusedBatchNormV3' && attributes['exponential_avg_factor'] && 'bool' in attributes['is_training']! && attributes['is_training'].bool)
    const inputs = session.run([[images, input]], norms.map(({ inputs: [x] }) => x!))
    session.run(feeds(1, 0), [network.step])
    const after = readState(session, network)
    expect(norms.length).toBe(11 + 3 * 20)
    for (const [n, norm] of norms.entries()) {
      const name = norm.inputs[1]!.operation.inputs[0]!.operation.name.replace(/weight$/, '')
      const { mean, variance } = momentsOf(inputs[n]!, after.get(`${name}running_mean`)!.length)
      expect(distance(after.get(`${name}running_mean`)!, mean.map((value, c) => 0.9 * before.get(`${name}running_mean`)![c]! + 0.1 * value)), name).toBeLessThan(1e-5)
      expect(distance(after.get(`${name}running_var`)!, variance.map((value, c) => 0.9 * before.get(`${name}running_var`)![c]! + 0.1 * value)), name).toBeLessThan(1e-5)
    }
  })
})

function readFixture<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8')) as Shape
}

/** From the start, at the epochs and rates given: the loss of each step, and how far the state after them is off. */
function threeSteps({ steps, afterSteps }: Steps): { stepLosses: number[]; deviations: number[] } {
  start()
  const stepLosses = steps.map(({ epoch, lr }) => session.run(feeds(epoch, lr), [network.loss, network.step])[0]![0]!)
  const state = readState(session, network)
  const deviations = Object.entries(afterSteps).flatMap(([name, digest]) => deviationsOf(toAuthors(state.get(name)!, network.variables.get(name)!.shape), digest))
  return { stepLosses, deviations }
}

function start(): void {
  writeState(session, network, new Map([...network.variables.values()].map(({ name, shape }) => [name, fromAuthors(referenceTensor(name, authorsShape(shape)), shape)])))
}

function feeds(epoch: number, learningRate: number): [Tensor, Values][] {
  const reweighted = epoch > reweightEpoch
  const ones = new Float32Array(classes).fill(1)
  return [
    [images, input],
    [labels, Int32Array.from(reference.labels)],
    [network.fed.learningRate, Float32Array.of(learningRate)],
    [network.fed.classWeights, reweighted ? classWeightsOf(classCounts, config.reweightBeta) : ones],
    [network.fed.temperature, reweighted ? temperatureOf(classCounts, config.temperatureSpread) : ones],
  ]
}

/** Of `got` from `wanted`, relative to the norm of `wanted`. */
function distance(got: Float32Array, wanted: Float64Array): number {
  return lengthOf(wanted.map((value, n) => got[n]! - value)) / lengthOf(wanted)
}

function lengthOf(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

/** Of each channel over everything else: x is [..., channels]. */
function momentsOf(x: Values, channels: number): { mean: Float64Array; variance: Float64Array } {
  const count = x.length / channels
  const mean = new Float64Array(channels)
  const variance = new Float64Array(channels)
  for (const [i, value] of x.entries()) mean[i % channels]! += value / count
  for (const [i, value] of x.entries()) variance[i % channels]! += (value - mean[i % channels]!) ** 2 / (count - 1)
  return { mean, variance }
}
