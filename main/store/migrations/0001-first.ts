/** The first schema. Frozen once released: later changes are migrations of their own. */
export const sql = `
CREATE TABLE project (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  folder TEXT NOT NULL UNIQUE,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE class (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- The folder-derived name that imports look for; stays when a person renames the class.
  folder_name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE image (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER NOT NULL REFERENCES source (id),
  path TEXT NOT NULL,
  content_hash BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ms REAL NOT NULL,
  format TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  class_id INTEGER REFERENCES class (id),
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  -- Who chose the split: the source's own folders or the person's word (both stay), or the splitter. Pending: nobody yet;
  -- the image counts as a training image until the import that added it, or the next one, has split it.
  split_from TEXT NOT NULL CHECK (split_from IN ('folder', 'person', 'splitter', 'pending')),
  duplicate_of INTEGER REFERENCES image (id),
  missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
  added_at INTEGER NOT NULL,
  UNIQUE (source_id, path)
) STRICT;
CREATE INDEX image_by_class ON image (class_id, split, missing);
CREATE INDEX image_by_hash ON image (content_hash);
CREATE INDEX image_by_split ON image (split, missing, class_id);
CREATE INDEX image_pending ON image (class_id) WHERE split_from = 'pending';
CREATE INDEX image_missing ON image (id) WHERE missing = 1;
CREATE INDEX image_duplicates ON image (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE skipped (
  source_id INTEGER NOT NULL REFERENCES source (id),
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (source_id, path)
) STRICT, WITHOUT ROWID;

-- Append-only: every change of an image's class, in steps that undo and redo as one. An undo is a step of its own
-- that names the step it takes back; nothing is ever deleted.
CREATE TABLE label_step (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('import', 'set', 'undo', 'redo')),
  of_step INTEGER REFERENCES label_step (id),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX label_step_of ON label_step (of_step) WHERE of_step IS NOT NULL;
CREATE TABLE label (
  step_id INTEGER NOT NULL REFERENCES label_step (id),
  image_id INTEGER NOT NULL REFERENCES image (id),
  from_class_id INTEGER REFERENCES class (id),
  to_class_id INTEGER REFERENCES class (id),
  PRIMARY KEY (step_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_by_image ON label (image_id, step_id);

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('preparing', 'training', 'evaluating', 'finished', 'stopped', 'interrupted', 'failed')),
  -- A sentence, and the code of its Failure.
  failure TEXT,
  failure_code TEXT,
  config TEXT NOT NULL CHECK (json_valid(config)),
  train_images INTEGER NOT NULL,
  val_images INTEGER NOT NULL,
  epochs_done INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  seconds REAL NOT NULL DEFAULT 0,
  images_per_second REAL,
  peak_memory_bytes INTEGER,
  device TEXT,
  tensorflow TEXT,
  -- The process that works on it while its status is preparing, training or evaluating.
  owner_pid INTEGER,
  owner_started TEXT
) STRICT;

-- The classes as the run knew them; position is the class index in its network.
CREATE TABLE run_class (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  class_id INTEGER NOT NULL REFERENCES class (id),
  train INTEGER NOT NULL,
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, class_id)
) STRICT, WITHOUT ROWID;

-- The images as the run knew them, so that a resumed run goes on with the very same data whatever was relabelled since.
CREATE TABLE run_image (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  image_id INTEGER NOT NULL REFERENCES image (id),
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  position INTEGER NOT NULL,
  PRIMARY KEY (run_id, split, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE epoch (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  learning_rate REAL NOT NULL,
  loss REAL NOT NULL,
  top1 REAL,
  many REAL,
  medium REAL,
  few REAL,
  experts TEXT NOT NULL CHECK (json_valid(experts)),
  images_per_second REAL NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  images INTEGER NOT NULL,
  top1 REAL,
  many REAL,
  medium REAL,
  few REAL,
  experts TEXT NOT NULL CHECK (json_valid(experts)),
  experts_used REAL NOT NULL,
  images_per_second REAL NOT NULL,
  PRIMARY KEY (run_id, split)
) STRICT, WITHOUT ROWID;

-- Per image: the mean's best guesses and each expert's own, as JSON lists of [class id, probability].
CREATE TABLE prediction (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  image_id INTEGER NOT NULL REFERENCES image (id),
  actual INTEGER NOT NULL REFERENCES class (id),
  predicted INTEGER NOT NULL REFERENCES class (id),
  guesses TEXT NOT NULL CHECK (json_valid(guesses)),
  experts TEXT NOT NULL CHECK (json_valid(experts)),
  experts_asked INTEGER NOT NULL,
  PRIMARY KEY (run_id, split, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prediction_by_cell ON prediction (run_id, split, actual, predicted);

CREATE TABLE confusion (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  actual INTEGER NOT NULL REFERENCES class (id),
  predicted INTEGER NOT NULL REFERENCES class (id),
  count INTEGER NOT NULL,
  PRIMARY KEY (run_id, split, actual, predicted)
) STRICT, WITHOUT ROWID;
`
