/** One set-up at a time in a clone: the second waits for the first. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../../main/runtime/words.mjs'

const stopSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/** Ends in order, so that what is half-done is cleared away. @param {NodeJS.Signals} signal */
function exit(signal) {
  process.exit(128 + os.constants.signals[signal])
}

/**
 * @template Result
 * @param {string} root
 * @param {() => Promise<Result>} work
 */
export async function alone(root, work) {
  const lock = path.join(root, 'out', '.ride-setup-lock')
  mkdirSync(path.dirname(lock), { recursive: true })
  for (let told = false; !take(lock); told = true) {
    if (!told) say('Set-up: another one is at work in this clone; waiting for it.')
    await sleep(200)
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  for (const signal of stopSignals) process.on(signal, exit)
  try {
    return await work()
  } finally {
    for (const signal of stopSignals) process.removeListener(signal, exit)
    process.removeListener('exit', release)
    release()
  }
}

/** @param {string} lock @returns {boolean} */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    if (!isLeft(lock)) return false
    clear(lock)
    return take(lock)
  }
}

/**
 * Takes a dead lock away. Of several that see it at once only one moves it; a slower one that finds the lock of a living
 * set-up in its hands instead puts it back.
 * @param {string} lock
 */
function clear(lock) {
  const aside = `${lock}-${process.pid}`
  try {
    renameSync(lock, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if (isLeft(aside)) rmSync(aside)
  else renameSync(aside, lock)
}

/** Whether the process that took the lock is dead. @param {string} lock */
function isLeft(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'))
    // An empty file is a lock that is just being taken, or one whose taker died at that very moment.
    if (owner === 0) return Date.now() - statSync(lock).mtimeMs > 10_000
    process.kill(owner, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
