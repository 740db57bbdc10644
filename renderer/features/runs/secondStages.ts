/** What can be done on top of a finished run, in plain words: what it does, what it needs, its few numbers. */
import * as v from 'valibot'
import type { Run } from '../../../shared/contract/runs.ts'
import { SecondStageRequestSchema, secondStageConfigOf, type SecondStage, type SecondStageRequest } from '../../../shared/recipe.ts'
import { text } from '../../text/index.ts'

/** Fewer steps than this in all teach a second stage little. */
const fewSteps = 100

/** What to know of a second stage that takes few steps; empty where it takes enough. */
export function fewStepsSentence(trainImages: number, epochs: number, batchSize: number): string {
  const steps = epochs * Math.ceil(trainImages / batchSize)
  if (trainImages === 0 || steps >= fewSteps) return ''
  return text.onward.derive.fewSteps(steps)
}

/** Where the person finds what a run lacks for a stage; empty where the refusal says all there is. */
export const wayToStage = ({ config }: Pick<Run, 'config'>, stage: SecondStage): string =>
  stage === 'tau-norm' && config.head === 'cosine' && config.stage !== 'router' ? ` ${text.onward.linearInTrain}` : ''

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
