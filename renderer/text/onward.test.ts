import { expect, it } from 'vitest'
import { onward } from './onward.ts'

const sentence = (flips: number, largestDifference: number): string => onward.export.written({ file: '/a', tensors: 9, verified: { images: 1980, flips, largestDifference } })

it('says what was checked of a model that was written', () => {
  expect(onward.export.written({ file: '/a', tensors: 1, verified: null })).toBe('1 tensor written to /a.')
  expect(sentence(0, 0.0000113)).toBe('Written to /a. The same answers on all 1,980 images of the run that it was checked on; their numbers (logits) differ by 1e-5 at most.')
  expect(sentence(0, 0)).toContain('are the same to the last digit')
  expect(sentence(2, 0.1)).toContain('2 first guesses differ on 1,980 images')
})
