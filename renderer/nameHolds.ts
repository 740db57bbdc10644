/** Whether a name holds what was typed, in capitals or not; nothing typed is in every name. */
export function nameHolds(name: string, typed: string): boolean {
  return name.toLowerCase().includes(typed.trim().toLowerCase())
}
