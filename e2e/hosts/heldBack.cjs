/**
 * Starts the app folder that is named after this file, as Electron's default app does, but ready only once Playwright is
 * attached: a window whose page is on the way just then is waited for in vain, which befell every third start on a busy
 * machine. Playwright's own loader does the same where it finds Electron itself.
 */
'use strict'
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { app } = require('electron')

const isReady = app.whenReady()
const isAttached = new Promise((resolve) => {
  // Playwright calls it, and knows no other name.
  Object.assign(globalThis, { __playwright_run: resolve })
})
app.whenReady = () => Promise.all([isReady, isAttached]).then(() => {})

process.argv.splice(process.argv.findIndex((word) => path.basename(word) === path.basename(__filename)), 1)
const folder = /** @type {string} */ (process.argv.at(-1))
const { productName, main } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
app.setName(productName)
require(path.join(folder, main))
