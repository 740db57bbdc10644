/** What is to be said of classes that no image tests, in the same words in a window, in a report and on the command line. */
import type { Split } from './contract/common.ts'
import { splitWords } from './splits.ts'
import { count, counted } from './words.ts'

const namesTold = 5

/** "2 classes have no validation image, and nothing is known of them: lynx, wolf." */
export function untestedSentence(names: readonly string[], split: Split): string {
  return `${withoutImage(names, split)}, and nothing is known of ${names.length === 1 ? 'it' : 'them'}: ${firstOf(names)}.`
}

/** Of classes that one of two runs may have been scored on: "1 class has no validation image that both runs were scored on, so that it is not compared: lynx." */
export function notComparedSentence(names: readonly string[], split: Split): string {
  return `${withoutImage(names, split)} that both runs were scored on, so that ${names.length === 1 ? 'it is' : 'they are'} not compared: ${firstOf(names)}.`
}

const withoutImage = (names: readonly string[], split: Split): string => `${counted(names.length, 'class has', 'classes have')} no ${splitWords[split]} image`

function firstOf(names: readonly string[]): string {
  const more = names.length > namesTold ? ` and ${count(names.length - namesTold)} more` : ''
  return `${names.slice(0, namesTold).join(', ')}${more}`
}
