import { expect, it } from 'vitest'
import { journal } from './journal.ts'

it('tells a step in the same words wherever it is named', () => {
  const about = { what: 'merge', className: 'lynx', more: 1, otherName: 'wildcat' } as const
  expect(journal.step(about, 1200)).toBe('lynx and 1 more class merged into wildcat: 1,200 images')
  expect([journal.undoes(about, 1), journal.undone(about, 1)]).toEqual(['Undo: lynx and 1 more class merged into wildcat: 1 image', 'Taken back: lynx and 1 more class merged into wildcat: 1 image'])
})

it('says that the class of a relabelling came with it', () => {
  expect(journal.step({ what: 'relabel', className: 'Lynx', isNew: true }, 12)).toBe('12 images to new class Lynx')
})

it('says where images were moved by hand', () => {
  expect(journal.step({ what: 'split', otherName: 'val' }, 2)).toBe('2 images moved to validation')
  expect(journal.step({ what: 'split' }, 2)).toBe('2 images split anew')
})

it('tells an import of labels by its file, splits apart from labels', () => {
  expect(journal.step({ what: 'import', file: 'labels.csv' }, 12)).toBe('Import of labels.csv: 12 labels')
  expect(journal.step({ what: 'import', file: 'labels.csv', splits: 1 }, 13)).toBe('Import of labels.csv: 12 labels, 1 split')
  expect(journal.step({ what: 'import', file: 'labels.csv', splits: 3 }, 3)).toBe('Import of labels.csv: 3 splits')
})

it('has words for steps from before they were kept', () => {
  expect(journal.redoes(null, 2)).toBe('Redo: 2 images relabelled')
})
