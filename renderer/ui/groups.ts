import type { Group } from '../../shared/tail.ts'

/** Training images of a class in each group, in words. */
export const groupLimits: Readonly<Record<Group, string>> = { many: 'more than 100', medium: '20 to 100', few: 'fewer than 20' }
