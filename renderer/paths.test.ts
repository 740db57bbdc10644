import { expect, test } from 'vitest'
import { joined, nameOf, withEnding } from './paths.ts'

test('what lies in a folder is joined the way the folder is written', () => {
  expect(joined('/home/ann', 'birds')).toBe('/home/ann/birds')
  expect(joined('/home/ann/', 'birds')).toBe('/home/ann/birds')
  expect(joined('/', 'birds')).toBe('/birds')
  expect(joined('C:\\Users\\Ann', 'run-3.onnx')).toBe('C:\\Users\\Ann\\run-3.onnx')
  expect(joined('C:\\', 'birds')).toBe('C:\\birds')
})

test('the name is what stands last', () => {
  expect(['/p/run-3.html', 'C:\\p\\run-3.html', 'run-3.html', '/p/', ''].map(nameOf)).toEqual(['run-3.html', 'run-3.html', 'run-3.html', '', ''])
})

test('an ending is exchanged, and a person’s own left alone', () => {
  expect(withEnding('/p/run-3.safetensors', '.safetensors', '.savedmodel')).toBe('/p/run-3.savedmodel')
  expect(withEnding('/p/model.bin', '.safetensors', '.onnx')).toBe('/p/model.bin')
})
