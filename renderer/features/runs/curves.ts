/** What the curves of a run show, epoch by epoch. */
import type { Epoch } from '../../../shared/contract/runs.ts'
import type { RunConfig } from '../../../shared/recipe.ts'
import type { Group } from '../../../shared/tail.ts'

export interface Curve {
  readonly key: 'top1' | Group | 'loss'
  /** [epoch counted from 1, value]; null leaves a gap. Accuracies in per cent. */
  readonly points: readonly (readonly [epoch: number, value: number | null])[]
  /** Left out, the curve is called as what it is of. */
  readonly name?: string
  readonly dashed?: boolean
}

const percent = (share: number | null): number | null => (share === null ? null : share * 100)

/** Overall accuracy and that of each group; a group that has no validation image in any epoch is left out. */
export function accuracyCurves(epochs: readonly Epoch[]): Curve[] {
  return (['top1', 'many', 'medium', 'few'] as const)
    .map((key): Curve => ({ key, points: epochs.map((epoch) => [epoch.epoch, percent(epoch[key])]) }))
    .filter((curve) => curve.points.some(([, value]) => value !== null))
}

export function lossCurve(epochs: readonly Epoch[]): Curve {
  return { key: 'loss', points: epochs.map((epoch) => [epoch.epoch, epoch.loss]) }
}

/** A run that was resumed or asked again may tell an epoch twice: the later telling holds. Kept in order. */
export function withEpoch(epochs: readonly Epoch[], told: Epoch): Epoch[] {
  return [...epochs.filter((epoch) => epoch.epoch < told.epoch), told]
}

/** What changes in the course of a run, and after which epoch; nothing where that is beyond its end. */
export function changesIn({ reweight, resample, reweightEpoch, epochs }: RunConfig): { readonly epoch: number; readonly label: string }[] {
  const changes = [...(reweight === 'deferred' ? ['re-weighting'] : []), ...(resample === 'deferred' ? ['re-sampling'] : [])]
  return changes.length > 0 && reweightEpoch < epochs ? [{ epoch: reweightEpoch, label: changes.join(', ') }] : []
}
