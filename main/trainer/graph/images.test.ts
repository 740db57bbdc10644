import { expect, it } from 'vitest'
import { matrixFor } from '../fixtures/matrix.ts'
import { cast } from './arithmetic.ts'
import { Graph, placeholder } from './graph.ts'
import { normalizePixels, renormalize, transformImages } from './images.ts'
import { loadTensorFlow } from './native.ts'
import { openSession } from './session.ts'

const size = 8
const image = Uint8Array.from({ length: size * size * 3 }, (_, i) => 1 + i)
const pixelAt = (x: number, y: number): number[] => (x < 0 || y < 0 || x >= size || y >= size ? [0, 0, 0] : [...image.subarray((y * size + x) * 3, (y * size + x) * 3 + 3)])

const graph = new Graph()
const pixels = placeholder(graph, 'pixels', 'uint8', [-1, size, size, 3])
const matrices = placeholder(graph, 'matrices', 'float32', [-1, 8])
// The addon can feed bytes but not fetch them.
const transformed = cast(transformImages(pixels, matrices), 'int32')
const normalized = [normalizePixels(pixels, 'resnet32'), normalizePixels(pixels, 'resnet50')] as const
const renormalized = renormalize(normalized[0], 'resnet32', 'resnet50')

it('shows each pixel where its matrix leads, black outside', () => {
  const session = openSession(loadTensorFlow('cpu'), graph)
  const still = { right: 0, down: 0, flipped: false, radians: 0 }
  const cases = [
    { transform: still, source: (x: number, y: number) => pixelAt(x, y) },
    { transform: { ...still, right: 2, down: -1 }, source: (x: number, y: number) => pixelAt(x + 2, y - 1) },
    { transform: { ...still, flipped: true, right: -1 }, source: (x: number, y: number) => pixelAt(size - 1 - x - 1, y) },
    { transform: { ...still, radians: Math.PI / 2 }, source: (x: number, y: number) => pixelAt(size - 1 - y, x) },
  ]
  const fed = new Uint8Array(cases.length * image.length)
  for (const n of cases.keys()) fed.set(image, n * image.length)
  const [result] = session.run([[pixels, fed], [matrices, Float32Array.from(cases.flatMap(({ transform }) => matrixFor(transform, size)))]], [transformed])
  for (const [n, { source }] of cases.entries()) {
    const wanted = Array.from({ length: size * size }, (_, place) => source(place % size, Math.floor(place / size))).flat()
    expect([...result!.subarray(n * image.length, (n + 1) * image.length)], `case ${n}`).toEqual(wanted)
  }
  session.close()
})

it('normalises by the mean and deviation of CIFAR’s channels for ResNet-32, of ImageNet’s for the others', () => {
  const session = openSession(loadTensorFlow('cpu'), graph)
  const [small, large] = session.run([[pixels, image]], normalized)
  const cifar = [(1 / 255 - 0.4914) / 0.2023, (2 / 255 - 0.4822) / 0.1994, (3 / 255 - 0.4465) / 0.201]
  const imagenet = [(1 / 255 - 0.485) / 0.229, (2 / 255 - 0.456) / 0.224, (3 / 255 - 0.406) / 0.225]
  for (const [c, value] of cifar.entries()) expect(small![c]).toBeCloseTo(value, 5)
  for (const [c, value] of imagenet.entries()) expect(large![c]).toBeCloseTo(value, 5)
  session.close()
})

it('normalises again for another backbone', () => {
  const session = openSession(loadTensorFlow('cpu'), graph)
  const [got, wanted] = session.run([[pixels, image]], [renormalized, normalized[1]])
  for (const [n, value] of wanted!.entries()) expect(got![n]).toBeCloseTo(value, 5)
  session.close()
  expect(renormalize(pixels, 'resnet10', 'resnet50')).toBe(pixels)
})
