/** The list of shortcuts as it is read: by view, the one that is shown first. */
import type { Shortcut } from '../composables/useShortcuts.ts'
import { keys as catalogue } from '../text/keys.ts'

export interface ShortcutGroup {
  readonly name: string
  readonly title: string
  /** What can be done by more than one key stands once. */
  readonly lines: readonly { readonly does: string; readonly keys: readonly string[] }[]
}

/**
 * @param here the view that is shown, whose keys come first
 * @param active what can be pressed now: what no catalogue knows, as keys of the menu, belongs to its group, else to the view
 * @param typed what to search for, in what keys do and in the keys themselves
 */
export function shortcutList(here: string, active: readonly Shortcut[], typed = ''): readonly ShortcutGroup[] {
  const wanted = typed.trim().toLowerCase()
  const names = Object.keys(catalogue) as (keyof typeof catalogue)[]
  const groups = [...names].sort((a, b) => rank(a, here) - rank(b, here)).map((name): ShortcutGroup => {
    const known = Object.entries(catalogue[name].keys)
    const others = active.filter((one) => (one.group ?? here) === name && !known.some(([keys]) => keys === one.keys)).map((one): [string, string] => [one.keys, one.does])
    const all = [...others, ...known]
    const lines = [...new Set(all.map(([, does]) => does))].map((does) => ({ does, keys: all.flatMap(([keys, other]) => (other === does ? [keys] : [])) }))
    return { name, title: catalogue[name].title, lines: lines.filter(({ does, keys }) => `${does} ${keys.join(' ')}`.toLowerCase().includes(wanted)) }
  })
  return groups.filter(({ lines }) => lines.length > 0)
}

/** The groups in two columns of about the same length, each in order: the first group begins the first column, the second the other. */
export function inTwoColumns(groups: readonly ShortcutGroup[]): readonly (readonly ShortcutGroup[])[] {
  const columns: { length: number; readonly groups: ShortcutGroup[] }[] = [{ length: 0, groups: [] }, { length: 0, groups: [] }]
  for (const group of groups) {
    const shorter = columns[1]!.length < columns[0]!.length ? columns[1]! : columns[0]!
    shorter.groups.push(group)
    shorter.length += titleLines + group.lines.length
  }
  return columns.flatMap((column) => (column.groups.length > 0 ? [column.groups] : []))
}

/** A group's title with the space before it, in lines. */
const titleLines = 2

const rank = (name: string, here: string): number => (name === here ? 0 : name === 'everywhere' ? 1 : 2)
