import { views } from './views.ts'

/** Wherever images are labelled. */
const labelling = {
  '1-9': 'Label with one of the best guesses of the run, each chosen image with its own: 1 is the best',
  l: 'Label: choose a class by a few letters',
  x: 'Take the label away',
  v: 'Choose all images but the chosen',
  u: 'Undo',
  U: 'Redo',
}

/**
 * Every key of the program and what it does, by view, for the list that `?` opens: a test holds it to what the views
 * listen to. Keys of the menu are in `shared/menu.ts`, those that lead to a view in `router.ts`.
 */
export const keys = {
  everywhere: {
    title: 'Everywhere',
    keys: { '?': 'Show this list', '/': 'Search in this view; in the pane of a confusion, relabel to a class by a few letters', Escape: 'Close the pane or the dialog', Tab: 'Go on to the next thing' },
  },
  dataset: {
    title: views.dataset,
    keys: {
      i: 'Import images',
      h: 'Show the history of changes',
      '← → ↑ ↓': 'Move over the bars of the tail, the images or the rows',
      Enter: 'Open the class, or the image in large',
      Space: 'Open the image in large, and close it',
    },
  },
  images: {
    title: views.images,
    keys: {
      '← → ↑ ↓': 'Move over the images; with Shift pick them',
      'Ctrl+A': 'Pick all of the list; a click with Ctrl takes single ones out',
      Space: 'Pick the image, or let it go',
      Enter: 'Open the image in large, and close it; with images picked, choose a class for them',
      ...labelling,
      d: 'Show what is known of the image',
      '+': 'Larger images',
      '-': 'Smaller images',
      Escape: 'Close the large image; else pick none; when none is picked, close the pane',
    },
  },
  confusions: {
    title: views.confusions,
    keys: {
      '↑ ↓ ← →': 'Move over the cells of the matrix, or the images of the pane',
      'Ctrl+←': 'On to the next error in this direction',
      Enter: 'Open the images of the cell',
      '+': 'Larger cells',
      '-': 'Smaller cells',
      0: 'The whole matrix',
      t: 'Open or close the tail dial',
      f: 'Fold the folder above the row',
      o: 'Open the folded row',
      ...labelling,
      m: 'Mark the image for relabelling; with Shift and arrows, a range',
      Space: 'Large pictures, and back; so does Escape',
      n: 'On to the next cell of the list',
      p: 'Back to the cell before',
    },
  },
  runs: { title: views.runs, keys: { Enter: 'Open the run', 'Shift+Space': 'Pick the run for comparing' } },
  compare: { title: 'Two runs side by side', keys: { Escape: 'Back to Runs', s: 'Swap sides' } },
  analysis: { title: 'Comparison', keys: { Escape: 'Back to Runs' } },
} as const
