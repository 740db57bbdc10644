/**
 * Packs the program for this system: npm run package [-- --all]
 *
 * Without `--all` it is packed as one folder, and that as a .tar.gz, for which no tool has to be downloaded; with it all
 * targets of electron-builder.yml are made. RIDE_ELECTRON_DIST names a folder with an Electron to be used instead of
 * one that is downloaded. Prints what was made, its size and its SHA-256, and last the same as one JSON line.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { build, Platform } from 'electron-builder'
import { ensureRuntime } from '../main/runtime/install.mjs'
import { SetupProblem } from '../main/runtime/problem.mjs'
import { execute, findProgram, lastWords } from '../main/runtime/processes.mjs'
import { inWords, say, stage as progressOf } from '../main/runtime/words.mjs'
import { contents } from './package/contents.mjs'
import { configFor, localElectron } from './package/electron.mjs'
import { licences, ofTensorflow } from './package/licences.mjs'
import { filesBelow, stage } from './package/stage.mjs'

const root = path.resolve(import.meta.dirname, '..')
const { values: asked } = parseArgs({ options: { all: { type: 'boolean', default: false } } })

try {
  await makePackage()
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error
  say(`The package cannot be made. ${error.message}`)
  process.exitCode = 1
}

async function makePackage() {
  const named = process.env['RIDE_ELECTRON_DIST']
  const electron = named ? localElectron(path.resolve(named)) : undefined
  const runtime = await ensureRuntime({ root, node: process.execPath, wanted: 'cpu' })
  const built = path.join(root, electron?.isOld ? 'out/electron22' : 'out')
  if (electron?.isOld) await must(process.execPath, [path.join(root, 'scripts', 'build.mjs'), '--electron22'])

  if (!existsSync(ofTensorflow(runtime))) {
    const problem = `The TensorFlow in ${runtime} was installed without the licences of what is in it: remove that folder and run npm run setup`
    if (asked.all) throw new SetupProblem(`${problem}, then run the command again.`)
    say(`Package: for use on this machine, not to be given to others. ${problem}.`)
  }
  const staging = progressOf('Package', 'gathering what goes into it')
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const { name, productName, version, description, license, main } = manifest
  await stage(path.join(root, 'out', 'package'), contents({ root, built, runtime, platform: process.platform, arch: process.arch }), {
    manifest: { name, productName, version, description, license, main, dependencies: { 'better-sqlite3': manifest.dependencies['better-sqlite3'] } },
    notices: licences(root, built),
    slim: strip,
  })
  staging.done('gathered')

  // What an earlier version or another system left there would be taken for this one.
  rmSync(path.join(root, 'dist'), { recursive: true, force: true })
  const made = await build({
    projectDir: root,
    publish: 'never',
    targets: Platform.current().createTarget(asked.all ? undefined : 'dir'),
    config: { extends: path.join(root, 'electron-builder.yml'), ...(electron && configFor(electron)) },
  })
  const files = asked.all ? made : [await pack(version)]
  const told = []
  for (const file of files) told.push(await describe(file))
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

/** @param {string} command @param {readonly string[]} args */
async function must(command, args) {
  const done = await execute(command, args, { cwd: root })
  if (done.code !== 0) throw new SetupProblem(`${path.basename(command)} ${args.map((arg) => path.basename(arg)).join(' ')} failed: ${lastWords(done.output)}.`)
}

/** Takes the symbols for debuggers out of TensorFlow's libraries, a quarter of their size. @param {string} folder */
async function strip(folder) {
  const program = process.platform === 'linux' ? findProgram(['strip']) : null
  if (program === null) return
  for (const file of filesBelow(folder).filter((name) => /\.(so(\.\d+)?|node)$/.test(name))) await must(program, ['--strip-unneeded', path.join(folder, file)])
}

/** The unpacked folder as one file. @param {string} version @returns {Promise<string>} */
async function pack(version) {
  const dist = path.join(root, 'dist')
  const folder = ['linux-unpacked', 'win-unpacked', 'mac', 'mac-arm64'].find((name) => existsSync(path.join(dist, name))) ?? ''
  const name = `ride-workbench-${version}-${process.platform}-${process.arch}`
  const file = path.join(dist, `${name}.tar.gz`)
  const progress = progressOf('Package', `packing ${inWords(sizeOf(path.join(dist, folder)))}`)
  const tar = findProgram(['tar'])
  if (tar === null) throw new SetupProblem('tar was not found, and it packs the program: install tar, and run the command again.')
  const isGnu = (await execute(tar, ['--version'])).output.includes('GNU')
  // The same files make the same archive, whoever packs them and when.
  const even = isGnu ? ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=2000-01-01 00:00Z', `--transform=flags=r;s,^${folder},${name},`, '--use-compress-program=gzip -n'] : ['-z']
  await must(tar, [...even, '-cf', file, '-C', dist, folder])
  progress.done('packed')
  return file
}

/** @param {string} folder */
function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)
}

/** @param {string} file */
async function describe(file) {
  const { size } = statSync(file)
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  const sha256 = hash.digest('hex')
  say(`${path.relative(root, file)}: ${inWords(size)}, SHA-256 ${sha256}`)
  return { file, bytes: size, sha256 }
}
