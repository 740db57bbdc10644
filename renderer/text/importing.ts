import { common } from './common.ts'

/** Importing folders of images: what is asked before, and what is seen of it. */
export const importing = {
  title: 'Import images',
  folders: (count: number) => `${count} folders, one after another`,
  foldersLabel: 'Folders to import',
  foldersMean: 'Sub-folders of each are the classes; those of one name are one class.',
  folder: 'Folder',
  folderHint: 'Its sub-folders are the classes.',
  classes: 'Folders in a class folder',
  classFolders: { nested: 'Classes of their own', outermost: 'Part of the class' },
  classFoldersMean: {
    nested: 'lynx/kittens/1.jpg is of a class lynx/kittens.',
    outermost: 'lynx/camera-3/1.jpg is a lynx, as for folders of cameras, days or bursts.',
  },
  folderMissing: 'A folder is expected.',
  pickTitle: 'Import a folder of class folders',
  useFor: 'Use for',
  splits: { auto: 'Automatic', ...common.splits },
  means: (valPercent: number) => ({
    auto: `Folders train, val and test keep their split. Of the rest ${valPercent} % of each class goes to validation: at least one image where a class has two. Bursts may part: what belongs together is kept so under Splits.`,
    train: 'Every image is for training.',
    val: 'Every image is for validation: scores are measured on it, nothing is learned from it.',
    test: 'Every image is for testing and kept apart until the end.',
  }),
  howDrawn: 'How the split is drawn',
  valPercent: 'For validation, in per cent',
  seed: 'Seed',
  seedHint: 'The same seed draws the same split.',
  start: 'Import',

  going: 'Import',
  cancel: 'Cancel import',
  counts: (added: string, skipped: string) => `${added} added, ${skipped} skipped`,

  phases: {
    listing: 'Listing files',
    listed: (files: string) => `Listing files: ${files} so far`,
    reading: (done: string, total: string) => `Reading images: ${done} of ${total}`,
    splitting: 'Choosing images for validation',
  },
  pace: (files: string, left: string) => `${files} files/s, ${left} left`,

  report: {
    unchanged: (images: string) => `${images} known already`,
    updated: (images: string) => `${images} changed since`,
    vanished: (images: string) => `${images} gone from the folder`,
    duplicates: (images: string) => `${images} exact ${images === '1' ? 'copy of another' : 'copies of others'}`,
    unlabelled: (images: string) => `${images} without a class`,
    skipped: (files: string) => `${files} skipped`,
    image: 'new image',
    within: (images: string, time: string) => `${images} in ${time}`,
    imported: (what: string) => `Imported ${what}`,
    cancelled: (what: string) => `Import cancelled after ${what}`,
    nothing: 'No new images',
    showUnlabelled: 'Label them',
    goesOn: 'What was read is kept; importing the folder again goes on from there.',
  },

  empty: {
    title: 'Drop a folder whose sub-folders are classes',
    text: 'The name of each sub-folder is a class; folders train, val and test keep their split. The images stay where they are and are never written to.',
    choose: 'Choose a folder',
    sample: 'Try the sample',
  },
}
