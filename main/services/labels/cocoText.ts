/**
 * COCO for the labels of whole images: one annotation for each image that has a label, whose box is the image. A class of
 * nested folders keeps its whole name and has what is before the last slash as its supercategory.
 */
import type { ExportedImage } from '../../store/exporting.ts'

export async function* cocoText(project: string, classes: readonly { readonly id: number; readonly name: string }[], pages: () => AsyncIterable<readonly ExportedImage[]>): AsyncGenerator<string> {
  const description = `${project}: labels of whole images, exported by RIDE Workbench. The box of an annotation is its image.`
  const categories = classes.map(({ id, name }) => ({ id, name, supercategory: name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : 'none' }))
  yield `{"info":${JSON.stringify({ description, version: '1.0' })},\n"licenses":[],\n"categories":[\n${categories.map((one) => JSON.stringify(one)).join(',\n')}\n],\n"images":[`
  yield* listed(pages(), ({ imageId, path, folder, split, width, height }) => ({ id: imageId, file_name: path, width, height, source: folder, split }))
  yield '\n],\n"annotations":['
  yield* listed(pages(), ({ n, imageId, classId, width, height }) => (classId === null ? null : { id: n, image_id: imageId, category_id: classId, bbox: [0, 0, width, height], area: width * height, iscrowd: 0, segmentation: [] }))
  yield '\n]}\n'
}

/** One entry a line; an image that `entryOf` makes nothing of has none. */
async function* listed(pages: AsyncIterable<readonly ExportedImage[]>, entryOf: (image: ExportedImage) => object | null): AsyncGenerator<string> {
  let before = '\n'
  for await (const page of pages) {
    let text = ''
    for (const image of page) {
      const entry = entryOf(image)
      if (!entry) continue
      text += before + JSON.stringify(entry)
      before = ',\n'
    }
    yield text
  }
}
