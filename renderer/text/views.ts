import { menuWords } from '../../shared/menu.ts'

/** Names of the views that other views lead to. */
export const views = {
  dataset: menuWords['view.dataset'],
  images: menuWords['view.images'],
  splits: menuWords['view.splits'],
  train: menuWords['view.train'],
  confusions: menuWords['view.confusions'],
  runs: menuWords['view.runs'],
}
