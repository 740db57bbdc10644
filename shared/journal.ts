/** The steps of the journal in words, alike in a window and on the command line. */
import type { Split } from './contract/common.ts'
import type { About } from './contract/labels.ts'
import { counted } from './words.ts'

const splitNames: Readonly<Record<Split, string>> = { train: 'training', val: 'validation', test: 'testing' }

const imagesOf = (count: number): string => counted(count, 'image')
const labelsOf = (count: number): string => counted(count, 'label')
const splitsOf = (count: number): string => counted(count, 'split')

const withMore = ({ className = '', more = 0 }: About): string => (more > 0 ? `${className} and ${counted(more, 'more class', 'more classes')}` : className)

const places = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth']

/** What a step did. */
export function stepWords(about: About | null, count: number): string {
  if (about === null) return `${imagesOf(count)} relabelled`
  const { what, isNew, className = '', otherName = '', nth = 1, file, splits = 0 } = about
  switch (what) {
    case 'relabel':
      return isNew ? `${imagesOf(count)} to new class ${className}` : `${imagesOf(count)} labelled ${className}`
    case 'guess':
      return `${imagesOf(count)} labelled by ${count === 1 ? 'its' : 'their'} ${places[nth - 1] ?? ''} guess`
    case 'unlabel':
      return `Label taken away from ${imagesOf(count)}`
    case 'create':
      return `Class ${className} made`
    case 'rename':
      return `${className} renamed to ${otherName}`
    case 'merge':
      return `${withMore(about)} merged into ${otherName}: ${imagesOf(count)}`
    case 'divide':
      return `${imagesOf(count)} of ${className} became ${otherName}`
    case 'delete':
      return `${withMore(about)} deleted: ${imagesOf(count)} without a label`
    case 'split':
      return otherName === '' ? `${imagesOf(count)} split anew` : `${imagesOf(count)} moved to ${splitNames[otherName as Split]}`
    case 'import':
      return file === undefined ? `${imagesOf(count)} imported with a label` : `Import of ${file}: ${labelsAndSplits(count - splits, splits)}`
  }
}

function labelsAndSplits(labels: number, splits: number): string {
  if (splits === 0) return labelsOf(labels)
  return labels === 0 ? splitsOf(splits) : `${labelsOf(labels)}, ${splitsOf(splits)}`
}

export const undoneWords = (about: About | null, count: number): string => `Taken back: ${stepWords(about, count)}`
export const redoneWords = (about: About | null, count: number): string => `Done again: ${stepWords(about, count)}`
