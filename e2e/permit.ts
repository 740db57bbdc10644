import { chmodSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Lets a folder and all in it be written to, or be read alone. */
export function permit(folder: string, writing: boolean): void {
  for (const name of ['', ...(readdirSync(folder, { recursive: true }) as string[])]) {
    const place = path.join(folder, name)
    const bits = statSync(place).isDirectory() ? 0o755 : 0o644
    chmodSync(place, writing ? bits : bits & 0o555)
  }
}
