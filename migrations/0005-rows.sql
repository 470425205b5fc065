-- SPDX-License-Identifier: MIT
-- One row a fact: what belongs to it stands in its own columns as JSON, and its
-- row number says where it stands, (revision_id << 24) + its place in the text.
-- What finds facts otherwise than by their place (by id, by length, by words, by
-- what they are about) are tables of numbers that a load fills in their order.
-- Longer lists of codes are checked in pairs: for three and more SQLite would make
-- a table of them with every row.

DROP TABLE claim_fts;
DROP VIEW claim_fts_content;
DROP TABLE faq_fts;
DROP VIEW faq_fts_content;
ALTER TABLE segment RENAME TO old_segment;
ALTER TABLE claim RENAME TO old_claim;
ALTER TABLE time_window RENAME TO old_window;
ALTER TABLE faq RENAME TO old_faq;
ALTER TABLE study RENAME TO old_study;

-- words: how many different claims a revision has, by their digests. tallies: by
-- facet and value how many of its facts are about it.
ALTER TABLE extraction ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
ALTER TABLE extraction ADD COLUMN tallies TEXT NOT NULL DEFAULT '{}';

CREATE TABLE segment (
  segment_id INTEGER PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('claim', 'question') OR role IN ('heading', 'stem')
    OR role IN ('header_cell', 'promo') OR role IN ('contact', 'chrome')
    OR role IN ('meta', 'fragment')),
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start),
  reason TEXT,
  claim INTEGER
) STRICT;
INSERT INTO segment
  SELECT (revision_id << 24) + ordinal, role, start, end, byte_start, byte_end, reason,
    (SELECT min(c.ordinal) FROM old_claim AS c WHERE c.segment_id = g.segment_id)
  FROM old_segment AS g ORDER BY 1;

CREATE TABLE claim (
  claim_id INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 16),
  segment INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sentence', 'item') OR kind IN ('cell')),
  text TEXT NOT NULL,
  section TEXT,
  topic TEXT NOT NULL CHECK (topic IN ('onset', 'duration') OR topic IN ('efficacy', 'mechanism')
    OR topic IN ('administration', 'regimen') OR topic IN ('safety', 'eligibility')
    OR topic IN ('evidence', 'regulation') OR topic IN ('epidemiology', 'experience')
    OR topic IN ('background')),
  certainty TEXT NOT NULL CHECK (certainty IN ('asserted', 'hedged')),
  polarity TEXT NOT NULL CHECK (polarity IN ('affirmed', 'negated')),
  reason TEXT,
  words INTEGER NOT NULL,
  spans TEXT NOT NULL,
  hedges TEXT,
  treatments TEXT,
  conditions TEXT,
  routes TEXT
) STRICT;
INSERT INTO claim
  SELECT (c.revision_id << 24) + c.ordinal, c.id, g.ordinal, c.kind, c.text, c.section, c.topic,
    c.certainty, c.polarity, c.reason, tf_words(c.text),
    (SELECT json_group_array(json(span)) FROM (
      SELECT CASE p.exact WHEN c.text
        THEN json_array(p.role, p.start, p.end, p.byte_start, p.byte_end)
        ELSE json_array(p.role, p.start, p.end, p.byte_start, p.byte_end, p.exact) END AS span
      FROM claim_span AS p WHERE p.claim_id = c.claim_id ORDER BY p.ordinal)),
    (SELECT nullif(json_group_array(words), '[]') FROM (
      SELECT words FROM claim_hedge WHERE claim_id = c.claim_id ORDER BY ordinal)),
    (SELECT nullif(json_group_array(code), '[]') FROM (SELECT code FROM claim_label
      WHERE claim_id = c.claim_id AND kind = 'treatment' ORDER BY ordinal)),
    (SELECT nullif(json_group_array(code), '[]') FROM (SELECT code FROM claim_label
      WHERE claim_id = c.claim_id AND kind = 'condition' ORDER BY ordinal)),
    (SELECT nullif(json_group_array(code), '[]') FROM (SELECT code FROM claim_label
      WHERE claim_id = c.claim_id AND kind = 'route' ORDER BY ordinal))
  FROM old_claim AS c JOIN old_segment AS g ON g.segment_id = c.segment_id ORDER BY 1;

CREATE TABLE time_window (
  window_id INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 16),
  claim INTEGER NOT NULL,
  measure TEXT NOT NULL CHECK (measure IN ('onset', 'duration') OR measure IN ('session', 'observation')
    OR measure IN ('course')),
  basis TEXT NOT NULL CHECK (basis IN ('time', 'sessions')),
  min TEXT,
  max TEXT,
  min_seconds REAL,
  max_seconds REAL,
  min_sessions INTEGER CHECK (min_sessions >= 0),
  max_sessions INTEGER CHECK (max_sessions >= 0),
  bound TEXT NOT NULL CHECK (bound IN ('range', 'at_most') OR bound IN ('at_least', 'point') OR bound IN ('vague')),
  precision TEXT NOT NULL CHECK (precision IN ('exact', 'approximate') OR precision IN ('vague')),
  treatments TEXT,
  route TEXT,
  condition TEXT,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start),
  expression TEXT NOT NULL
) STRICT;
INSERT INTO time_window
  SELECT (w.revision_id << 24) + w.ordinal, w.id, c.ordinal, w.measure, w.basis, w.min, w.max,
    w.min_seconds, w.max_seconds, w.min_sessions, w.max_sessions, w.bound, w.precision,
    (SELECT nullif(json_group_array(code), '[]') FROM (SELECT code FROM window_treatment
      WHERE window_id = w.window_id ORDER BY ordinal)),
    w.route, w.condition, w.start, w.end, w.byte_start, w.byte_end, w.expression
  FROM old_window AS w JOIN old_claim AS c ON c.claim_id = w.claim_id ORDER BY 1;

CREATE TABLE faq (
  faq_id INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 16),
  origin TEXT NOT NULL CHECK (origin IN ('explicit', 'heading') OR origin IN ('orphan')),
  question TEXT,
  start INTEGER,
  end INTEGER,
  byte_start INTEGER,
  byte_end INTEGER,
  answer TEXT NOT NULL,
  spans TEXT NOT NULL,
  claims TEXT,
  topics TEXT,
  treatments TEXT,
  conditions TEXT,
  CHECK ((question IS NULL) = (byte_start IS NULL))
) STRICT;
INSERT INTO faq
  SELECT (f.revision_id << 24) + f.ordinal, f.id, f.origin, f.question, f.start, f.end,
    f.byte_start, f.byte_end, f.answer,
    (SELECT json_group_array(json_array(start, end, byte_start, byte_end)) FROM (
      SELECT * FROM faq_span WHERE faq_id = f.faq_id ORDER BY ordinal)),
    (SELECT nullif(json_group_array(lower(substr(id, 1, 8) || '-' || substr(id, 9, 4) || '-' ||
        substr(id, 13, 4) || '-' || substr(id, 17, 4) || '-' || substr(id, 21))), '[]') FROM (
      SELECT hex(c.id) AS id FROM faq_claim AS x JOIN old_claim AS c ON c.claim_id = x.claim_id
      WHERE x.faq_id = f.faq_id ORDER BY x.ordinal)),
    (SELECT nullif(json_group_array(topic), '[]') FROM (
      SELECT DISTINCT c.topic FROM faq_claim AS x JOIN old_claim AS c ON c.claim_id = x.claim_id
      WHERE x.faq_id = f.faq_id ORDER BY 1)),
    (SELECT nullif(json_group_array(code), '[]') FROM (
      SELECT DISTINCT l.code FROM faq_claim AS x JOIN claim_label AS l ON l.claim_id = x.claim_id
      WHERE x.faq_id = f.faq_id AND l.kind = 'treatment' ORDER BY 1)),
    (SELECT nullif(json_group_array(code), '[]') FROM (
      SELECT DISTINCT l.code FROM faq_claim AS x JOIN claim_label AS l ON l.claim_id = x.claim_id
      WHERE x.faq_id = f.faq_id AND l.kind = 'condition' ORDER BY 1))
  FROM old_faq AS f ORDER BY 1;

CREATE TABLE study (
  study_id INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 16),
  claim INTEGER NOT NULL,
  name TEXT NOT NULL,
  year INTEGER,
  study_type TEXT,
  participants INTEGER CHECK (participants > 0),
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start)
) STRICT;
INSERT INTO study
  SELECT (y.revision_id << 24) + y.ordinal, y.id, c.ordinal, y.name, y.year, y.study_type,
    y.participants, y.start, y.end, y.byte_start, y.byte_end
  FROM old_study AS y JOIN old_claim AS c ON c.claim_id = y.claim_id ORDER BY 1;

DROP TABLE claim_span;
DROP TABLE claim_hedge;
DROP TABLE claim_label;
DROP TABLE faq_span;
DROP TABLE faq_claim;
DROP TABLE window_treatment;
DROP TABLE old_window;
DROP TABLE old_study;
DROP TABLE old_faq;
DROP TABLE old_claim;
DROP TABLE old_segment;
CREATE INDEX study_name ON study (name COLLATE NOCASE, id);
CREATE INDEX study_year ON study (coalesce(year, 0), id);
-- By the claim behind them.
CREATE INDEX study_claim ON study ((study_id >> 24 << 24) + claim);
CREATE INDEX time_window_claim ON time_window ((window_id >> 24 << 24) + claim);

-- Facts of every revision by the first eight bytes of their ids.
CREATE TABLE claim_by_id (
  prefix INTEGER NOT NULL,
  claim_id INTEGER NOT NULL,
  PRIMARY KEY (prefix, claim_id)
) STRICT, WITHOUT ROWID;
INSERT INTO claim_by_id SELECT tf_prefix(id), claim_id FROM claim ORDER BY 1, 2;
CREATE TABLE window_by_id (
  prefix INTEGER NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (prefix, window_id)
) STRICT, WITHOUT ROWID;
INSERT INTO window_by_id SELECT tf_prefix(id), window_id FROM time_window ORDER BY 1, 2;
CREATE TABLE faq_by_id (
  prefix INTEGER NOT NULL,
  faq_id INTEGER NOT NULL,
  PRIMARY KEY (prefix, faq_id)
) STRICT, WITHOUT ROWID;
INSERT INTO faq_by_id SELECT tf_prefix(id), faq_id FROM faq ORDER BY 1, 2;
CREATE TABLE study_by_id (
  prefix INTEGER NOT NULL,
  study_id INTEGER NOT NULL,
  PRIMARY KEY (prefix, study_id)
) STRICT, WITHOUT ROWID;
INSERT INTO study_by_id SELECT tf_prefix(id), study_id FROM study ORDER BY 1, 2;

-- From here on of current revisions only.

-- Windows by length. An open beginning is 0, an open end after everything; what
-- is counted in sessions comes behind all times, up and down.
CREATE TABLE window_order (
  sort TEXT NOT NULL CHECK (sort IN ('min', '-min') OR sort IN ('max', '-max')),
  value REAL NOT NULL,
  prefix INTEGER NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (sort, value, prefix, window_id)
) STRICT, WITHOUT ROWID;
INSERT INTO window_order
  SELECT o.column1, CASE WHEN w.basis = 'sessions' THEN o.column2
      WHEN o.column3 THEN coalesce(w.min_seconds, 0.0)
      ELSE coalesce(w.max_seconds, 1e307) END, tf_prefix(w.id), w.window_id
  FROM (VALUES ('min', 9e999, 1), ('-min', -9e999, 1), ('max', 9e999, 0), ('-max', -9e999, 0)) AS o
  CROSS JOIN time_window AS w
  WHERE w.window_id >> 24 IN (SELECT current_revision FROM source) ORDER BY 1, 2, 3, 4;

-- Digests of claims' words: how sources that copy each other are found.
CREATE TABLE claim_words (
  words INTEGER NOT NULL,
  revision_id INTEGER NOT NULL,
  PRIMARY KEY (words, revision_id)
) STRICT, WITHOUT ROWID;
INSERT INTO claim_words
  SELECT DISTINCT words, claim_id >> 24 FROM claim
  WHERE claim_id >> 24 IN (SELECT current_revision FROM source) ORDER BY 1, 2;
UPDATE extraction SET words = (SELECT count(DISTINCT c.words) FROM claim AS c
  WHERE c.claim_id BETWEEN extraction.revision_id << 24 AND (extraction.revision_id << 24) + 16777215);

-- How many facts of a source are about something: which sources have any, in
-- the order of lists, and what a vocabulary counts.
CREATE TABLE tally (
  facet TEXT NOT NULL,
  value TEXT NOT NULL,
  key TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows > 0),
  PRIMARY KEY (facet, value, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE about (revision_id INTEGER, facet TEXT, value TEXT);
INSERT INTO about SELECT claim_id >> 24, 'claims.topic', topic FROM claim;
INSERT INTO about SELECT claim_id >> 24, 'claims.certainty', certainty FROM claim;
INSERT INTO about SELECT claim_id >> 24, 'claims.polarity', polarity FROM claim;
INSERT INTO about SELECT claim_id >> 24, 'claims.kind', kind FROM claim;
INSERT INTO about SELECT claim_id >> 24, 'claims.section', section FROM claim;
INSERT INTO about SELECT claim_id >> 24, 'claims.treatment', j.value
  FROM claim, json_each(treatments) AS j;
INSERT INTO about SELECT claim_id >> 24, 'claims.condition', j.value
  FROM claim, json_each(conditions) AS j;
INSERT INTO about SELECT claim_id >> 24, 'claims.route', j.value
  FROM claim, json_each(routes) AS j;
INSERT INTO about SELECT window_id >> 24, 'time-windows.measure', measure FROM time_window;
INSERT INTO about SELECT window_id >> 24, 'time-windows.basis', basis FROM time_window;
INSERT INTO about SELECT window_id >> 24, 'time-windows.bound', bound FROM time_window;
INSERT INTO about SELECT window_id >> 24, 'time-windows.precision', precision FROM time_window;
INSERT INTO about SELECT window_id >> 24, 'time-windows.route', route FROM time_window;
INSERT INTO about SELECT window_id >> 24, 'time-windows.condition', condition FROM time_window;
INSERT INTO about SELECT window_id >> 24, 'time-windows.treatment', j.value
  FROM time_window, json_each(treatments) AS j;
INSERT INTO about SELECT faq_id >> 24, 'faqs.origin', origin FROM faq;
INSERT INTO about SELECT faq_id >> 24, 'faqs.topic', j.value
  FROM faq, json_each(topics) AS j;
INSERT INTO about SELECT faq_id >> 24, 'faqs.treatment', j.value
  FROM faq, json_each(treatments) AS j;
INSERT INTO about SELECT faq_id >> 24, 'faqs.condition', j.value
  FROM faq, json_each(conditions) AS j;
INSERT INTO about SELECT study_id >> 24, 'studies.study_type', study_type FROM study;
INSERT INTO about SELECT window_id >> 24, 'time-windows.topic', c.topic
  FROM time_window AS x JOIN claim AS c ON c.claim_id = (window_id >> 24 << 24) + x.claim;
INSERT INTO about SELECT window_id >> 24, 'time-windows.certainty', c.certainty
  FROM time_window AS x JOIN claim AS c ON c.claim_id = (window_id >> 24 << 24) + x.claim;
INSERT INTO about SELECT window_id >> 24, 'time-windows.polarity', c.polarity
  FROM time_window AS x JOIN claim AS c ON c.claim_id = (window_id >> 24 << 24) + x.claim;
INSERT INTO about SELECT study_id >> 24, 'studies.topic', c.topic
  FROM study AS x JOIN claim AS c ON c.claim_id = (study_id >> 24 << 24) + x.claim;
INSERT INTO about SELECT study_id >> 24, 'studies.certainty', c.certainty
  FROM study AS x JOIN claim AS c ON c.claim_id = (study_id >> 24 << 24) + x.claim;
INSERT INTO about SELECT study_id >> 24, 'studies.polarity', c.polarity
  FROM study AS x JOIN claim AS c ON c.claim_id = (study_id >> 24 << 24) + x.claim;
INSERT INTO about SELECT study_id >> 24, 'studies.treatment', j.value
  FROM study AS x JOIN claim AS c ON c.claim_id = (study_id >> 24 << 24) + x.claim, json_each(c.treatments) AS j;
INSERT INTO about SELECT study_id >> 24, 'studies.condition', j.value
  FROM study AS x JOIN claim AS c ON c.claim_id = (study_id >> 24 << 24) + x.claim, json_each(c.conditions) AS j;
INSERT INTO about SELECT study_id >> 24, 'studies.year', cast(year AS TEXT) FROM study;
INSERT INTO about SELECT study_id >> 24, 'studies.study', lower(name) FROM study;
DELETE FROM about WHERE value IS NULL;
CREATE INDEX about_revision ON about (revision_id, facet, value);
UPDATE extraction SET tallies = (
  SELECT coalesce(json_group_object(facet, json(members)), '{}') FROM (
    SELECT facet, json_group_object(value, rows) AS members FROM (
      SELECT facet, value, count(*) AS rows FROM about
      WHERE revision_id = extraction.revision_id GROUP BY facet, value ORDER BY facet, value)
    GROUP BY facet ORDER BY facet));
INSERT INTO tally
  SELECT a.facet, a.value, s.key, count(*) FROM about AS a
  JOIN source AS s ON s.current_revision = a.revision_id GROUP BY 1, 2, 3;
DROP TABLE about;

-- A revision is listed only when it is current; so are its words.
CREATE VIEW claim_fts_content AS
  SELECT c.claim_id, replace(replace(c.text, char(2), ' '), char(3), ' ') AS text
  FROM claim AS c JOIN source AS s ON s.current_revision = c.claim_id >> 24;
CREATE VIRTUAL TABLE claim_fts USING fts5 (
  text, content = 'claim_fts_content', content_rowid = 'claim_id',
  tokenize = 'porter unicode61');
INSERT INTO claim_fts (claim_fts) VALUES ('rebuild');
CREATE VIEW faq_fts_content AS
  SELECT f.faq_id, replace(replace(f.question, char(2), ' '), char(3), ' ') AS question,
    replace(replace(f.answer, char(2), ' '), char(3), ' ') AS answer
  FROM faq AS f JOIN source AS s ON s.current_revision = f.faq_id >> 24;
CREATE VIRTUAL TABLE faq_fts USING fts5 (
  question, answer, content = 'faq_fts_content', content_rowid = 'faq_id',
  tokenize = 'porter unicode61');
INSERT INTO faq_fts (faq_fts) VALUES ('rebuild');
