/** What the packaged program does not take on its command line: a debugger, and programs in the place of its own. */
import type { App } from 'electron'

/** Electron's fuses shut out Node's inspector, but not Chromium's. */
const refused = [
  'browser-subprocess-path',
  'disable-site-isolation-trials',
  'disable-web-security',
  'gpu-launcher',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'inspect-publish-uid',
  'js-flags',
  'load-extension',
  'ppapi-plugin-launcher',
  'remote-allow-origins',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
]

/** Ends a program that was started with one, before a page or a port is opened. */
export function refuseSwitches(app: App): void {
  const found = refusedSwitch((name) => app.commandLine.hasSwitch(name))
  if (found === undefined) return
  console.error(`RIDE Workbench does not start with --${found}, which would let another program into this one. Start it without.`)
  // At once: Chromium opens a debugger's port as soon as it has read its command line.
  process.exit(1)
}

/** @param hasSwitch as the command line's */
export function refusedSwitch(hasSwitch: (name: string) => boolean): string | undefined {
  return refused.find(hasSwitch)
}
