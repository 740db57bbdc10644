import { expect, it } from 'vitest'
import { anyOf, onlyIf, settled } from './branch.ts'
import { Graph, integers, placeholder, scalar, unknownSize } from './graph.ts'
import { isAbove } from './logic.ts'
import { loadTensorFlow } from './native.ts'
import { openSession } from './session.ts'
import { gather } from './shaping.ts'

it('runs nothing of a branch that is not taken', () => {
  const graph = new Graph()
  const x = placeholder(graph, 'x', 'float32', [unknownSize])
  const condition = anyOf(isAbove(x, scalar(graph, 10)))
  // Of three numbers there is no fourth: run, this fails.
  const fourth = gather(onlyIf(condition, x), integers(graph, [3]))
  const result = settled(condition, fourth, x)
  const session = openSession(loadTensorFlow('cpu'), graph)
  try {
    expect([...session.run([[x, Float32Array.of(1, 2, 3)]], [result])[0]!]).toEqual([1, 2, 3])
    expect([...session.run([[x, Float32Array.of(1, 2, 13, 4)]], [result])[0]!]).toEqual([4])
    expect(() => session.run([[x, Float32Array.of(1, 2, 13)]], [result])).toThrow(/not in \[0, 3\)/)
  } finally {
    session.close()
  }
})
