/** Whether the native TensorFlow runtime is in place, asked before a trainer is started. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'

const require = createRequire(import.meta.url)

/**
 * The addon that the trainer will load. Throws `runtime-missing` where set-up has not put it, or the libraries that it
 * needs, in place, or where they are gone by now.
 *
 * `packageFolder` is the npm package's, found from here when left out.
 */
export function findRuntime(packageFolder = path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))): string {
  const addon = path.join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node')
  // existsSync follows the link, so that an emptied cache is noticed.
  const missing = [addon, path.join(packageFolder, 'deps', 'lib')].find((place) => !existsSync(place))
  if (missing === undefined) return addon
  throw new Failure('runtime-missing', 'The TensorFlow runtime is not installed, so nothing can be trained or evaluated: run npm run setup, and try again.', { missing })
}
