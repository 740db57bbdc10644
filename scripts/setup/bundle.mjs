/** Whether what is built is newer than what it is built from. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SetupProblem } from '../../main/runtime/problem.mjs'
import { execute } from '../../main/runtime/processes.mjs'
import { stage } from '../../main/runtime/words.mjs'
import { nodeProgram } from './packages.mjs'

const sources = ['main', 'renderer', 'shared', 'resources', 'scripts/build.mjs', 'scripts/notices.mjs', 'package.json', 'package-lock.json', 'tsconfig.base.json']
const products = ['out/main/main.cjs', 'out/main/preload.cjs', 'out/main/cli.cjs', 'out/main/trainer.cjs', 'out/main/decoder.cjs', 'out/renderer/index.html', 'out/THIRD-PARTY-NOTICES.txt']

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'out', '.ride-build')
}

/** Names, sizes and times of all sources in one hash. @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256')
  /** @param {string} place relative to the root */
  const take = (place) => {
    const found = statSync(path.join(root, place), { throwIfNoEntry: false })
    if (found?.isDirectory()) {
      for (const name of readdirSync(path.join(root, place)).sort()) take(path.posix.join(place, name))
    } else if (found && !place.endsWith('.test.ts')) hash.update(`${place} ${found.size} ${found.mtimeMs}\n`)
  }
  for (const place of sources) take(place)
  return `${hash.digest('hex')}\n`
}

/** @param {string} root */
export function bundleIsReady(root) {
  if (!existsSync(stampFile(root)) || products.some((file) => !existsSync(path.join(root, file)))) return false
  return readFileSync(stampFile(root), 'utf8') === fingerprint(root)
}

/** @param {string} root */
export async function buildBundle(root) {
  const progress = stage('Build', 'bundling the programs and the page')
  rmSync(stampFile(root), { force: true })
  const before = fingerprint(root)
  const built = await execute(nodeProgram(root), [path.join(root, 'scripts', 'build.mjs')], { cwd: root })
  if (built.code !== 0) {
    progress.broken()
    process.stderr.write(built.output)
    throw new SetupProblem('The build failed, as told above: mend the sources (or fetch them anew), and run the command again.')
  }
  mkdirSync(path.dirname(stampFile(root)), { recursive: true })
  writeFileSync(stampFile(root), before)
  progress.done('ready')
}
