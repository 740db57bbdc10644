/**
 * What a file of labels says, gathered in temporary tables of the connection, so that a million rows are counted and taken
 * over without lying in memory. One file at a time.
 */
import type { Split } from '../../shared/contract/common.ts'
import type { Step } from '../../shared/contract/labels.ts'
import { bringIn, type BroughtIn } from './classChanges.ts'
import { column, count, inTemporaryTables, row, rows, run, type Db } from './db.ts'
import { pieceSize, takingStep, type ChangeQuery } from './journal.ts'

/** An image that a file names, and what it says of it; names of classes as they are. */
export interface NamedImage {
  readonly imageId: number
  readonly label: string | null
  readonly split: Split | null
  readonly isContradictory: boolean
}

export function beginReading(db: Db): void {
  db.exec(`
    CREATE TEMP TABLE IF NOT EXISTS reading (image_id INTEGER PRIMARY KEY, label TEXT, split TEXT, is_contradictory INTEGER NOT NULL);
    CREATE TEMP TABLE IF NOT EXISTS reading_class (label TEXT PRIMARY KEY, class_id INTEGER) WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS file_name (name TEXT NOT NULL, image_id INTEGER NOT NULL, PRIMARY KEY (name, image_id)) WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS coco_image (id TEXT PRIMARY KEY, line INTEGER NOT NULL, path TEXT NOT NULL, source TEXT, split TEXT) WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS coco_annotation (image TEXT NOT NULL, category TEXT NOT NULL, line INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (image, category)) WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS coco_category (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;`)
  endReading(db)
}

export function endReading(db: Db): void {
  db.exec('DELETE FROM temp.reading; DELETE FROM temp.reading_class; DELETE FROM temp.file_name; DELETE FROM temp.coco_image; DELETE FROM temp.coco_annotation; DELETE FROM temp.coco_category')
}

/** An image that is named again must be said the same of. */
export function nameImages(db: Db, named: Iterable<NamedImage>): void {
  inTemporaryTables(db, () => {
    for (const { imageId, label, split, isContradictory } of named) {
      run(
        db,
        `INSERT INTO temp.reading (image_id, label, split, is_contradictory) VALUES (?, ?, ?, ?) ON CONFLICT (image_id) DO UPDATE SET
           is_contradictory = is_contradictory OR excluded.is_contradictory OR coalesce(label <> excluded.label, 0) OR coalesce(split <> excluded.split, 0),
           label = coalesce(label, excluded.label), split = coalesce(split, excluded.split)`,
        imageId,
        label,
        split,
        Number(isContradictory),
      )
    }
  })
}

export interface ReadingCounts {
  readonly matched: number
  readonly changes: number
  readonly unchanged: number
  readonly ofUnknownClasses: number
  readonly splitChanges: number
  readonly contradictions: number
  readonly withoutClass: number
  readonly unknownClassCount: number
}

const countsSql = `
  SELECT count(*) AS matched,
    count(*) FILTER (WHERE NOT is_contradictory AND known.class_id IS NOT NULL AND image.class_id IS NOT known.class_id) AS changes,
    count(*) FILTER (WHERE NOT is_contradictory AND image.class_id = known.class_id) AS unchanged,
    count(*) FILTER (WHERE NOT is_contradictory AND known.label IS NOT NULL AND known.class_id IS NULL) AS ofUnknownClasses,
    count(*) FILTER (WHERE NOT is_contradictory AND image.split <> reading.split) AS splitChanges,
    count(*) FILTER (WHERE is_contradictory) AS contradictions,
    count(*) FILTER (WHERE NOT is_contradictory AND reading.label IS NULL) AS withoutClass
  FROM temp.reading CROSS JOIN image ON image.id = reading.image_id LEFT JOIN temp.reading_class AS known ON known.label = reading.label
  WHERE reading.image_id > :after AND reading.image_id <= :upTo`

/** Finds the class of each label that was read, and counts what it all comes to. */
export function* countingRead(db: Db): Generator<void, ReadingCounts> {
  for (const images of stretchesRead(db)) {
    inTemporaryTables(db, () => run(db, 'INSERT OR IGNORE INTO temp.reading_class (label) SELECT label FROM temp.reading WHERE label IS NOT NULL AND NOT is_contradictory AND image_id > :after AND image_id <= :upTo', images))
    yield
  }
  inTemporaryTables(db, () => run(db, 'UPDATE temp.reading_class SET class_id = (SELECT id FROM class WHERE name = label AND removed = 0)'))
  const sums = { matched: 0, changes: 0, unchanged: 0, ofUnknownClasses: 0, splitChanges: 0, contradictions: 0, withoutClass: 0 }
  for (const images of stretchesRead(db)) {
    const counts = row<typeof sums>(db, countsSql, images)!
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += counts[key]
    yield
  }
  return { ...sums, unknownClassCount: count(db, 'SELECT count(*) FROM temp.reading_class WHERE class_id IS NULL') }
}

/** The images that were read, some after the other, from after an id up to another. */
function* stretchesRead(db: Db): Generator<{ readonly after: number; readonly upTo: number }> {
  for (let after = 0; ; ) {
    const upTo = count(db, 'SELECT coalesce(max(image_id), 0) FROM (SELECT image_id FROM temp.reading WHERE image_id > ? ORDER BY image_id LIMIT ?)', after, pieceSize)
    if (upTo === 0) return
    yield { after, upTo }
    after = upTo
  }
}

export function contradictoryPaths(db: Db, limit: number): string[] {
  return column<string>(db, 'SELECT path FROM temp.reading JOIN image ON image.id = image_id WHERE is_contradictory LIMIT ?', limit)
}

/** By falling number of images. */
export function unknownClasses(db: Db, limit: number): { readonly name: string; readonly images: number }[] {
  return rows(
    db,
    `SELECT label AS name, count(*) AS images FROM temp.reading JOIN temp.reading_class USING (label) WHERE class_id IS NULL AND NOT is_contradictory GROUP BY label ORDER BY images DESC, label LIMIT ?`,
    limit,
  )
}

/**
 * Takes over what was read, as one step of the journal; in pieces, all of which belong into one transaction.
 * @param db the connection that writes
 * @param reading the one that the file was read on, which may be the same
 * @param become of each unknown class, the class that stands for it; `make` where it is to be made, null where its images stay as they are
 * @param splits how many of those that were read are others by now; 0 where they stay as they are
 */
export function* takingOver(db: Db, reading: Db, file: string, become: ReadonlyMap<string, number | 'make' | null>, splits: number, now: number): Generator<void, Step & { readonly made: number }> {
  const classOf = new Map(rows<{ label: string; classId: number | null }>(reading, 'SELECT label, class_id AS classId FROM temp.reading_class').map(({ label, classId }) => [label, classId]))
  const made: BroughtIn[] = []
  for (const [label, wanted] of become) {
    if (wanted === 'make') made.push(bringIn(db, label, now))
    classOf.set(label, wanted === 'make' ? made.at(-1)!.classId : wanted)
  }
  const step = yield* takingStep(
    db,
    { what: 'import', file, ...(splits > 0 && { splits }) },
    {
      classes: made.flatMap(({ changes }) => changes),
      labels: labelsRead(reading, classOf),
      ...(splits > 0 && { splits: splitsRead(reading) }),
    },
  )
  return { ...step, made: made.length }
}

/** Pairs of an image and its new value, as a query knows them. */
const pairs = 'json_each(?) AS pair CROSS JOIN image ON image.id = pair.value ->> 0'

function* labelsRead(reading: Db, classOf: ReadonlyMap<string, number | null>): Generator<ChangeQuery> {
  for (const page of pagesRead(reading, 'label')) {
    const labels = page.flatMap(({ imageId, value }) => (classOf.get(value) == null ? [] : [[imageId, classOf.get(value)]]))
    yield { sql: `SELECT image.id, class_id, pair.value ->> 1 FROM ${pairs} WHERE class_id IS NOT pair.value ->> 1`, values: [JSON.stringify(labels)] }
  }
}

function* splitsRead(reading: Db): Generator<ChangeQuery> {
  for (const page of pagesRead(reading, 'split')) {
    yield { sql: `SELECT image.id, split, pair.value ->> 1, split_from, 'person' FROM ${pairs} WHERE split <> pair.value ->> 1`, values: [JSON.stringify(page.map(({ imageId, value }) => [imageId, value]))] }
  }
}

interface Read {
  readonly imageId: number
  readonly value: string
}

function* pagesRead(reading: Db, what: 'label' | 'split'): Generator<readonly Read[]> {
  for (let after = 0; ; ) {
    const page = rows<Read>(reading, `SELECT image_id AS imageId, ${what} AS value FROM temp.reading WHERE NOT is_contradictory AND ${what} IS NOT NULL AND image_id > ? ORDER BY image_id LIMIT ?`, after, pieceSize)
    if (page.length === 0) return
    yield page
    after = page.at(-1)!.imageId
  }
}

export interface FileName {
  readonly imageId: number
  readonly path: string
}

/** A page of all images, to note their file names. */
export function pathsAfter(db: Db, imageId: number, limit: number): FileName[] {
  return rows<FileName>(db, 'SELECT id AS imageId, path FROM image WHERE id > ? ORDER BY id LIMIT ?', imageId, limit)
}

export function noteFileNames(db: Db, names: readonly { readonly name: string; readonly imageId: number }[]): void {
  inTemporaryTables(db, () => {
    for (const { name, imageId } of names) run(db, 'INSERT OR IGNORE INTO temp.file_name (name, image_id) VALUES (?, ?)', name, imageId)
  })
}

/** Up to two images whose file has that name. */
export function imagesWithFileName(db: Db, name: string): number[] {
  return column<number>(db, 'SELECT image_id FROM temp.file_name WHERE name = ? LIMIT 2', name)
}

export function imageAt(db: Db, sourceId: number, path: string): number | undefined {
  return row<{ id: number }>(db, 'SELECT id FROM image WHERE source_id = ? AND path = ?', sourceId, path)?.id
}
