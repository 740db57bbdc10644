/** The system's menu as data, so that it can be looked at without a system. */
import type { MenuItemConstructorOptions } from 'electron'
import { themes, type AskedFor, type MenuState } from '../../shared/contract/app.ts'
import type { RecentProject } from '../../shared/contract/projects.ts'
import { menuKeys, menuWords, type MenuCommand } from '../../shared/menu.ts'
import { shellText } from './text.ts'

type Item = MenuItemConstructorOptions

export interface MenuFacts extends MenuState {
  readonly isMac: boolean
  /** Last opened first. */
  readonly recent: readonly RecentProject[]
  /** Whether sleep is to be prevented while a run trains, and whether one does. */
  readonly keepsAwake: boolean
  readonly isTraining: boolean
}

export interface MenuActions {
  ask(asked: AskedFor): void
  keepAwake(on: boolean): void
  showFolder(): void
}

const recentShown = 10
const line: Item = { type: 'separator' }

export function menuTemplate(facts: MenuFacts, actions: MenuActions): Item[] {
  const { isMac } = facts
  const item = (command: keyof typeof menuWords): Item => ({
    id: command,
    label: menuWords[command],
    enabled: isPossible(facts, command),
    click: () => actions.ask({ command }),
    ...acceleratorOf(command),
  })
  const themeItem = (theme: (typeof themes)[number]): Item => ({ ...item(`theme.${theme}`), type: 'radio', checked: facts.theme === theme })
  const awake: Item = { id: 'keepAwake', label: shellText.keepAwake, type: 'checkbox', checked: facts.keepsAwake, click: ({ checked }) => actions.keepAwake(checked) }
  const isAwake: Item = { id: 'isAwake', label: shellText.isAwake, enabled: false, visible: facts.keepsAwake && facts.isTraining }

  return [
    ...(isMac ? [{ label: shellText.product, submenu: [item('help.about'), line, { role: 'services' }, line, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, line, { role: 'quit' }] } satisfies Item] : []),
    {
      label: shellText.menus.file,
      submenu: [
        item('project.new'),
        item('project.open'),
        { id: 'openRecent', label: shellText.openRecent, submenu: recentItems(facts.recent, actions) },
        line,
        item('images.import'),
        item('labels.import'),
        item('labels.export'),
        line,
        item('project.reveal'),
        item('project.close'),
        ...(isMac ? [] : [line, { role: 'quit', label: shellText.quit } satisfies Item]),
      ],
    },
    {
      label: shellText.menus.edit,
      submenu: [item('labels.undo'), item('labels.redo'), line, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    },
    {
      label: shellText.menus.view,
      submenu: [
        ...(['view.dataset', 'view.images', 'view.splits', 'view.train', 'view.confusions', 'view.runs'] as const).map(item),
        line,
        { label: shellText.menus.theme, submenu: themes.map(themeItem) },
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { label: shellText.menus.run, submenu: [item('run.start'), item('run.stop'), line, item('run.importWeights'), line, awake, isAwake] },
    { role: 'windowMenu', label: shellText.menus.window },
    {
      role: 'help',
      label: shellText.menus.help,
      submenu: [item('help.shortcuts'), { id: 'showFolder', label: shellText.showFolder, click: actions.showFolder }, ...(isMac ? [] : [line, item('help.about')])],
    },
  ]
}

export function isPossible({ possible }: MenuState, command: MenuCommand): boolean {
  return possible.includes(command)
}

function recentItems(recent: readonly RecentProject[], actions: MenuActions): Item[] {
  const there = recent.filter(({ exists }) => exists).slice(0, recentShown)
  if (there.length === 0) return [{ label: shellText.noRecent, enabled: false }]
  // An ampersand would underline the letter after it.
  return there.map(({ name, folder }) => ({ label: name.replaceAll('&', '&&'), sublabel: folder, toolTip: folder, click: () => actions.ask({ command: 'project.openRecent', folder }) }))
}

function acceleratorOf(command: MenuCommand): Pick<Item, 'accelerator'> {
  const keys = menuKeys[command]
  return keys === undefined ? {} : { accelerator: keys.replace('Ctrl', 'CmdOrCtrl') }
}
