import { expect, it } from 'vitest'
import { usualPlace, withEnding, writtenSentence } from './exporting.ts'

it('gives every format its ending and leaves a person’s own alone', () => {
  expect(usualPlace('/p', 3, 'safetensors')).toBe('/p/run-3.safetensors')
  expect(usualPlace('C:\\p', 3, 'onnx')).toBe('C:\\p\\run-3.onnx')
  expect(withEnding('/p/run-3.safetensors', 'safetensors', 'savedmodel')).toBe('/p/run-3.savedmodel')
  expect(withEnding('/p/model.bin', 'safetensors', 'onnx')).toBe('/p/model.bin')
})

const sentence = (flips: number, largestDifference: number): string => writtenSentence({ file: '/a', tensors: 9, verified: { images: 1980, flips, largestDifference } })

it('says what was checked', () => {
  expect(writtenSentence({ file: '/a', tensors: 1, verified: null })).toBe('1 tensor written to /a.')
  expect(sentence(0, 0.0000113)).toBe('Written to /a. The same answers on all 1,980 images of the run that it was checked on; their numbers (logits) differ by 1e-5 at most.')
  expect(sentence(0, 0)).toContain('are the same to the last digit')
  expect(sentence(2, 0.1)).toContain('2 first guesses differ on 1,980 images')
})
