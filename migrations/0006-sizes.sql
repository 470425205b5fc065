-- SPDX-License-Identifier: MIT
-- The tables whose keys are spread all over are what a load of many texts waits for,
-- as each of its transactions touches nearly every page of them: so fewer rows and
-- shorter ones.

-- Windows by length, those of one sort in a row that is walked up and down. An open
-- beginning is 0, an open end 1e307. What is counted in sessions stands at both ends,
-- so that it comes behind all times in either direction. sort: 0 by min, 1 by max.
DROP TABLE window_order;
CREATE TABLE window_order (
  sort INTEGER NOT NULL CHECK (sort IN (0, 1)),
  value REAL NOT NULL,
  prefix INTEGER NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (sort, value, prefix, window_id)
) STRICT, WITHOUT ROWID;
INSERT INTO window_order
  SELECT o.column1, CASE WHEN o.column2 = 'sessions' THEN o.column3
      WHEN o.column1 = 0 THEN coalesce(w.min_seconds, 0.0)
      ELSE coalesce(w.max_seconds, 1e307) END, tf_prefix(w.id), w.window_id
  FROM (VALUES (0, 'time', NULL), (1, 'time', NULL), (0, 'sessions', -9e999),
    (0, 'sessions', 9e999), (1, 'sessions', -9e999), (1, 'sessions', 9e999)) AS o
  JOIN time_window AS w ON w.basis = o.column2
  WHERE w.window_id >> 24 IN (SELECT current_revision FROM source) ORDER BY 1, 2, 3, 4;

-- Facets by numbers, which are never used again for another. The names of studies,
-- which nothing asked for, are tallied no more.
UPDATE extraction SET tallies = json_remove(tallies, '$."studies.study"') WHERE studies > 0;
ALTER TABLE tally RENAME TO old_tally;
CREATE TABLE tally (
  facet INTEGER NOT NULL CHECK (facet BETWEEN 1 AND 29),
  value TEXT NOT NULL,
  key TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows > 0),
  PRIMARY KEY (facet, value, key)
) STRICT, WITHOUT ROWID;
INSERT INTO tally
  SELECT f.column1, t.value, t.key, t.rows FROM (VALUES
    (1, 'claims.certainty'), (2, 'claims.condition'), (3, 'claims.kind'),
    (4, 'claims.polarity'), (5, 'claims.route'), (6, 'claims.section'), (7, 'claims.topic'),
    (8, 'claims.treatment'), (9, 'faqs.condition'), (10, 'faqs.origin'), (11, 'faqs.topic'),
    (12, 'faqs.treatment'), (13, 'studies.certainty'), (14, 'studies.condition'),
    (15, 'studies.polarity'), (16, 'studies.study_type'), (17, 'studies.topic'),
    (18, 'studies.treatment'), (19, 'studies.year'), (20, 'time-windows.basis'),
    (21, 'time-windows.bound'), (22, 'time-windows.certainty'),
    (23, 'time-windows.condition'), (24, 'time-windows.measure'),
    (25, 'time-windows.polarity'), (26, 'time-windows.precision'),
    (27, 'time-windows.route'), (28, 'time-windows.topic'), (29, 'time-windows.treatment')) AS f
  JOIN old_tally AS t ON t.facet = f.column2 ORDER BY 1, 2, 3;
DROP TABLE old_tally;

-- Four bytes of an id are enough to find it by: it is compared itself.
DELETE FROM claim_by_id;
INSERT INTO claim_by_id SELECT tf_prefix(id) >> 32, claim_id FROM claim ORDER BY 1, 2;
DELETE FROM window_by_id;
INSERT INTO window_by_id SELECT tf_prefix(id) >> 32, window_id FROM time_window ORDER BY 1, 2;
DELETE FROM faq_by_id;
INSERT INTO faq_by_id SELECT tf_prefix(id) >> 32, faq_id FROM faq ORDER BY 1, 2;
DELETE FROM study_by_id;
INSERT INTO study_by_id SELECT tf_prefix(id) >> 32, study_id FROM study ORDER BY 1, 2;

-- Digests of claims' words with fewer bits: among a million claims two are taken for
-- the same in one of three hundred databases, and kin share most of their claims.
UPDATE claim SET words = tf_words(text);
DELETE FROM claim_words;
INSERT INTO claim_words
  SELECT DISTINCT words, claim_id >> 24 FROM claim
  WHERE claim_id >> 24 IN (SELECT current_revision FROM source) ORDER BY 1, 2;

-- Full text: its words of one transaction are written at once, and fewer of its parts
-- are put together while a load goes on; that is done when it has ended.
INSERT INTO claim_fts (claim_fts, rank) VALUES ('hashsize', 8388608), ('automerge', 16);
INSERT INTO faq_fts (faq_fts, rank) VALUES ('hashsize', 8388608), ('automerge', 16);
