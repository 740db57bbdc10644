import { text } from './text/index.ts'

/** The views of an open project, in the order of their tabs, with the keys that lead there. */
export const tabs = [
  { name: 'dataset', label: text.views.dataset, keys: 'g d' },
  { name: 'images', label: text.views.images, keys: 'g i' },
  { name: 'splits', label: text.views.splits, keys: 'g s' },
  { name: 'train', label: text.views.train, keys: 'g t' },
  { name: 'confusions', label: text.views.confusions, keys: 'g c' },
  { name: 'runs', label: text.views.runs, keys: 'g r' },
] as const
