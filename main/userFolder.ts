import os from 'node:os'
import path from 'node:path'

/**
 * Where the program keeps what belongs to no project, as each system has it; `RIDE_USER_DIR` moves it. The folder may not
 * exist yet.
 */
export function userFolder(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const moved = environment['RIDE_USER_DIR']
  if (moved) return path.resolve(moved)
  const home = os.homedir()
  if (platform === 'win32') return path.join(environment['APPDATA'] || path.join(home, 'AppData', 'Roaming'), 'RIDE Workbench')
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'RIDE Workbench')
  const data = environment['XDG_DATA_HOME']
  // The XDG specification tells programs to ignore relative paths in its variables.
  return path.join(data && path.isAbsolute(data) ? data : path.join(home, '.local', 'share'), 'ride-workbench')
}
