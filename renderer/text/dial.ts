import { adjustedWords } from '../../shared/dial.ts'
import type { Group } from '../../shared/tail.ts'
import { useNumberFormat } from '../composables/useNumberFormat.ts'
import { groups } from './groups.ts'

const format = useNumberFormat()
const decimals = (value: number): string => String(Math.round(value * 100) / 100)

/** The tail dial: logit adjustment, and the class mix expected in the field. */
export const dial = {
  name: 'Tail dial',
  open: 'Tail dial: answers for another mix of classes',
  close: 'Close the tail dial',
  region: 'Tail dial',
  adjusted: adjustedWords,
  adjustedBriefly: 'adjusted',
  adjustedHint: 'Scores of the classes (logits) are shifted before the best one answers, so that the run answers for another mix of classes than it was trained on. The tail dial in Confusions changes it.',
  tau: 'Logit adjustment',
  tauHint: 'How much rare classes are favoured (tau): with 0 answers lean towards frequent classes as training did, with 1 that lean is taken out.',
  mix: 'Class mix in the field',
  mixHint: 'How frequent the classes will be where the run is used: as in training, all alike, or the rare ones most.',
  mixWords: (mix: number): string => (mix === 0 ? 'even' : `${mix > 0 ? 'head' : 'tail'}-heavy ${decimals(Math.abs(mix))}`),
  tauWords: (tau: number): string => decimals(tau),
  ends: { head: 'head', even: 'even', tail: 'tail' },
  figures: 'Before and after',
  overall: 'overall',
  overallHint: 'Share of right answers among the images of this split as it is.',
  expected: 'in the field',
  expectedHint: (covered: number): string =>
    `Overall accuracy weighted by the mix: each class's recall (the share of its images that is recognised) times its share in the field.${covered < 0.9995 ? ` It speaks of ${format.percent(covered)} of the field: the other classes have no images here.` : ''}`,
  groupHint: (group: Group): string => `Share of right answers among images of classes with ${groups.limits[group]} training images.`,
  change: (points: number): string => `${points > 0 ? 'up' : 'down'} ${Math.abs(points).toFixed(1)} points`,
  unchanged: 'unchanged',
  before: 'before',
  suggest: 'Suggest',
  suggestHint: 'Tries tau from 0 to 2 and takes the one with the best balanced accuracy, in which every class counts the same, on the images shown here.',
  suggested: (tau: number, balanced: string, own: string, images: string): string =>
    `tau ${decimals(tau)} has the best balanced accuracy, ${balanced} instead of ${own}. It was chosen on these very ${images}, so on others it may gain less.`,
  notSuggested: (own: string, images: string): string => `No tau from 0 to 2 has a better balanced accuracy than the ${own} without, on these ${images}.`,
  typeShares: 'Type shares',
  typedShares: (count: number): string => `${format.counted(count, 'typed share')}`,
  save: 'Save with the run',
  saveHint: 'Every scored split follows, and so do later scorings and exports. The dial gives the run its own answers back at any time.',
  saved: 'Saved with the run',
  back: 'Back to the run’s own answers',
  preview: 'Preview: nothing is saved yet.',
  shownSaved: 'The run answers so: its figures, later scorings and exports follow it.',
  shownOwn: 'The run’s own answers.',
  leftOut: (images: number): string => `${format.counted(images, 'image')} without a label that the run knows ${images === 1 ? 'is' : 'are'} left out.`,
  shares: {
    title: 'Shares in the field',
    intro: 'A typed share holds; classes without one share the rest as the slider says.',
    search: 'Search classes',
    searchHint: 'Class name',
    share: (name: string): string => `Share of ${name} in per cent`,
    trained: (images: string): string => `${images} in training`,
    sum: (typed: string, rest: string, others: number): string => `Typed ${typed}; ${rest} for ${format.counted(others, 'other class', 'other classes')}`,
    sumAll: (typed: string): string => `Typed ${typed}, a share for every class: they are brought to 100 %.`,
    none: 'Nothing typed: the slider gives every class its share.',
    tooMuch: (typed: string): string => `That makes ${typed}, and 100 % is all there is. Make another share smaller first.`,
    noNumber: 'A number from 0 to 100 was expected.',
    notTaken: 'not taken: see below',
    clear: 'Clear all',
    noMatch: 'No class of the run has this name.',
    paste: 'Paste from a spreadsheet',
    pasteHint: 'Two columns: class and share',
    read: (classes: string, as: 'fractions' | 'percent' | 'counts'): string => `${classes} read as ${as === 'counts' ? 'counts of images, whose sum is the whole' : as === 'percent' ? 'per cent' : 'parts of 1'}.`,
  },
}
