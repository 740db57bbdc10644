import { useNumberFormat } from '../composables/useNumberFormat.ts'
import { imagesOf } from './counts.ts'

const { count } = useNumberFormat()

/** A folder of images that was moved: where that is seen, and where it is said. */
export const relink = {
  gone: (folders: readonly string[]) =>
    folders.length === 1
      ? `The folder ${folders[0]}, which images were imported from, is not there. Their labels and splits are kept.`
      : `${count(folders.length)} folders that images were imported from are not there: ${folders.join(', ')}. Labels and splits are kept.`,
  missing: 'The files of these images were not in their folder when it was last looked through. Labels and splits are kept.',
  ask: 'The folder was moved…',

  title: 'A folder that was moved',
  reading: 'Looking for folders with missing files',
  noneMissing: 'Every folder that images were imported from is where it was, and none of its files is missing.',
  from: 'Imported from',
  source: (folder: string, missing: number, isThere: boolean) => [folder, ...(isThere ? [] : ['not there']), ...(missing > 0 ? [`${imagesOf(missing)} missing`] : [])].join(', '),
  to: 'Lies now in',
  toHint: 'Its images are looked for at the same paths in it. Nothing changes before it was shown what lies there.',
  toTitle: 'Where the folder lies now',
  look: 'Look for the images',
  going: 'Search for the images',

  found: (there: number, images: number) => `${count(there)} of ${imagesOf(images)} ${images === 1 ? 'lies' : 'lie'} there.`,
  compared: (compared: number, there: number) => (compared < there ? `All have the size that was imported, and ${count(compared)} that were compared have the same content.` : 'All have the content that was imported.'),
  absent: (images: number) => `${imagesOf(images)} ${images === 1 ? 'is' : 'are'} not there: missing until ${images === 1 ? 'its file is' : 'their files are'} back and the folder is imported again.`,
  differing: (images: number) => `${imagesOf(images)} ${images === 1 ? 'has' : 'have'} other content there than was imported, and ${images === 1 ? 'is' : 'are'} missing too`,
  another: 'Another folder',
  send: 'Use this folder',
  done: (there: number, folder: string) => `${imagesOf(there)} found again in ${folder}`,
}
