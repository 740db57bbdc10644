import { expect, it } from 'vitest'
import { add, multiply } from '../graph/arithmetic.ts'
import { constant, Graph, placeholder, scalar, type Tensor } from '../graph/graph.ts'
import { conv2d } from '../graph/layers.ts'
import { translate } from './translate.ts'

/** What stands in the same place for channels last and, by width, for channels first: three channels, three pixels across. */
function besideConvolution(other: (graph: Graph) => Tensor): () => readonly string[] {
  const graph = new Graph()
  const images = placeholder(graph, 'images', 'float32', [-1, 3, 3, 3])
  const filter = constant(graph, new Float32Array(9), [1, 1, 3, 3])
  const sum = add(multiply(conv2d(images, filter, 1), 2), other(graph))
  return () => translate(images, new Map([['sum', sum]]), {}).nodes.map(({ type }) => type)
}

it('a vector beside channels first, which would go along the width, is refused', () => {
  expect(besideConvolution((graph) => constant(graph, Float32Array.of(1, 2, 3), [3]))).toThrow('of 1 axes, beside channels first')
  expect(besideConvolution((graph) => scalar(graph, 1))()).toEqual(['Transpose', 'Conv', 'Mul', 'Add', 'Transpose', 'Identity'])
  expect(besideConvolution((graph) => constant(graph, Float32Array.of(1, 2, 3), [1, 1, 1, 3]))()).toContain('Add')
})
