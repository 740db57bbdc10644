/** Projects whose file is damaged: which can be rescued, and what one that was rescued has lost, in words for every window and for the command line. */
import * as v from 'valibot'
import type { Rescued } from './contract/projects.ts'
import type { Failure } from './failure.ts'
import { counted } from './words.ts'

const DamagedSchema = v.object({ folder: v.string() })

/** The folder of a project that could not be opened because it is damaged; null where something else went wrong. */
export function damagedFolder({ code, detail }: Failure): string | null {
  return code === 'damaged' && v.is(DamagedSchema, detail) ? detail.folder : null
}

const some = (images: number): string => counted(images, 'image')

export function lossSentences(lost: Rescued['lost']): string[] {
  const { images, again, runs } = lost
  const sentences = [
    ...(images > 0 ? [`Of ${some(images)} no file is known any more: they count as missing.`] : []),
    ...(images + again > 0 ? [`Import the folders again${again > 0 ? `, so that sizes and dates of ${some(again)} are known again` : ' to have them back'}.`] : []),
    ...(lost.labels > 0 ? [`Label or split of ${some(lost.labels)} may be lost.`] : []),
    ...(lost.classes ? ['Classes may have lost their names, or be there again after they were deleted or merged.'] : []),
    ...(lost.name ? ['The project lost its name, and has that of its folder.'] : []),
    ...(lost.history ? [images + lost.labels > 0 ? 'Earlier steps cannot be taken back.' : 'Labels and splits are as they were, but earlier steps cannot be taken back.'] : []),
    ...(runs.length > 0 ? [`${runs.length === 1 ? 'Run' : 'Runs'} ${runs.join(', ')} could not be kept on record; ${runs.length === 1 ? 'its' : 'their'} files stay.`] : []),
    ...(lost.curves ? ['Curves of runs may lack epochs.'] : []),
    ...(lost.scores ? ['Runs have to be scored again.'] : []),
    ...(lost.guesses ? ['Runs may have to guess images without a label again.'] : []),
    ...(lost.pairs ? ['Pairs that were said not to be alike may be shown again.'] : []),
    ...(lost.skipped ? ['The list of skipped files may be short of some until the folders are imported again.'] : []),
  ]
  return sentences.length > 0 ? sentences : ['Nothing was lost.']
}
