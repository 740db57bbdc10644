/** What a reader must not take from a report's figures, in sentences. */
import { splitWords } from '../../../shared/splits.ts'
import { untestedSentence } from '../../../shared/untested.ts'
import type { ReportFacts } from './facts.ts'

/** A class with fewer images than this tells its recall to within tens of points. */
const littleEvidence = 10

/** A name from outside, which keeps its direction of writing to itself. */
const isolated = (name: string): string => `\u2068${name}\u2069`

const classes = (n: number): string => `${n.toLocaleString('en')} ${n === 1 ? 'class has' : 'classes have'}`

export function limitsOf({ run, scored }: ReportFacts): string[] {
  if (!scored) return ['The run was not scored: nothing is known of how it does on images that it was not trained on.']
  const { perClass, split, leftOut, untested } = scored
  const little = perClass.filter(({ support }) => support > 0 && support < littleEvidence).length
  return [
    ...(untested.length > 0 ? [untestedSentence(untested.map(isolated), split)] : []),
    ...(little > 0 ? [`${classes(little)} fewer than ${littleEvidence} ${splitWords[split]} images: recall there is known to within tens of points, as the intervals tell.`] : []),
    'Intervals are of chance alone (Wilson, 95 %). They know nothing of wrong labels, or of images that are unlike those in the field.',
    ...(split === 'val' ? ['Validation images are what choices are made on. A fair last word comes from test images that no choice was made on.'] : []),
    ...(split === 'train' ? ['These are training images, which the run has learnt from: on others it does worse.'] : []),
    ...(leftOut > 0 ? [`${leftOut.toLocaleString('en')} ${leftOut === 1 ? 'image was' : 'images were'} left out, because by now they have no label, or one of a class that the run does not know.`] : []),
    ...(run.status === 'finished' ? [] : ['The run did not train to its end: figures are those of its last checkpoint.']),
    'One run is one draw: the same configuration with another seed comes to other figures.',
  ]
}
