/** TensorFlow's libraries out of the wheels that pip fetches. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SetupProblem } from './problem.mjs'
import { execute, findProgram, lastWords } from './processes.mjs'
import { inWords } from './words.mjs'

/** The Python whose wheels are taken where the user's own is older or newer than all that are pinned. */
const standInAbi = 'cp312'

const unpackProgram = `
import sys, zipfile
wheel, target, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        if member.filename.startswith(tuple(prefixes)) and not (member.filename.startswith('nvidia/') and '/include/' in member.filename):
            archive.extract(member, target)
`

/**
 * A Python with pip, or a SetupProblem that says what to install.
 * @returns {Promise<{ command: string, abi: string }>}
 */
export async function findPython() {
  const command = findProgram(process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'])
  if (command === null)
    throw new SetupProblem('Python 3 was not found, and it fetches TensorFlow: install python3 and python3-pip (on Debian and Ubuntu: apt-get install python3 python3-pip), and run the command again.')
  const version = await execute(command, ['-c', 'import sys; print("cp%d%d" % sys.version_info[:2]); assert sys.version_info >= (3, 8)'])
  if (version.code !== 0) throw new SetupProblem(`${command} is no Python 3.8 or newer, which fetches TensorFlow: install python3 and python3-pip, and run the command again.`)
  const pip = await execute(command, ['-m', 'pip', '--version'])
  if (pip.code !== 0)
    throw new SetupProblem(`${command} has no pip, which fetches TensorFlow: install it (on Debian and Ubuntu: apt-get install python3-pip; elsewhere: ${command} -m ensurepip --user), and run the command again.`)
  return { command, abi: version.output.trim() }
}

/**
 * Fetches the wheels into `folder/wheels`, where pip checks them against their pinned hashes, and unpacks what is
 * needed of them into `folder`.
 * @param {{ command: string, abi: string }} python
 * @param {import('./pins.mjs').WheelSet} wheels
 * @param {string} folder
 * @param {(text: string) => void} report
 */
export async function unpackWheels(python, wheels, folder, report) {
  const store = path.join(folder, 'wheels')
  mkdirSync(store)
  const abi = wheels.packages.every((pinned) => 'any' in pinned.hashes || python.abi in pinned.hashes) ? python.abi : standInAbi
  await download(python.command, wheels, abi, store, report)
  for (const name of readdirSync(store).filter((file) => file.endsWith('.whl'))) {
    const wheel = path.join(store, name)
    report(`unpacking ${name}`)
    const unpacked = await execute(python.command, ['-c', unpackProgram, wheel, folder, ...wheels.unpack])
    if (unpacked.code !== 0) throw explain(unpacked.output, `${name} could not be unpacked`)
    rmSync(wheel)
  }
  rmSync(store, { recursive: true })
}

/**
 * @param {string} python
 * @param {import('./pins.mjs').WheelSet} wheels
 * @param {string} abi
 * @param {string} store
 * @param {(text: string) => void} report
 */
async function download(python, wheels, abi, store, report) {
  const requirements = path.join(store, 'requirements.txt')
  const lines = wheels.packages.map(({ name, version, hashes }) => {
    const hash = hashes[abi] ?? hashes['any']
    return `${name}==${version} --hash=sha256:${hash}`
  })
  writeFileSync(requirements, `${lines.join('\n')}\n`)
  const timer = setInterval(() => {
    const bytes = Math.min(folderBytes(store), wheels.downloadBytes)
    report(`downloading ${inWords(bytes)} of ${inWords(wheels.downloadBytes)} (${Math.floor((100 * bytes) / wheels.downloadBytes)} %)`)
  }, 250)
  try {
    const fetched = await execute(
      python,
      ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off', '--retries', '2']
        .concat(['--require-hashes', '--only-binary=:all:', '--implementation', 'cp', '--abi', abi, '--python-version', `3.${abi.slice(3)}`])
        .concat(wheels.platforms.flatMap((platform) => ['--platform', platform]))
        .concat(['--dest', store, '--requirement', requirements]),
      // pip's own temporary files go where there is known to be room, and are swept with the rest.
      { env: { ...process.env, TMPDIR: store } },
    )
    if (fetched.code !== 0) throw explain(fetched.output, 'TensorFlow could not be fetched')
  } finally {
    clearInterval(timer)
  }
}

/**
 * What lies in pip's folder by now; pip moves and removes files meanwhile, so some may be gone when asked.
 * @param {string} folder
 * @returns {number} bytes
 */
function folderBytes(folder) {
  let bytes = 0
  for (const name of readdirSync(folder)) {
    const full = path.join(folder, name)
    const found = statSync(full, { throwIfNoEntry: false })
    if (found?.isDirectory()) bytes += name.startsWith('pip-') ? folderBytes(full) : 0
    else bytes += found?.size ?? 0
  }
  return bytes
}

/**
 * pip's many words as one sentence with its remedy.
 * @param {string} output
 * @param {string} what
 */
function explain(output, what) {
  if (/DO NOT MATCH THE HASHES/.test(output))
    return new SetupProblem('What pip fetched is not the TensorFlow that is pinned (its SHA-256 differs), so nothing of it was kept: check which package index pip uses (pip config list), and run the command again.')
  if (/No space left|Errno 28/.test(output)) return new SetupProblem(`${what}: the disk is full; free some space and run the command again.`, { final: true })
  if (/NewConnectionError|ConnectTimeout|Max retries|ConnectionError|ReadTimeout|ProxyError|SSLError|Temporary failure in name/.test(output))
    return new SetupProblem(`${what}: pip reached no package index; connect to the network (or name an index that can be reached: pip config set global.index-url URL), and run the command again.`)
  if (/No matching distribution|Could not find a version/.test(output))
    return new SetupProblem(`${what}: the package index that pip uses does not have it, or could not be reached; check the network and pip config list, and run the command again.`)
  return new SetupProblem(`${what}: ${lastWords(output)}`)
}
