/** What can be done on top of a finished run, in plain words: what it does, what it needs, its few numbers. */
import * as v from 'valibot'
import type { Run } from '../../../shared/contract/runs.ts'
import { SecondStageRequestSchema, secondStageConfigOf, type SecondStage, type SecondStageRequest } from '../../../shared/recipe.ts'

export interface SecondStageChoice {
  readonly stage: SecondStage
  readonly label: string
  /** In lists. */
  readonly short: string
  readonly meaning: string
}

export const secondStageChoices: readonly SecondStageChoice[] = [
  { stage: 'router', label: 'Router', short: 'Router', meaning: 'Learns how many experts an image needs: one for an easy image, more for a hard one. Nearly the same answers for less computing.' },
  { stage: 'crt', label: 'New classifier (cRT)', short: 'cRT', meaning: 'Trains the classifiers anew on the features as they are, with every class shown equally often. Rare classes gain, frequent ones lose a little.' },
  { stage: 'tau-norm', label: 'Evened classifier (tau-normalisation)', short: 'Tau-norm', meaning: 'Divides the weights of each class by a power of their length, so that frequent classes gain less by long ones. Nothing is trained.' },
  { stage: 'lws', label: 'Scaled classifier (LWS)', short: 'LWS', meaning: 'Learns one factor for each class, shown equally often, and keeps everything else. The gentlest change of a trained classifier.' },
]

const choiceOf = (stage: SecondStage): SecondStageChoice => secondStageChoices.find((choice) => choice.stage === stage)!
export const stageLabel = (stage: SecondStage): string => choiceOf(stage).label
export const shortStage = (stage: SecondStage): string => choiceOf(stage).short

/** Fewer steps than this in all teach a second stage little. */
const fewSteps = 100

/** What to know of a second stage that takes few steps; empty where it takes enough. */
export function fewStepsSentence(trainImages: number, epochs: number, batchSize: number): string {
  const steps = epochs * Math.ceil(trainImages / batchSize)
  if (trainImages === 0 || steps >= fewSteps) return ''
  return `That is ${steps === 1 ? 'a single step' : `${steps} steps`} in all, which teaches little: more epochs, or a smaller batch, give more of them.`
}

/** Where the person finds what a run lacks for a stage; empty where the refusal says all there is. */
export const wayToStage = ({ config }: Pick<Run, 'config'>, stage: SecondStage): string =>
  stage === 'tau-norm' && config.head === 'cosine' && config.stage !== 'router' ? ' In Train it is Classifier: Linear, under Advanced.' : ''

/** The numbers that a stage takes where nothing else is asked for. */
export function usualRequest({ id, config }: Pick<Run, 'id' | 'config'>, stage: SecondStage): SecondStageRequest {
  const request = v.parse(SecondStageRequestSchema, { stage, device: config.device })
  const usual = secondStageConfigOf(config, id, request)
  return stage === 'tau-norm' ? request : { ...request, epochs: usual.epochs, batchSize: usual.batchSize, learningRate: Number(usual.learningRate.toPrecision(6)) }
}

/** Another batch size, with a learning rate that follows it unless it was set by hand. */
export function withBatchSize({ id, config }: Pick<Run, 'id' | 'config'>, request: SecondStageRequest, batchSize: number): SecondStageRequest {
  const rateAt = (size: number | undefined): number => {
    const { epochs, stage, device } = request
    const { learningRate } = secondStageConfigOf(config, id, v.parse(SecondStageRequestSchema, { epochs, stage, device, batchSize: size }))
    return Number(learningRate.toPrecision(6))
  }
  return { ...request, batchSize, learningRate: request.learningRate === rateAt(request.batchSize) ? rateAt(batchSize) : request.learningRate }
}
