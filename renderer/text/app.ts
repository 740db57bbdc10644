import { menuWords } from '../../shared/menu.ts'

/** The frame around the views: top bar, status bar, what is dropped on the window, what the program is. */
export const app = {
  name: 'RIDE Workbench',
  titleOf: (project: string) => `${project} - RIDE Workbench`,
  views: 'Views',
  goTo: (view: string) => `Go to ${view}`,
  tabHint: (tab: string, keys: string | undefined) => (keys ? `${tab} (${keys})` : tab),
  theme: 'Theme',
  themes: { system: menuWords['theme.system'], light: menuWords['theme.light'], dark: menuWords['theme.dark'] },
  inUse: 'in use',
  menu: 'Menu',
  shortcutsHint: 'Keyboard shortcuts (?)',
  lost: 'Connection lost: the workbench does not answer. It is tried again every few seconds. If the program was ended, start it. A program that was started again cannot be reached from this page: open the new link that it prints.',
  tryNow: 'Try now',
  noProject: 'No project open',
  openFirst: 'No project is open. Open or make one first.',

  drop: {
    over: 'Drop it here',
    what: 'A folder of images, a project, a weights file, or a file of labels',
    unknownPlace: 'A browser does not tell where a dropped folder lies. Choose it here, or type its path.',
    unknownFile: (name: string) => `A browser does not tell where ${name} lies. Choose its folder, or type its path.`,
    needsProject: 'No project is open. Open or make one first, then drop images, weights or labels on it.',
    unusable: (name: string) =>
      `${name} cannot be used here. What can be dropped: a folder of images, a project folder, weights that end in .safetensors or .pth, labels that end in .csv or .json.`,
  },

  about: {
    title: 'About RIDE Workbench',
    version: 'Version',
    host: 'Runs',
    hosts: { desktop: 'in a window of its own', browser: 'in a browser', terminal: 'in a terminal' },
    system: 'System',
    systems: { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as Readonly<Record<string, string>>,
    tensorflow: 'TensorFlow',
    asking: 'Asking for it',
    licence: 'Licence',
    licenceWords: 'MIT; packages that come with it are listed in THIRD-PARTY-NOTICES.txt beside the program.',
  },
}
