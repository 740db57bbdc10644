/** What a file says of its network, for those who have nothing else: written here, and read back. */
import * as v from 'valibot'
import { ThresholdSchema } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import { RunConfigSchema } from '../../shared/recipe.ts'
import { AdjustmentSchema, type Adjustment, type ExportJob, type WeightsDescription } from './contract.ts'
import { quoted } from './formats/unreadable.ts'

export function metadataOf({ config, classNames, threshold, adjustment }: Pick<ExportJob, 'config' | 'classNames' | 'threshold' | 'adjustment'>): Record<string, string> {
  return {
    class_names: JSON.stringify(classNames),
    backbone: config.backbone,
    experts: String(config.experts),
    widths: config.widths,
    shared_layer3: String(config.sharedLayer3),
    head: config.head,
    // The authors' classes take a linear head's scale to be 1.
    scale: String(config.head === 'cosine' ? config.scale : 1),
    image_size: String(config.imageSize),
    fit: config.fit,
    ...(threshold !== null && { router_threshold: String(threshold) }),
    // Models have the offsets in their logits already; who loads the weights adds them to the experts' mean.
    ...(adjustment !== null && { logit_adjustment: JSON.stringify({ tau: adjustment.tau, mix: adjustment.mix, shares: adjustment.shares }), logit_offsets: JSON.stringify(adjustment.offsets) }),
  }
}

/** What is added to the mean logits; null where the run answers as it was trained. */
export function offsetsIn({ adjustment }: Pick<ExportJob, 'adjustment'>): Float32Array | null {
  return adjustment && Float32Array.from(adjustment.offsets)
}

type Described = Pick<WeightsDescription, 'imageSize' | 'fit' | 'threshold' | 'adjustment' | 'classNames'>

/**
 * What the tensors do not tell, each null where the file does not say it either, or says nothing that could be.
 * @throws Failure `invalid-input` for names that are not those of the classes: what is meant by them decides which class is which
 */
export function describedBy(metadata: Readonly<Record<string, string>>, classes: number): Described {
  const number = (name: string): number => Number(metadata[name] ?? '')
  return {
    imageSize: known(RunConfigSchema.entries.imageSize, number('image_size')),
    fit: known(RunConfigSchema.entries.fit, metadata['fit']),
    threshold: known(ThresholdSchema, number('router_threshold')),
    adjustment: adjustmentOf(metadata, classes),
    classNames: classNamesOf(metadata['class_names'], classes),
  }
}

function known<Value>(schema: v.GenericSchema<unknown, Value>, value: unknown): Value | null {
  const found = v.safeParse(schema, value)
  return found.success ? found.output : null
}

function adjustmentOf(metadata: Readonly<Record<string, string>>, classes: number): Adjustment | null {
  const setting = parsed(metadata['logit_adjustment'] ?? '')
  const found = known(AdjustmentSchema, typeof setting === 'object' ? { ...setting, offsets: parsed(metadata['logit_offsets'] ?? '') } : undefined)
  return found?.offsets.length === classes ? found : null
}

function classNamesOf(written: string | undefined, classes: number): string[] | null {
  if (written === undefined) return null
  const names = parsed(written)
  if (Array.isArray(names) && names.length === classes && new Set(names).size === classes && names.every((name) => typeof name === 'string')) return names
  throw new Failure('invalid-input', `The weights file's metadata holds class_names that are no JSON list of ${classes} different names, one for each class: ${quoted(written)}. Correct them, or take them out.`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
