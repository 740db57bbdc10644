import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import type { AskedFor } from '../../shared/contract/app.ts'
import { menuCommands, menuKeys, menuWords } from '../../shared/menu.ts'
import { menuTemplate, type MenuFacts } from './menuTemplate.ts'

const facts: MenuFacts = { possible: ['project.new', 'labels.undo'], theme: 'dark', isMac: false, recent: [], keepsAwake: true, isTraining: false }

function built(about: Partial<MenuFacts> = {}) {
  const asked: AskedFor[] = []
  const template = menuTemplate({ ...facts, ...about }, { ask: (one) => asked.push(one), keepAwake: () => {}, showFolder: () => {} })
  const items = (of: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => of.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])])
  const all = items(template)
  const item = (id: string): MenuItemConstructorOptions => all.find((one) => one.id === id)!
  return { template, all, item, asked }
}
const choose = (one: MenuItemConstructorOptions): void => (one.click as () => void)()
const rolesOf = (isMac: boolean): readonly (string | undefined)[] => built({ isMac }).all.map(({ role }) => role)
const wordsOf = (isMac: boolean): readonly (string | undefined)[] => built({ isMac }).template.map(({ label }) => label)

describe('the system’s menu', () => {
  it('holds everything that can be asked for by name once, and asks for it', () => {
    const { all, asked } = built()
    const named = all.filter(({ id }) => id !== undefined && id in menuWords)
    expect(named.map(({ id }) => id).sort()).toEqual(Object.keys(menuWords).sort())
    named.forEach(choose)
    expect(asked.map(({ command }) => command).sort()).toEqual(Object.keys(menuWords).sort())
  })

  it('greys what the page does not say is possible', () => {
    const { item } = built()
    expect([item('project.new').enabled, item('labels.undo').enabled, item('labels.redo').enabled]).toEqual([true, true, false])
    expect([item('theme.dark').checked, item('theme.light').checked]).toEqual([true, false])
  })

  it('has every command at most one key, and no key twice', () => {
    const { all } = built()
    const keys = all.flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toHaveLength(Object.keys(menuKeys).length)
    expect(keys).toContain('CmdOrCtrl+Shift+Z')
  })

  it('opens a recent project that is still there, whatever its name', () => {
    const { item, asked } = built({ recent: [{ name: 'cats & dogs', folder: '/a', openedAt: 2, exists: true }, { name: 'gone', folder: '/b', openedAt: 1, exists: false }] })
    const recent = item('openRecent').submenu as MenuItemConstructorOptions[]
    expect(recent.map(({ label }) => label)).toEqual(['cats && dogs'])
    choose(recent[0]!)
    expect(asked).toEqual([{ command: 'project.openRecent', folder: '/a' }])
    expect(built().item('openRecent').submenu).toMatchObject([{ enabled: false }])
  })

  it('keeps to what each system is used to', () => {
    expect(wordsOf(false)).toEqual(['File', 'Edit', 'View', 'Run', 'Window', 'Help'])
    expect(wordsOf(true)).toEqual(['RIDE Workbench', 'File', 'Edit', 'View', 'Run', 'Window', 'Help'])
    for (const isMac of [true, false]) expect(rolesOf(isMac).filter((role) => role === 'quit')).toHaveLength(1)
    expect(rolesOf(true)).toEqual(expect.arrayContaining(['services', 'hide', 'copy', 'paste', 'windowMenu', 'togglefullscreen']))
  })

  it('says that sleep is prevented while it is', () => {
    const states = [{}, { isTraining: true }, { isTraining: true, keepsAwake: false }]
    expect(states.map((about) => built(about).item('isAwake').visible)).toEqual([false, true, false])
  })
})

it('the words of the menu and its keys belong to commands that there are', () => {
  for (const command of [...Object.keys(menuWords), ...Object.keys(menuKeys)]) expect(menuCommands).toContain(command)
})
