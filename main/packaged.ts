/**
 * The packaged program: an archive, and beside it in folders of their own what must be files of the system's.
 *
 *     resources/
 *       app.asar            the programs and the page
 *       app.asar.unpacked/  better-sqlite3's library
 *       decoder/            the decoding program with sharp, and on Linux the Node that runs it
 *       onnx/               ONNX Runtime
 *       tensorflow/         the addon and TensorFlow's libraries
 *
 * Electron checks the archive; what lies beside it is held against the list that the archive carries.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { openParts, type PackedParts } from './parts.ts'

const program = fileURLToPath(import.meta.url)
const archive = /^.+\.asar(?=[\\/])/.exec(program)?.[0]

/** Undefined where the program runs from a clone. */
export function resourcesFolder(): string | undefined {
  return archive === undefined ? undefined : path.dirname(archive)
}

const parts = archive === undefined ? undefined : openParts((part) => (part === 'store' ? `${archive}.unpacked` : path.join(path.dirname(archive), part)), readList())

function readList(): PackedParts {
  return JSON.parse(readFileSync(path.join(path.dirname(program), 'parts.json'), 'utf8')) as PackedParts
}

/**
 * Before anything of a part is loaded or started; a clone has nothing to check.
 * @throws Failure `damaged`
 */
export async function requireWhole(part: keyof PackedParts): Promise<void> {
  await parts?.requireWhole(part)
}
