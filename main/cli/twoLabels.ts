/** Pictures whose copies, of exactly the same bytes, have more than one class. */
import type { Image } from '../../shared/contract/images.ts'
import { counted, whole } from './print.ts'
import { safeText } from './safe.ts'
import type { ProjectSession } from './session.ts'

const imagesPage = 1000
const picturesShown = 20

/** Copies of one picture, with the class of each. */
type Picture = readonly { readonly id: number; readonly path: string; readonly class: string | null }[]

export async function picturesWithTwoLabels({ call, project }: ProjectSession): Promise<Picture[]> {
  const images: Image[] = []
  for (let total = Infinity; images.length < total; ) {
    const page = await call('images.list', { projectId: project.id, contradictions: true, sort: 'name', offset: images.length, limit: imagesPage })
    total = page.images.length === 0 ? 0 : page.total
    images.push(...page.images)
  }
  const pictures = new Map<number, Picture>()
  for (const { id, duplicateOf, path, className } of images) {
    const original = duplicateOf ?? id
    pictures.set(original, [...(pictures.get(original) ?? []), { id, path, class: className }])
  }
  return [...pictures.values()]
}

export function twoLabelsWords(pictures: readonly Picture[]): string[] {
  if (pictures.length === 0) return ['No copies of one picture have different labels.']
  return [
    `${counted(pictures.length, 'picture')} with two labels: of each at most one can be right.`,
    ...pictures.slice(0, picturesShown).map((copies) => safeText(`  ${copies.map((one) => `${one.path} (${one.class})`).join(' and ')}`)),
    ...(pictures.length > picturesShown ? [`  ... and ${whole(pictures.length - picturesShown)} more`] : []),
  ]
}
