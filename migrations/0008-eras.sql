-- SPDX-License-Identifier: MIT
-- What finds facts, so that a load touches few of the pages that loads before it have
-- written, however many these are. Ids, spread evenly, are kept by eras of 2048
-- revisions. Windows of one length follow each other in the order in which they were
-- loaded. Tallies name their values by number: a third shorter, and new values come last.

ALTER TABLE claim_by_id RENAME TO old_claim_by_id;
ALTER TABLE window_by_id RENAME TO old_window_by_id;
ALTER TABLE faq_by_id RENAME TO old_faq_by_id;
ALTER TABLE study_by_id RENAME TO old_study_by_id;
ALTER TABLE window_order RENAME TO old_window_order;
ALTER TABLE tally RENAME TO old_tally;

CREATE TABLE claim_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  claim_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, claim_id)
) STRICT, WITHOUT ROWID;
INSERT INTO claim_by_id
  SELECT claim_id >> 35 AS era, prefix, claim_id FROM old_claim_by_id ORDER BY era, prefix, claim_id;

CREATE TABLE window_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, window_id)
) STRICT, WITHOUT ROWID;
INSERT INTO window_by_id
  SELECT window_id >> 35 AS era, prefix, window_id FROM old_window_by_id
  ORDER BY era, prefix, window_id;

CREATE TABLE faq_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  faq_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, faq_id)
) STRICT, WITHOUT ROWID;
INSERT INTO faq_by_id
  SELECT faq_id >> 35 AS era, prefix, faq_id FROM old_faq_by_id ORDER BY era, prefix, faq_id;

CREATE TABLE study_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  study_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, study_id)
) STRICT, WITHOUT ROWID;
INSERT INTO study_by_id
  SELECT study_id >> 35 AS era, prefix, study_id FROM old_study_by_id ORDER BY era, prefix, study_id;

CREATE TABLE window_order (
  sort INTEGER NOT NULL CHECK (sort IN (0, 1)),
  value REAL NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (sort, value, window_id)
) STRICT, WITHOUT ROWID;
INSERT INTO window_order
  SELECT sort, value, window_id FROM old_window_order ORDER BY sort, value, window_id;

CREATE TABLE tally_value (
  value_id INTEGER PRIMARY KEY,
  facet INTEGER NOT NULL CHECK (facet BETWEEN 1 AND 29),
  value TEXT NOT NULL,
  UNIQUE (facet, value)
) STRICT;
INSERT INTO tally_value (facet, value)
  SELECT DISTINCT facet, value FROM old_tally ORDER BY facet, value;

CREATE TABLE tally (
  value_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows > 0),
  PRIMARY KEY (value_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO tally
  SELECT v.value_id, t.key, t.rows FROM tally_value AS v CROSS JOIN old_tally AS t
    ON t.facet = v.facet AND t.value = v.value
  ORDER BY v.value_id, t.key;

DROP TABLE old_claim_by_id;
DROP TABLE old_window_by_id;
DROP TABLE old_faq_by_id;
DROP TABLE old_study_by_id;
DROP TABLE old_window_order;
DROP TABLE old_tally;
