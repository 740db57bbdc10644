/** A workbench to work in: steps of a person's that change more than labels, images that are looked at, runs that are kept in order. */
export const sql = `
-- What a step was, for its person: JSON, see \`AboutSchema\`. Null of steps from before they had words.
ALTER TABLE label_step ADD COLUMN about TEXT CHECK (json_valid(about));

-- A removed class keeps its row, as runs and the journal name it. Folders of a merged class go to the one it went into.
ALTER TABLE class ADD COLUMN removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1));
ALTER TABLE class ADD COLUMN merged_into INTEGER REFERENCES class (id);

-- Beside \`label\`: what a step changed of classes and of splits, undone and redone with it.
CREATE TABLE class_change (
  step_id INTEGER NOT NULL REFERENCES label_step (id),
  class_id INTEGER NOT NULL REFERENCES class (id),
  from_name TEXT NOT NULL,
  to_name TEXT NOT NULL,
  from_removed INTEGER NOT NULL CHECK (from_removed IN (0, 1)),
  to_removed INTEGER NOT NULL CHECK (to_removed IN (0, 1)),
  from_merged_into INTEGER REFERENCES class (id),
  to_merged_into INTEGER REFERENCES class (id),
  PRIMARY KEY (step_id, class_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE split_change (
  step_id INTEGER NOT NULL REFERENCES label_step (id),
  image_id INTEGER NOT NULL REFERENCES image (id),
  from_split TEXT NOT NULL CHECK (from_split IN ('train', 'val', 'test')),
  to_split TEXT NOT NULL CHECK (to_split IN ('train', 'val', 'test')),
  from_origin TEXT NOT NULL CHECK (from_origin IN ('folder', 'person', 'splitter', 'pending')),
  to_origin TEXT NOT NULL CHECK (to_origin IN ('folder', 'person', 'splitter', 'pending')),
  PRIMARY KEY (step_id, image_id)
) STRICT, WITHOUT ROWID;

-- By the camera's own clock, in milliseconds as if it stood at UTC; and its maker and model. Null where the file does not tell.
ALTER TABLE image ADD COLUMN taken_at INTEGER;
ALTER TABLE image ADD COLUMN camera TEXT;
-- A perceptual hash of 64 bits, as 8 bytes, and what it leaves out, as 8 more; null until the image was looked at for them.
ALTER TABLE image ADD COLUMN look BLOB;
ALTER TABLE image ADD COLUMN tone BLOB;
CREATE INDEX image_unseen ON image (id) WHERE look IS NULL AND missing = 0;

-- The newest step of the journal when the split was scored: what was relabelled later is told from later steps alone.
ALTER TABLE evaluation ADD COLUMN label_step INTEGER NOT NULL DEFAULT 0;

-- How many different answers the experts gave, and how many of them gave the true class of then.
ALTER TABLE prediction ADD COLUMN answers INTEGER NOT NULL DEFAULT 1;
ALTER TABLE prediction ADD COLUMN experts_right INTEGER NOT NULL DEFAULT 0;
UPDATE prediction SET
  answers = (SELECT max(1, count(DISTINCT json_extract(value, '$[0]'))) FROM json_each(experts)),
  experts_right = (SELECT count(*) FROM json_each(experts) WHERE json_extract(value, '$[0]') = actual);

-- What a run takes images for that it was not scored on, as those without a label: the same JSON as in \`prediction\`.
CREATE TABLE guess (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  image_id INTEGER NOT NULL REFERENCES image (id),
  guesses TEXT NOT NULL CHECK (json_valid(guesses)),
  experts TEXT NOT NULL CHECK (json_valid(experts)),
  experts_asked INTEGER NOT NULL,
  confidence REAL NOT NULL GENERATED ALWAYS AS (json_extract(guesses, '$[0][1]')) STORED,
  PRIMARY KEY (run_id, image_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE run ADD COLUMN notes TEXT NOT NULL DEFAULT '';
-- Logit adjustment and expected class mix that the run answers with: JSON, see \`DialSchema\`; null where neither was set.
ALTER TABLE run ADD COLUMN dial TEXT CHECK (json_valid(dial));
-- The word that the scoring's kept logits have as well, once a part of the router's figures. Null of scorings from before there were words.
ALTER TABLE evaluation ADD COLUMN scoring TEXT;
UPDATE evaluation SET scoring = json_extract(routing, '$.scoring'), routing = json_remove(routing, '$.scoring') WHERE routing IS NOT NULL;

-- What a run answered to images, and how its experts did, is read along their ids, and nothing beside.
CREATE INDEX prediction_by_image ON prediction (run_id, split, image_id, actual, predicted, answers, experts_right);
-- A run that a person deleted is gone for everybody at once; its files and rows follow, after a kill too.
ALTER TABLE run ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1));

-- What the experts made of an image: how sure they were of their answer together, and how many pairs of them differ.
-- Indexed: wrong though an expert was right, and wrong with one voice, the surest last.
ALTER TABLE prediction ADD COLUMN confidence REAL NOT NULL DEFAULT 0;
ALTER TABLE prediction ADD COLUMN pairs_apart INTEGER NOT NULL DEFAULT 0;
UPDATE prediction SET
  confidence = coalesce(json_extract(guesses, '$[0][1]'), 0),
  pairs_apart = (SELECT count(*) FROM json_each(experts) AS one JOIN json_each(experts) AS other ON one.key < other.key AND json_extract(one.value, '$[0]') <> json_extract(other.value, '$[0]'));
CREATE INDEX prediction_another_right ON prediction (run_id, split, confidence, actual, predicted, experts_right) WHERE actual <> predicted AND experts_right > 0;
CREATE INDEX prediction_all_wrong ON prediction (run_id, split, confidence, actual, predicted) WHERE actual <> predicted AND answers = 1;
-- The same summed over a cell: images with more than one answer, pairs apart, and images of either kind of wrong.
ALTER TABLE confusion ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
ALTER TABLE confusion ADD COLUMN pairs_apart INTEGER NOT NULL DEFAULT 0;
ALTER TABLE confusion ADD COLUMN another_right INTEGER NOT NULL DEFAULT 0;
ALTER TABLE confusion ADD COLUMN all_wrong INTEGER NOT NULL DEFAULT 0;
UPDATE confusion SET (apart, pairs_apart, another_right, all_wrong) = (
  SELECT coalesce(sum(answers > 1), 0), coalesce(sum(pairs_apart), 0), coalesce(sum(actual <> predicted AND experts_right > 0), 0), coalesce(sum(actual <> predicted AND answers = 1), 0)
  FROM prediction WHERE prediction.run_id = confusion.run_id AND prediction.split = confusion.split AND prediction.actual = confusion.actual AND prediction.predicted = confusion.predicted);
-- Of a cell's images: how many the expert had right, and how many it was the last expert asked for.
CREATE TABLE cell_expert (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  actual INTEGER NOT NULL REFERENCES class (id),
  predicted INTEGER NOT NULL REFERENCES class (id),
  expert INTEGER NOT NULL,
  right_images INTEGER NOT NULL,
  last_asked INTEGER NOT NULL,
  PRIMARY KEY (run_id, split, actual, predicted, expert)
) STRICT, WITHOUT ROWID;
INSERT INTO cell_expert (run_id, split, actual, predicted, expert, right_images, last_asked)
  SELECT run_id, split, actual, predicted, answer.key, sum(json_extract(answer.value, '$[0]') = actual), sum(experts_asked = answer.key + 1)
  FROM prediction, json_each(prediction.experts) AS answer GROUP BY 1, 2, 3, 4, 5;

-- Pairs that look alike and that a person said are not: the smaller id first.
CREATE TABLE unlike (
  image_id INTEGER NOT NULL REFERENCES image (id),
  other_id INTEGER NOT NULL REFERENCES image (id),
  PRIMARY KEY (image_id, other_id)
) STRICT, WITHOUT ROWID;

-- What lists of images are sorted by: how sure a run is, and when images were taken.
CREATE INDEX prediction_by_confidence ON prediction (run_id, split, confidence);
CREATE INDEX guess_by_confidence ON guess (run_id, confidence);
CREATE INDEX image_by_taken ON image (taken_at) WHERE taken_at IS NOT NULL;
`
