/** Picking a class by a few letters. */
export const classPicker = {
  label: 'Class',
  placeholder: 'Type a class',
  list: 'Classes',
  make: (name: string): string => `Make the class ${name}`,
  none: 'No class is named so.',
  more: (count: string): string => `and ${count} more: type on to narrow them down`,
  found: (count: number): string => (count === 1 ? '1 class' : `${count} classes`),
}
