/** The key that an event is of, a letter as it would be without Caps Lock: large with Shift alone. */
export function keyOf({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  if (key.length !== 1) return key
  const [small, large] = [key.toLowerCase(), key.toUpperCase()]
  // What is no letter is the same either way; and of some letters the large one is more than one character.
  return small === large || large.length !== 1 ? key : shiftKey ? large : small
}
