/** What the parts that every view is made of say by themselves. */
export const ui = {
  notices: 'Notices',
  dismiss: 'Dismiss',
  dismissAll: (notices: number, hidden: number) => (hidden > 0 ? `Dismiss all ${notices} (${hidden} not shown)` : 'Dismiss all'),
  closePane: 'Close pane',
  numberExpected: (kind: 'number' | 'whole number', from: string, to: string) => `A ${kind} from ${from} to ${to} is expected.`,

  folders: {
    parent: 'Parent folder',
    path: 'Path',
    go: 'Go',
    list: 'Folders',
    project: 'project',
    none: 'No folders in here',
    choose: (name: string) => `Choose ${name}`,
    chooseThis: 'Choose',
    chooseFolder: 'Choose folder',
  },

  large: {
    image: 'Image',
    previous: 'Previous image',
    next: 'Next image',
    place: (at: string, all: string) => `${at} of ${all}`,
    duplicate: 'exact copy',
    back: 'Back',
    backHint: 'Back (Esc)',
  },

  experts: {
    asked: (asked: number, all: number) => `Experts asked: ${asked} of ${all}`,
    right: ' (right)',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    thenKey: 'then',
    orKeys: 'or',
    search: 'Search shortcuts',
    none: (typed: string) => `Nothing here is called “${typed}”, nor has such a key.`,
  },
}
