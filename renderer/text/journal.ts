import type { About, StepOfGuesses } from '../../shared/contract/labels.ts'
import { redoneWords, stepWords, undoneWords } from '../../shared/journal.ts'
import { imagesOf } from './counts.ts'

/** The steps of the journal. */
export const journal = {
  title: 'History',
  openHint: 'History of every change (h)',
  explanation: 'Every change of labels, classes and splits, newest first. Undo takes back the newest one that stands, one after the other; nothing is ever lost by it.',
  list: 'Changes',
  undo: 'Undo',
  redo: 'Redo',
  undoThis: 'Undo takes back',
  redoThis: 'Redo brings back',
  nothing: 'Nothing was changed yet',
  none: 'What is labelled, renamed, merged, divided or deleted is listed here, and can be taken back.',
  isUndone: 'taken back',
  isNext: 'next to undo',
  step: stepWords,
  undoes: (about: About | null, count: number) => `Undo: ${stepWords(about, count)}`,
  redoes: (about: About | null, count: number) => `Redo: ${stepWords(about, count)}`,
  /** Of some no guess was there. */
  withoutGuess: ({ changed, withoutGuess: others }: StepOfGuesses, nth: number): string =>
    `${changed > 0 ? `${stepWords({ what: 'guess', nth }, changed)}. ` : ''}${imagesOf(others)} ${others === 1 ? 'has no such guess and stays as it is' : 'have no such guess and stay as they are'}: press l to choose a class.`,
  undone: undoneWords,
  redone: redoneWords,
}
