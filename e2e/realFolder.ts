/** A real, long-tailed folder of labelled images: emoji by subcategory, head to tail. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

interface Emoji {
  readonly image: string
  readonly subcategory: string
  readonly has_img_google: boolean
}

/** Images of each class, so that all three groups are there. */
export const classCounts: Readonly<Record<string, number>> = {
  'country-flag': 140,
  'face-smiling': 14,
  'animal-mammal': 60,
  clothing: 40,
  'food-fruit': 19,
  'animal-bug': 12,
  'plant-flower': 8,
  'musical-instrument': 6,
}

export const realImages = Object.values(classCounts).reduce((sum, count) => sum + count, 0)

/** Fills the folder with class folders of PNG images. Returns how many images it wrote of each class. */
export function makeRealFolder(folder: string): Readonly<Record<string, number>> {
  const emojiPackage = path.dirname(createRequire(import.meta.url).resolve('emoji-datasource-google/package.json'))
  const emoji = JSON.parse(readFileSync(path.join(emojiPackage, 'emoji.json'), 'utf8')) as readonly Emoji[]
  const written: Record<string, number> = {}
  for (const [name, most] of Object.entries(classCounts)) {
    const images = emoji
      .filter(({ subcategory, has_img_google }) => subcategory === name && has_img_google)
      .map(({ image }) => path.join(emojiPackage, 'img/google/64', image))
      .filter((file) => existsSync(file))
      .slice(0, most)
    mkdirSync(path.join(folder, name), { recursive: true })
    for (const file of images) copyFileSync(file, path.join(folder, name, path.basename(file)))
    written[name] = images.length
  }
  return written
}
