import { expect, it } from 'vitest'
import { done, Graph } from './graph.ts'
import { loadTensorFlow } from './native.ts'
import { openSession } from './session.ts'
import { variable } from './variables.ts'

it('what a variable was fed stays the caller’s', () => {
  const graph = new Graph()
  // Beside each other in one memory: one of four lies at a multiple of 64 bytes, where TensorFlow would share it.
  const memory = new ArrayBuffer(4 * 16)
  const variables = [0, 1, 2, 3].map((n) => variable(graph, `v${n}`, [4]))
  const assigned = done(graph, 'assigned', variables.map(({ assign }) => assign))
  const session = openSession(loadTensorFlow('cpu'), graph)
  session.run(variables.map(({ fed }, n) => [fed, new Float32Array(memory, n * 16, 4).fill(1)] as const), [assigned])
  new Float32Array(memory).fill(77)
  expect(session.run([], variables.map(({ value }) => value))).toEqual(variables.map(() => new Float32Array(4).fill(1)))
  session.close()
})
