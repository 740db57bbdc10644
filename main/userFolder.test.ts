import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { userFolder } from './userFolder.ts'

test('each system has its own place, and RIDE_USER_DIR comes before all of them', () => {
  const home = os.homedir()
  expect(userFolder({}, 'linux')).toBe(path.join(home, '.local/share/ride-workbench'))
  expect(userFolder({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/ride-workbench')
  expect(userFolder({ XDG_DATA_HOME: 'data' }, 'linux')).toBe(path.join(home, '.local/share/ride-workbench'))
  expect(userFolder({}, 'darwin')).toBe(path.join(home, 'Library/Application Support/RIDE Workbench'))
  expect(userFolder({ APPDATA: '/roaming' }, 'win32')).toBe(path.join('/roaming', 'RIDE Workbench'))
  expect(userFolder({ RIDE_USER_DIR: '/elsewhere', XDG_DATA_HOME: '/data' }, 'linux')).toBe('/elsewhere')
})
