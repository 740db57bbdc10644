/** Learnable weight scaling (Kang et al. 2020): one learned factor for each class's logits, `linears.<e>.scales`. */

const suffix = '.scales'

export const scalesName = (e: number): string => `linears.${e}${suffix}`

export const isScales = (name: string): boolean => name.endsWith(suffix)

/**
 * Linear classifiers with the factors worked into weight [classes, in] and bias; the rest as it is. A cosine classifier,
 * which divides the norms of its weights out, has nowhere to take them and keeps them beside it.
 */
export function withScalesFolded(weights: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const folded = new Map(weights)
  for (const [name, scales] of weights) {
    const classifier = name.slice(0, -suffix.length)
    const weight = weights.get(`${classifier}.weight`)
    const bias = weights.get(`${classifier}.bias`)
    if (!isScales(name) || !weight || !bias) continue
    const inside = weight.length / scales.length
    folded.set(`${classifier}.weight`, weight.map((value, n) => value * scales[Math.floor(n / inside)]!))
    folded.set(`${classifier}.bias`, bias.map((value, c) => value * scales[c]!))
    folded.delete(name)
  }
  return folded
}
