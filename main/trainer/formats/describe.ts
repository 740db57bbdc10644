/** From the names and shapes in a weights file to the network that has them. */
import { Failure } from '../../../shared/failure.ts'
import { backbones } from '../../../shared/recipe.ts'
import { routerHiddenUnits } from '../../../shared/routing.ts'
import type { WeightsDescription } from '../contract.ts'
import { Graph, placeholder, type Shape } from '../graph/graph.ts'
import { describedBy } from '../metadata.ts'
import { trainableLayers } from '../models/layers.ts'
import { expertLogits, modelOf, type ModelConfig } from '../models/model.ts'
import { imagesShape } from '../network.ts'
import { routerOf, scoredExperts } from '../router.ts'
import type { StoredTensor, TensorFile } from './safetensors.ts'
import { authorsShape } from '../weights.ts'
import { cut } from './unreadable.ts'

/** `routerTopLogits` is null without a router. */
export type NetworkDescription = Omit<ModelConfig, 'scale'> & Pick<WeightsDescription, 'routerTopLogits'>

/** Any size will do: no variable's shape follows from it. */
const imageSize = 64

/** Of every parameter and running statistic, under the authors' names and in their layout. */
export function tensorShapes(network: NetworkDescription): ReadonlyMap<string, Shape> {
  return new Map([...variableShapes(network)].map(([name, shape]) => [name, authorsShape(shape)]))
}

/** As `tensorShapes`, in TensorFlow's layout. */
export function variableShapes(network: NetworkDescription): ReadonlyMap<string, Shape> {
  const graph = new Graph()
  const images = placeholder(graph, 'images', 'float32', imagesShape(imageSize))
  const { inference, variables } = trainableLayers(graph)
  const model = modelOf(inference, { ...network, scale: 1 })
  if (network.routerTopLogits === null) expertLogits(model, network.experts, images)
  else scoredExperts(model, routerOf(inference, network.routerTopLogits), network.experts, images)
  return new Map([...variables.values()].map(({ name, shape }) => [name, shape]))
}

type Tensors = ReadonlyMap<string, Pick<StoredTensor, 'shape' | 'values'>>

/** What does not fit, a half sentence for each tensor; counts of batches, which PyTorch keeps as whole numbers, are nobody's. */
export function misfits(tensors: Tensors, shapes: ReadonlyMap<string, Shape>): string[] {
  const expected = [...shapes].flatMap(([name, shape]) => {
    const found = tensors.get(name)
    if (!found) return [`${name}, of shape ${text(shape)}, is missing`]
    if (!(found.values instanceof Float32Array)) return [`${name} holds whole numbers, floats were expected`]
    return text(found.shape) === text(shape) ? [] : [`${name} has the shape ${text(found.shape)}, ${text(shape)} was expected`]
  })
  const others = [...tensors].filter(([name, { values }]) => values instanceof Float32Array && !shapes.has(name)).map(([name, { shape }]) => `${cut(name)}, of shape ${text(shape)}, is none of the network's`)
  return [...expected, ...others]
}

/**
 * The network that a file's tensors make up, without one left over.
 * @param name of the file, for the sentence where there is none
 * @throws Failure `invalid-input`
 */
export function describeTensors({ tensors, metadata }: TensorFile, name: string): WeightsDescription {
  const classifier = tensors.get('linears.0.weight')
  if (classifier?.shape.length !== 2) throw new Failure('invalid-input', `${name} holds no network with experts: a classifier named linears.0.weight was expected. Choose weights that RIDE's code saved, or this program.`)
  const head = tensors.has('linears.0.bias') ? 'linear' : 'cosine'
  const classes = classifier.shape[head === 'cosine' ? 1 : 0]!
  if (classes < 2) throw new Failure('invalid-input', `${name} tells ${classes} ${classes === 1 ? 'class' : 'classes'} apart; 2 at least were expected.`)
  let experts = 1
  while (tensors.has(`linears.${experts}.weight`)) experts += 1
  if (experts > 8) throw new Failure('unsupported', `${name} holds ${experts} experts; 8 at most were expected.`)
  const known = { experts, head, classes, routerTopLogits: topLogitsOf(tensors) } as const
  const nearest = nearestNetwork(tensors, known)
  const [first, ...more] = nearest.misfits
  if (first !== undefined) {
    throw new Failure('invalid-input', `${name} holds no network that is known here. Nearest is ${nearest.network.backbone} with ${experts} ${experts === 1 ? 'expert' : 'experts'}, ${nearest.network.widths} widths and a ${head} head: ${first}${more.length > 0 ? `, and ${more.length} more do not fit` : ''}.`)
  }
  return { ...nearest.network, router: known.routerTopLogits !== null, ...describedBy(metadata, classes) }
}

/** Of all backbones and widths, the one that the fewest tensors speak against. */
function nearestNetwork(tensors: Tensors, known: Pick<NetworkDescription, 'experts' | 'head' | 'classes' | 'routerTopLogits'>): { network: NetworkDescription; misfits: readonly string[] } {
  const found: { network: NetworkDescription; misfits: readonly string[] }[] = []
  for (const backbone of backbones) {
    for (const widths of ['reduced', 'full'] as const) {
      for (const sharedLayer3 of backbone === 'resnet32' ? [false] : [false, true]) {
        const network = { ...known, backbone, widths, sharedLayer3 }
        found.push({ network, misfits: misfits(tensors, tensorShapes(network)) })
      }
    }
  }
  return found.reduce((best, one) => (one.misfits.length < best.misfits.length ? one : best))
}

/** What its last layer sees besides the hidden units; null where there is no router. */
function topLogitsOf(tensors: Tensors): number | null {
  const inputs = tensors.get('expert_help_pred_fc.weight')?.shape[1]
  return inputs === undefined ? null : Math.max(1, inputs - routerHiddenUnits)
}

function text(shape: Shape): string {
  return `[${shape.join(', ')}]`
}
