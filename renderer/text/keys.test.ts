/** Keys do one thing each, and the list that `?` opens has every one of them. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { menuKeys } from '../../shared/menu.ts'
import { tabs } from '../tabs.ts'
import { keys as catalogue } from './keys.ts'

/** Keys that mean the same wherever something has the focus. */
const common = new Set(['Escape', 'Enter', 'Space', 'Tab', '← → ↑ ↓', '↑ ↓ ← →'])
const everywhere = [...Object.values(menuKeys), 'Ctrl+Y', ...tabs.map(({ keys }) => keys), ...Object.keys(catalogue.everywhere.keys)].filter((one) => !common.has(one))

describe('keys', () => {
  it('of the menu, of the tabs and of the frame are each there once', () => {
    expect(everywhere.filter((one, n) => everywhere.indexOf(one) !== n)).toEqual([])
  })

  it('of a view are none of those that hold everywhere, and begin none of their sequences', () => {
    const begins = new Set(everywhere.filter((one) => one.includes(' ')).map((one) => one.split(' ')[0]))
    for (const [view, { keys }] of Object.entries(catalogue)) {
      if (view === 'everywhere') continue
      const clashing = Object.keys(keys).filter((one) => everywhere.includes(one) || begins.has(one))
      expect(clashing, view).toEqual([])
    }
  })

  it('of letters do the same in Images and in Confusions', () => {
    const { images, confusions } = catalogue
    const shared = Object.entries(images.keys).filter(([key]) => /^[a-zA-Z]$/.test(key) && key in confusions.keys)
    expect(shared.map(([key]) => key)).toEqual(expect.arrayContaining(['l', 'x', 'u', 'U']))
    for (const [key, does] of shared) expect((confusions.keys as Readonly<Record<string, string>>)[key], key).toBe(does)
  })

  it('that a view listens to are in the list, and called what the list calls them', () => {
    const features = path.resolve(import.meta.dirname, '../features')
    const known = new Set(Object.values(catalogue).flatMap(({ keys }) => Object.keys(keys)))
    const wrong = globSync('**/*.{vue,ts}', { cwd: features, exclude: (file) => file.endsWith('.test.ts') }).sort().flatMap((file) => {
      const source = readFileSync(path.join(features, file), 'utf8')
      if (!source.includes('useShortcuts(')) return []
      const shortcuts = [...source.matchAll(/\bkeys: '([^']+)', does: ([^,]+),/g)]
      if (shortcuts.length === 0) return [`${file}: no shortcut is written as this test reads them`]
      return shortcuts.flatMap(([, keys, does]) => (known.has(keys!) && [`keys.${keys}`, `keys['${keys}']`].some((name) => does!.endsWith(name)) ? [] : [`${file}: ${keys}`]))
    })
    expect(wrong).toEqual([])
  })
})
