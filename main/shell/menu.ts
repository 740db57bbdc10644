import { Menu, nativeTheme, shell } from 'electron'
import type { AskedFor, MenuState } from '../../shared/contract/app.ts'
import type { RecentProject } from '../../shared/contract/projects.ts'
import { menuCommands } from '../../shared/menu.ts'
import { isPossible, menuTemplate, type MenuFacts } from './menuTemplate.ts'
import { tellRecent } from './recentList.ts'
import type { WindowMemory } from './windowMemory.ts'

export interface ProgramMenu {
  /** What the page says of itself. */
  setState(state: MenuState): void
  setRecent(recent: readonly RecentProject[]): void
  setTraining(isTraining: boolean): void
}

interface Choices {
  /** Hears what was chosen that the page does. */
  ask(asked: AskedFor): void
  /** Hears that another choice about sleep is in the memory. */
  keepAwakeChanged(): void
}

/** @param folder that keeps what belongs to no project */
export function installMenu(folder: string, memory: WindowMemory, { ask, keepAwakeChanged }: Choices): ProgramMenu {
  let facts: MenuFacts = { possible: [], theme: memory.now().theme, recent: [], isMac: process.platform === 'darwin', keepsAwake: memory.now().keepsAwake, isTraining: false }
  const rebuild = (): void => {
    const actions = {
      ask,
      keepAwake(on: boolean): void {
        facts = { ...facts, keepsAwake: on }
        memory.keep({ keepsAwake: on })
        keepAwakeChanged()
        adapt()
      },
      showFolder: () => void shell.openPath(folder),
    }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(facts, actions)))
  }
  /** In place: a menu that is open stays open. */
  const adapt = (): void => {
    const menu = Menu.getApplicationMenu()
    for (const command of menuCommands) {
      const item = menu?.getMenuItemById(command)
      if (item) item.enabled = isPossible(facts, command)
    }
    const chosen = menu?.getMenuItemById(`theme.${facts.theme}`)
    if (chosen) chosen.checked = true
    const awake = menu?.getMenuItemById('isAwake')
    if (awake) awake.visible = facts.keepsAwake && facts.isTraining
  }
  nativeTheme.themeSource = facts.theme
  rebuild()

  return {
    setState(state) {
      facts = { ...facts, ...state }
      if (nativeTheme.themeSource !== state.theme) nativeTheme.themeSource = state.theme
      memory.keep({ theme: state.theme })
      adapt()
    },
    setRecent(recent) {
      facts = { ...facts, recent }
      rebuild()
      tellRecent(recent)
    },
    setTraining(isTraining) {
      facts = { ...facts, isTraining }
      adapt()
    },
  }
}
