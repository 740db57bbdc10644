/** Images whose rows are lost, as four indexes still know them: their file, their content, and twice their class and split. */
import type { Db } from '../db.ts'
import { readable, whole } from './reading.ts'

/** Images that one statement brings back. */
const slice = 2_000

/**
 * An image of which not both file and content are known counts as missing: nothing may be learnt from it before it was imported
 * again. Size and time are nothing that a file has, so that the next import looks at all of them.
 * @returns of how many no file is known any more, or not even a number; how many have to be imported again; and of how many no label and split are told any more
 */
export function* restoreImages(damaged: Db, fresh: Db): Generator<void, { readonly images: number; readonly again: number; readonly labels: number }> {
  fresh.exec('CREATE TEMP TABLE known (id INTEGER PRIMARY KEY, source_id, path, content_hash, class_id, split, missing)')
  yield* take(damaged, fresh, 'sqlite_autoindex_image_1', ['source_id', 'path'], ['source_id', 'path'])
  yield* take(damaged, fresh, 'image_by_hash', ['content_hash', 'id'], ['content_hash'])
  yield* take(damaged, fresh, 'image_by_split', ['split', 'missing', 'class_id', 'id'], ['split', 'missing', 'class_id'])
  yield* take(damaged, fresh, 'image_by_class', ['class_id', 'split', 'missing', 'id'], ['class_id', 'split', 'missing'])
  // Runs and labels may name an image that no index knows.
  for (const table of ['label', 'run_image']) {
    fresh.exec(`INSERT OR IGNORE INTO known (id) SELECT image_id FROM ${table} WHERE image_id NOT IN (SELECT id FROM image)`)
    yield
  }
  fresh.exec(`
    UPDATE known SET path = NULL WHERE typeof(path) <> 'text';
    UPDATE known SET source_id = NULL WHERE typeof(source_id) <> 'integer';
    UPDATE known SET content_hash = NULL WHERE typeof(content_hash) <> 'blob' OR length(content_hash) <> 32;
    UPDATE known SET class_id = NULL WHERE typeof(class_id) <> 'integer';
    UPDATE known SET split = NULL WHERE split NOT IN ('train', 'val', 'test');
    INSERT OR IGNORE INTO source (id, folder, added_at) SELECT DISTINCT source_id, 'lost folder ' || source_id, 0 FROM known WHERE source_id IS NOT NULL AND source_id NOT IN (SELECT id FROM source);
    INSERT OR IGNORE INTO source (id, folder, added_at) SELECT 1, 'lost folder', 0 WHERE NOT EXISTS (SELECT 1 FROM source)`)
  yield
  const counted = (sql: string): number => fresh.prepare(sql).pluck().get() as number
  const unknown = counted('SELECT count(*) FROM known WHERE path IS NULL')
  const again = counted('SELECT count(*) FROM known') - unknown
  const labels = counted('SELECT count(*) FROM known WHERE split IS NULL AND path IS NOT NULL')
  const last = counted('SELECT coalesce(max(id), 0) FROM known')
  const insert = fresh.prepare(
    `INSERT OR IGNORE INTO image (id, source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, missing, added_at)
     SELECT id, coalesce(source_id, (SELECT min(id) FROM source)), coalesce(path, 'lost image ' || id), coalesce(content_hash, randomblob(32)), 0, 0, 'jpeg', 1, 1,
       coalesce(class_id, (SELECT to_class_id FROM label WHERE image_id = known.id ORDER BY step_id DESC LIMIT 1)),
       coalesce(split, 'train'), CASE WHEN split IS NULL THEN 'splitter' ELSE 'person' END, CASE WHEN path IS NULL OR content_hash IS NULL OR missing IS 1 THEN 1 ELSE 0 END, 0
     FROM known WHERE id > ? AND id <= ?`,
  )
  for (let from = 0; from < last; from += slice) {
    insert.run(from, from + slice)
    yield
  }
  fresh.exec('DROP TABLE known')
  // Numbers were given without a gap: an image that nothing knows any more leaves one.
  const gone = counted('SELECT coalesce(max(id), 0) - count(*) FROM image')
  return { images: unknown + gone, again, labels }
}

function* take(damaged: Db, fresh: Db, index: string, key: readonly string[], columns: readonly string[]): Generator<void> {
  const has = fresh.prepare('SELECT 1 FROM image WHERE id = ?').pluck()
  const write = fresh.prepare(`INSERT INTO known (id, ${columns.join()}) VALUES (${['id', ...columns].map(() => '?').join()}) ON CONFLICT (id) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join()}`)
  for (const [id, ...values] of readable(damaged, { table: 'image', columns: ['id', ...columns], key, isNumbered: key[0]!.endsWith('_id'), index })) {
    if (Number.isSafeInteger(id) && (id as number) > 0 && !has.get(id)) write.run(whole(id), ...values.map(whole))
    yield
  }
}
