/** Where a second stage begins: at its base run's end. */
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import { initialValues } from './initialize.ts'
import type { ModelVariable } from './models/layers.ts'
import type { State } from './network.ts'
import { isRouter } from './router.ts'
import { isScales, withScalesFolded } from './scales.ts'

/** As PyTorch's `normalize` has it, for a class whose weights are all zero. */
const smallestNorm = 1e-12

type Choices = Pick<RunConfig, 'stage' | 'head' | 'seed' | 'tauNorm'>

/** Whether a stage trains a variable; everything else of its network is frozen. */
export function isTrainedIn(stage: RunConfig['stage'], name: string): boolean {
  switch (stage) {
    case 'router':
      return isRouter(name)
    case 'lws':
      return isScales(name)
    case 'crt':
      return name.startsWith('linears.')
    default:
      return false
  }
}

/**
 * The base run's state, with what the stage trains anew drawn from its seed. Tau-normalisation is done with this: it
 * trains nothing.
 * @param base the base run's parameters and statistics
 * @throws Failure `invalid-input` where the stage cannot work on such a run
 */
export function secondStageStart(config: Choices, variables: ReadonlyMap<string, ModelVariable>, base: State): State {
  refuseUnworkable(config, base)
  const plain = withScalesFolded(base)
  // Scales that the base run has learnt already are learnt on from there.
  const anew = (name: string): boolean => isTrainedIn(config.stage, name) && !(isScales(name) && plain.has(name))
  const state = new Map<string, Float32Array>()
  for (const [name, variable] of variables) {
    const values = anew(name) ? initialValues(variable, config.seed) : plain.get(name)
    if (!values) throw new Failure('invalid-input', `The base run's weights hold no ${name}, which a network of its configuration has. Choose another run.`)
    state.set(name, values)
  }
  return config.stage === 'tau-norm' ? tauNormalised(state, config.tauNorm) : state
}

function refuseUnworkable({ stage, head }: Choices, base: State): void {
  if (stage === 'tau-norm' && head === 'cosine') {
    throw new Failure('invalid-input', 'Tau-normalisation evens out the norms of the classifier\'s weights; a cosine classifier divides by them anyway. Choose a run with a linear classifier.')
  }
  if (stage === 'router' && head === 'cosine' && [...base.keys()].some(isScales)) {
    throw new Failure('invalid-input', 'The run scales the outputs of a cosine classifier (LWS), which its weights cannot hold together with a router. Train the router on the run before it, or on one with a linear classifier.')
  }
}

/** Every class's weights over the tau-th power of their norm. The bias is left out, as Kang et al. do. */
function tauNormalised(state: State, tau: number): State {
  return new Map([...state].map(([name, values]) => {
    if (!name.startsWith('linears.')) return [name, values]
    const bias = state.get(name.replace(/weight$/, 'bias'))!
    if (name.endsWith('.bias')) return [name, new Float32Array(bias.length)]
    const inside = values.length / bias.length
    const norms = Float64Array.from(bias, (_, c) => Math.max(Math.hypot(...values.subarray(c * inside, (c + 1) * inside)), smallestNorm))
    return [name, values.map((value, n) => value / norms[Math.floor(n / inside)]! ** tau)]
  }))
}
