/** Files that a person names for a run. */
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { placeOf } from '../../places.ts'
import { refuseUnreadablePlace } from '../places.ts'

/**
 * The absolute path. A window knows no working folder that a relative one could be meant from.
 * @throws Failure `invalid-input`
 */
export function wholePathOf(written: string): string {
  const place = placeOf(written)
  if (!path.isAbsolute(written) && place === path.resolve(written)) throw new Failure('invalid-input', `${written} is no absolute path. Write the whole path of the file, from the root or from ~.`)
  return place
}

const weightsEndings = ['.safetensors', '.pth']

/**
 * A weights file that is there.
 * @throws Failure `invalid-input`, `not-found`
 */
export function weightsPlace(written: string): string {
  const file = wholePathOf(written)
  if (!weightsEndings.includes(path.extname(file).toLowerCase())) throw new Failure('invalid-input', `${file} does not end in ${weightsEndings.join(' or ')}, the formats that weights are read from. Choose such a file.`)
  refuseUnreadablePlace(file, 'Choose a weights file.')
  return file
}
