/** Folders and classes whose rows are lost, as far as their indexes and the journal know them. */
import type { Db } from '../db.ts'
import { readable, whole } from './reading.ts'

export function* restoreSources(damaged: Db, fresh: Db): Generator<void> {
  const insert = fresh.prepare("INSERT OR IGNORE INTO source (id, folder, added_at) SELECT @id, @folder, 0 WHERE typeof(@id) = 'integer' AND typeof(@folder) = 'text'")
  for (const [folder, id] of readable(damaged, { table: 'source', columns: ['folder', 'id'], key: ['folder'], isNumbered: false, index: 'sqlite_autoindex_source_1' })) {
    insert.run({ id: whole(id), folder })
    yield
  }
  fresh.exec("INSERT OR IGNORE INTO source (id, folder, added_at) SELECT DISTINCT source_id, 'lost folder ' || source_id, 0 FROM image WHERE source_id NOT IN (SELECT id FROM source)")
}

/**
 * @param isJournaled whether the format has a journal of classes: what is deleted or merged is told by that alone
 * @returns whether a class has lost its name, or what became of it
 */
export function* restoreClasses(damaged: Db, fresh: Db, isJournaled: boolean): Generator<void, boolean> {
  const folders = new Map<unknown, unknown>()
  for (const [folder, id] of readable(damaged, { table: 'class', columns: ['folder_name', 'id'], key: ['folder_name'], isNumbered: false, index: 'sqlite_autoindex_class_2' })) {
    folders.set(id, folder)
    yield
  }
  const insert = fresh.prepare("INSERT OR IGNORE INTO class (id, name, folder_name, created_at) SELECT @id, @name, @folder, 0 WHERE typeof(@id) = 'integer' AND typeof(@name) = 'text' AND typeof(@folder) = 'text'")
  for (const [name, id] of readable(damaged, { table: 'class', columns: ['name', 'id'], key: ['name'], isNumbered: false, index: 'sqlite_autoindex_class_1' })) {
    insert.run({ id: whole(id), name, folder: folders.get(id) ?? name })
    yield
  }
  const { changes: unnamed } = fresh
    .prepare(
      `INSERT OR IGNORE INTO class (id, name, folder_name, created_at)
       SELECT id, 'lost class ' || id, 'lost class ' || id, 0 FROM (SELECT class_id AS id FROM image UNION SELECT class_id FROM run_class) WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM class)`,
    )
    .run()
  if (!isJournaled) return unnamed > 0
  fresh.exec(`
    UPDATE class SET removed = to_removed, merged_into = to_merged_into FROM class_change
      WHERE class_change.class_id = class.id AND class.created_at = 0 AND step_id = (SELECT max(step_id) FROM class_change WHERE class_id = class.id);
    UPDATE class SET merged_into = NULL WHERE merged_into NOT IN (SELECT id FROM class)`)
  return true
}
