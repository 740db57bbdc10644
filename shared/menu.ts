/**
 * What the program's menu can ask of the page: the system's own menu on the desktop, a menu of the page in a browser, and
 * keys in both. The page says which of them are possible, and does what was asked.
 */
export const menuCommands = [
  'project.new',
  'project.open',
  'project.openRecent',
  'project.reveal',
  'project.close',
  'images.import',
  'labels.import',
  'labels.export',
  'labels.undo',
  'labels.redo',
  'view.dataset',
  'view.images',
  'view.splits',
  'view.train',
  'view.confusions',
  'view.runs',
  'theme.system',
  'theme.light',
  'theme.dark',
  'run.start',
  'run.stop',
  'run.importWeights',
  'run.show',
  'help.shortcuts',
  'help.about',
] as const
export type MenuCommand = (typeof menuCommands)[number]

/** What stands in a menu without asking anything of its own: a recent project has its name there, a run is shown by a notification. */
type Unlabelled = 'project.openRecent' | 'run.show'

export const menuWords: Readonly<Record<Exclude<MenuCommand, Unlabelled>, string>> = {
  'project.new': 'New project…',
  'project.open': 'Open project…',
  'project.reveal': 'Show project folder',
  'project.close': 'Close project',
  'images.import': 'Import images…',
  'labels.import': 'Import labels…',
  'labels.export': 'Export labels…',
  'labels.undo': 'Undo',
  'labels.redo': 'Redo',
  'view.dataset': 'Dataset',
  'view.images': 'Images',
  'view.splits': 'Splits',
  'view.train': 'Train',
  'view.confusions': 'Confusions',
  'view.runs': 'Runs',
  'theme.system': 'As the system',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'run.start': 'Start training',
  'run.stop': 'Stop the run',
  'run.importWeights': 'Import weights…',
  'help.shortcuts': 'Keyboard shortcuts',
  'help.about': 'About RIDE Workbench',
}

/** As `useShortcuts` writes keys; `Ctrl` is Command on a Mac. */
export const menuKeys: Readonly<Partial<Record<MenuCommand, string>>> = {
  'project.new': 'Ctrl+N',
  'project.open': 'Ctrl+O',
  'project.close': 'Ctrl+Shift+W',
  'images.import': 'Ctrl+I',
  'labels.export': 'Ctrl+E',
  'labels.undo': 'Ctrl+Z',
  'labels.redo': 'Ctrl+Shift+Z',
  'view.dataset': 'Ctrl+1',
  'view.images': 'Ctrl+2',
  'view.splits': 'Ctrl+3',
  'view.train': 'Ctrl+4',
  'view.confusions': 'Ctrl+5',
  'view.runs': 'Ctrl+6',
  'run.start': 'Ctrl+Enter',
  'run.stop': 'Ctrl+.',
  'help.shortcuts': 'F1',
}

/** Browsers keep these for their own windows and tell no page of them. */
export const keysOfBrowsers: readonly string[] = ['Ctrl+N', 'Ctrl+Shift+W']
