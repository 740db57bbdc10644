/** The sample: emoji in folders by their Unicode subcategory, a natural long tail from 259 country flags to one amphibian. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import * as v from 'valibot'
import { Failure } from '../../shared/failure.ts'
import { sweepTemporary, temporaryName } from '../atomic.ts'
import { resourcesFolder } from '../packaged.ts'

const EmojiSchema = v.array(v.object({ image: v.pipe(v.string(), v.regex(/^[\w-]+\.png$/)), category: v.string(), subcategory: v.string(), has_img_google: v.boolean() }))
const packageName = 'emoji-datasource-google'

const readme = `# Emoji by subcategory

1,911 emoji of 64 x 64 pixels in 99 classes: one folder for each category and subcategory of Unicode's emoji list.
Variants by skin tone are left out, because they would be near copies of one another.

Drawings: Noto Emoji (https://github.com/googlefonts/noto-emoji), Copyright Google LLC, Apache License 2.0
(https://www.apache.org/licenses/LICENSE-2.0).
Names, categories and files as cut by emoji-data (https://github.com/iamcal/emoji-data), npm package
emoji-datasource-google, Copyright (c) 2013 Cal Henderson, MIT License.
`

/**
 * Builds a new copy of the sample, so that an older one stays as its person left it.
 * @throws Failure `not-found` where the drawings are not installed
 */
export async function buildSample(userFolder: string): Promise<{ readonly imagesFolder: string; readonly projectFolder: string }> {
  const source = sampleSource()
  const emoji = v.parse(EmojiSchema, JSON.parse(readFileSync(path.join(source, 'emoji.json'), 'utf8')))
  const samples = path.join(userFolder, 'samples')
  mkdirSync(samples, { recursive: true })
  sweepTemporary(samples)
  const folder = freeName(samples)
  const temporary = temporaryName(folder)
  try {
    for (const { image, category, subcategory, has_img_google: isDrawn } of emoji) {
      const drawing = path.join(source, 'img', 'google', '64', image)
      if (!isDrawn || !existsSync(drawing)) continue
      const classFolder = path.join(temporary, 'images', folderName(category), folderName(subcategory))
      await mkdir(classFolder, { recursive: true })
      await copyFile(drawing, path.join(classFolder, image))
    }
    await writeFile(path.join(temporary, 'README.md'), readme)
    renameSync(temporary, folder)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    throw error
  }
  return { imagesFolder: path.join(folder, 'images'), projectFolder: path.join(folder, path.basename(folder)) }
}

/** Beside the packaged program, or the package of a development tree. */
function sampleSource(): string {
  const resources = resourcesFolder()
  if (resources) return path.join(resources, packageName)
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`))
  } catch {
    throw new Failure('not-found', `The sample's drawings are not installed (the package ${packageName} is missing). Install the development packages, or import a folder of your own.`)
  }
}

/** Category names are the package's: kept to what every file system takes. */
function folderName(name: string): string {
  return name.replace(/[^\w &-]/g, '-')
}

function freeName(samples: string): string {
  for (let n = 1; ; n++) {
    const folder = path.join(samples, `emoji-${String(n).padStart(3, '0')}`)
    if (!existsSync(folder)) return folder
  }
}
