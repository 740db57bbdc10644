import { groups as all, type Group } from '../../shared/tail.ts'

const names = { many: 'many', medium: 'medium', few: 'few' } satisfies Record<Group, string>
/** Training images of a class in each group. */
const limits = { many: 'more than 100', medium: '20 to 100', few: 'fewer than 20' } satisfies Record<Group, string>

/** The groups of classes: many, medium and few, as everywhere; what that means is said in the hint. */
export const groups = {
  names,
  all: 'All classes',
  limits,
  /** Where a name stands by itself, as over a column. */
  titles: { many: 'Many', medium: 'Medium', few: 'Few' } satisfies Record<Group, string>,
  hint: (group: Group) => `${names[group]}: classes with ${limits[group]} training images`,
  /** Of the classes of a mix, those groups that there are any of. */
  mix: (counts: Readonly<Record<Group, number>>) => all.flatMap((group) => (counts[group] > 0 ? [`${counts[group]} ${names[group]}`] : [])).join(', '),
}
