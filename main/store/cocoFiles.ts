/** The three lists of a COCO file, whose order in the file is free, gathered so that they can be joined. */
import type { Split } from '../../shared/contract/common.ts'
import { inTemporaryTables, row, rows, run, type Db } from './db.ts'

export interface CocoImage {
  readonly id: string
  readonly line: number
  readonly path: string
  readonly source: string | null
  readonly split: Split | null
}

export interface CocoAnnotation {
  readonly image: string
  readonly category: string
  readonly line: number
  /** In the file's list of annotations. */
  readonly position: number
}

export interface CocoRows {
  readonly images: readonly CocoImage[]
  readonly annotations: readonly CocoAnnotation[]
  readonly categories: readonly { readonly id: string; readonly name: string }[]
}

/** Answers the first image or category whose id another one had before; its like are left out. */
export function gatherCoco(db: Db, { images, annotations, categories }: CocoRows): { readonly list: 'images' | 'categories'; readonly id: string } | undefined {
  return inTemporaryTables(db, () => {
    for (const { id, line, path, source, split } of images) {
      const { changes } = run(db, 'INSERT OR IGNORE INTO temp.coco_image (id, line, path, source, split) VALUES (?, ?, ?, ?, ?)', id, line, path, source, split)
      if (changes === 0) return { list: 'images', id }
    }
    for (const { image, category, line, position } of annotations) {
      run(db, 'INSERT OR IGNORE INTO temp.coco_annotation (image, category, line, position) VALUES (?, ?, ?, ?)', image, category, line, position)
    }
    for (const { id, name } of categories) {
      const { changes } = run(db, 'INSERT OR IGNORE INTO temp.coco_category (id, name) VALUES (?, ?)', id, name)
      if (changes === 0) return { list: 'categories', id }
    }
    return undefined
  })
}

/** The first annotation that names an image or a category which is not in the file. */
export function danglingAnnotation(db: Db): (CocoAnnotation & { readonly what: 'image' | 'category' }) | undefined {
  return row<CocoAnnotation & { readonly what: 'image' | 'category' }>(
    db,
    `SELECT image, category, coco_annotation.line, position, iif(coco_image.id IS NULL, 'image', 'category') AS what
     FROM temp.coco_annotation LEFT JOIN temp.coco_image ON coco_image.id = image LEFT JOIN temp.coco_category ON coco_category.id = category
     WHERE coco_image.id IS NULL OR coco_category.id IS NULL ORDER BY coco_annotation.line, position LIMIT 1`,
  )
}

/** A page of the images with the names of their categories, each once, by id; an empty list where they have none. */
export function cocoImagesAfter(db: Db, id: string, limit: number): (CocoImage & { readonly labels: readonly string[] })[] {
  const found = rows<CocoImage & { readonly names: string | null }>(
    db,
    `SELECT id, line, path, source, split,
       (SELECT json_group_array(DISTINCT name) FROM temp.coco_annotation JOIN temp.coco_category ON coco_category.id = category WHERE image = coco_image.id) AS names
     FROM temp.coco_image WHERE id > ? ORDER BY id LIMIT ?`,
    id,
    limit,
  )
  return found.map(({ names, ...image }) => Object.assign(image, { labels: names === null ? [] : (JSON.parse(names) as string[]) }))
}
