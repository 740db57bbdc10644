/** What a file of labels says and nothing comes of, in the same words in a window and on the command line. */
import type { PassedOver } from './contract/labels.ts'
import { counted } from './words.ts'

export interface PassedOverNote {
  readonly text: string
  readonly examples: readonly string[]
}

/** A note of each kind that there is. */
export function passedOverNotes({ unchanged, unknownFiles, ambiguousFiles, contradictions, withoutClass }: PassedOver): PassedOverNote[] {
  return [
    { ...withoutExamples(unchanged), words: (many: number) => `${images(many)} ${many === 1 ? 'has' : 'have'} the label of the file already` },
    { ...unknownFiles, words: (many: number) => counted(many, 'row names a file that the project has not', 'rows name files that the project has not') },
    { ...ambiguousFiles, words: (many: number) => counted(many, 'row names several images at once', 'rows name several images at once') },
    { ...contradictions, words: (many: number) => `${images(many)} with several classes ${stay(many)}` },
    { ...withoutExamples(withoutClass), words: (many: number) => `${images(many)} without a class in the file ${stay(many)}` },
  ].flatMap(({ count: many, examples, words }) => (many > 0 ? [{ text: words(many), examples }] : []))
}

const withoutExamples = (many: number): { readonly count: number; readonly examples: readonly string[] } => ({ count: many, examples: [] })
const images = (many: number): string => counted(many, 'image')
const stay = (many: number): string => (many === 1 ? 'stays as it is' : 'stay as they are')
