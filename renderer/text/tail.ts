import { common } from './common.ts'

/** The long tail as a chart, a table and a line of numbers. */
export const tail = {
  title: 'The tail',
  headToTail: (ratio: string) => `${ratio} from head to tail`,
  splits: (train: string, val: string, test: string) => `${train} training, ${val} validation, ${test} test`,
  search: 'Search classes',
  hits: (found: string, all: string) => `${found} of ${all}`,
  log: 'Log scale',
  showAs: 'Show the tail as',
  shapes: { chart: 'Chart', table: 'Table' },
  groups: 'Groups',
  limits: (limits: string) => `${limits} training images:`,
  ofGroup: (classes: string, images: string) => `${classes}, ${images}`,
  cumulative: 'cumulative share',
  axes: {
    train: 'Training images',
    cumulative: 'Cumulative',
    /** From long to short, so that one of them has room. */
    classes: (classes: string, canZoom: boolean): readonly string[] => [
      ...(canZoom ? [`${classes}, by falling number of training images; the wheel zooms`] : []),
      `${classes}, by falling number of training images`,
      `${classes}, by training images`,
      classes,
    ],
  },
  chart: 'chart',
  chartLabel: 'Training images of each class, most frequent first. Arrow keys move along the classes, Enter opens one. The table shows the same numbers.',
  others: (val: string, test: string) => `${val} validation, ${test} test`,
  hovered: (name: string, images: string, group: string) => `${name}: ${images}, ${group}`,
  classes: 'Classes',
  columns: { name: 'Class', group: 'Group', ...common.splits },

  cannotShow: 'The dataset cannot be shown',
  counting: 'Counting images',
  appears: 'The tail appears here as images are read',
  showSkipped: 'Show skipped files',

  fetching: 'Image that is being fetched',

  imbalance: (ratio: string) => `imbalance ${ratio}`,
  thumbs: (percent: string) => `thumbnails ${percent}`,
  thumbsHint: 'Small pictures of all images are made ahead, while nothing else goes on.',
  noTensorflow: 'TensorFlow does not start',
  lookingForDevices: 'looking for devices',
  noDevice: 'no device',
  device: (device: string, version: string) => `${device}, TensorFlow ${version}`,
}
