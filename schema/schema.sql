-- SPDX-License-Identifier: MIT
-- The schema as it is now, for reading. The migrations lead to exactly this;
-- a unit test compares the two.

-- Core: what was loaded, kept for good. Everything else is derived from it.

-- Raised with every change of what readers see; never reused. changed_at: when
-- that last happened; never goes back.
CREATE TABLE dataset (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL CHECK (version >= 0)
, changed_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000Z') STRICT;

-- Metadata as it was given; what was not given may be read from the text and
-- then stands in extraction. current_revision is the only place that says
-- which revision lists show.
CREATE TABLE source (
  source_id INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  key TEXT NOT NULL UNIQUE CHECK (key <> ''),
  title TEXT,
  publisher TEXT,
  url TEXT,
  published TEXT,
  retrieved TEXT,
  license TEXT,
  language TEXT,
  current_revision INTEGER NOT NULL UNIQUE
    REFERENCES revision (revision_id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- updated_at: when the text, its metadata or its facts last changed.
CREATE TABLE revision (
  revision_id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (source_id),
  number INTEGER NOT NULL CHECK (number >= 1),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  loaded_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (source_id, number)
) STRICT;
CREATE INDEX revision_updated ON revision (updated_at);

-- Apart from revision, so that reading a revision's row never drags its text.
CREATE TABLE text (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (revision_id),
  bytes BLOB NOT NULL
) STRICT;

-- Derived: made from the texts by the reader, and made anew by `rebuild`.
-- Facts of older revisions stay, so that their ids stay readable. A fact's row
-- number says where it stands: (revision_id << 24) + its place among those of its
-- kind in the text, from 0. Places in a text are half-open, in code points (start,
-- end) and in bytes. Lists are JSON arrays, NULL when empty. Longer lists of codes
-- are checked in pairs: for three and more SQLite would make a table of them with
-- every row.

-- One row a revision: who read it, what the text says of itself, and how many
-- rows belong to it, so that a lost row is noticed. words: how many different
-- claims it has, by their digests. tallies: by facet and value how many of its facts
-- are about it.
CREATE TABLE extraction (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (revision_id),
  extractor TEXT NOT NULL,
  lexicon TEXT NOT NULL,
  title TEXT,
  published TEXT,
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  characters INTEGER NOT NULL CHECK (characters > 0 AND characters <= bytes),
  segments INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  windows INTEGER NOT NULL,
  faqs INTEGER NOT NULL,
  studies INTEGER NOT NULL
, words INTEGER NOT NULL DEFAULT 0, tallies TEXT NOT NULL DEFAULT '{}') STRICT;

-- claim: the first that is made of it, by its place.
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

-- segment: by its place. words: a digest of the text's. spans: [[role, start, end,
-- byte_start, byte_end, exact], ...], without exact where it is the text.
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

-- claim: by its place.
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
CREATE INDEX time_window_claim ON time_window ((window_id >> 24 << 24) + claim);

-- spans: [[start, end, byte_start, byte_end], ...]. claims: ids. topics, treatments,
-- conditions: those of the claims.
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
CREATE INDEX study_name ON study (name COLLATE NOCASE, id);
CREATE INDEX study_year ON study (coalesce(year, 0), id);
CREATE INDEX study_claim ON study ((study_id >> 24 << 24) + claim);

-- What finds facts: tables of numbers that a load fills in their order.

-- Facts of every revision by the first four bytes of their ids. These are spread evenly,
-- so that in one table a load would write all pages of all loads before it: hence the
-- eras, of 2048 revisions each (row number >> 35).
CREATE TABLE claim_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  claim_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, claim_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE window_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, window_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE faq_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  faq_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, faq_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE study_by_id (
  era INTEGER NOT NULL,
  prefix INTEGER NOT NULL,
  study_id INTEGER NOT NULL,
  PRIMARY KEY (era, prefix, study_id)
) STRICT, WITHOUT ROWID;

-- From here on of current revisions only.

-- Windows by length, those of one sort in a row that is walked up and down. An open
-- beginning is 0, an open end 1e307. What is counted in sessions stands at both ends,
-- so that it comes behind all times in either direction. sort: 0 by min, 1 by max.
CREATE TABLE window_order (
  sort INTEGER NOT NULL CHECK (sort IN (0, 1)),
  value REAL NOT NULL,
  window_id INTEGER NOT NULL,
  PRIMARY KEY (sort, value, window_id)
) STRICT, WITHOUT ROWID;

-- Digests of claims' words: how sources that copy each other are found.
CREATE TABLE claim_words (
  words INTEGER NOT NULL,
  revision_id INTEGER NOT NULL,
  PRIMARY KEY (words, revision_id)
) STRICT, WITHOUT ROWID;

-- Pairs of current revisions that share most of their claims. Not all pairs of
-- a large family, but enough to hold it together.
CREATE TABLE kin (
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  other_id INTEGER NOT NULL REFERENCES revision (revision_id),
  PRIMARY KEY (revision_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kin_other ON kin (other_id);

-- What facts are about, numbered as it came; a value stays when no source has it any
-- more. facet: from 1 on
-- claims.certainty, claims.condition, claims.kind, claims.polarity, claims.route,
-- claims.section, claims.topic, claims.treatment, faqs.condition, faqs.origin,
-- faqs.topic, faqs.treatment, studies.certainty, studies.condition,
-- studies.polarity, studies.study_type, studies.topic, studies.treatment,
-- studies.year, time-windows.basis, time-windows.bound, time-windows.certainty,
-- time-windows.condition, time-windows.measure, time-windows.polarity,
-- time-windows.precision, time-windows.route, time-windows.topic,
-- time-windows.treatment.
CREATE TABLE tally_value (
  value_id INTEGER PRIMARY KEY,
  facet INTEGER NOT NULL CHECK (facet BETWEEN 1 AND 29),
  value TEXT NOT NULL,
  UNIQUE (facet, value)
) STRICT;

-- How many facts of a source are about something: which sources have any, in
-- the order of lists, and what a vocabulary counts.
CREATE TABLE tally (
  value_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows > 0),
  PRIMARY KEY (value_id, key)
) STRICT, WITHOUT ROWID;

-- The lexicon's codes, as of the last load or rebuild.
CREATE TABLE vocabulary (
  kind TEXT NOT NULL CHECK (kind IN ('treatment', 'condition', 'route', 'topic')),
  code TEXT NOT NULL CHECK (code <> ''),
  label TEXT NOT NULL,
  synonyms TEXT NOT NULL,
  PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;

-- Full text. The words are read from these views, so that no text is stored again
-- for the index. Snippets are cut from them with hits between the characters 2 and
-- 3, so that a text's own must not show there.
CREATE VIEW claim_fts_content AS
  SELECT c.claim_id, replace(replace(c.text, char(2), ' '), char(3), ' ') AS text
  FROM claim AS c JOIN source AS s ON s.current_revision = c.claim_id >> 24;
CREATE VIRTUAL TABLE claim_fts USING fts5 (
  text, content = 'claim_fts_content', content_rowid = 'claim_id',
  tokenize = 'porter unicode61');
CREATE VIEW faq_fts_content AS
  SELECT f.faq_id, replace(replace(f.question, char(2), ' '), char(3), ' ') AS question,
    replace(replace(f.answer, char(2), ' '), char(3), ' ') AS answer
  FROM faq AS f JOIN source AS s ON s.current_revision = f.faq_id >> 24;
CREATE VIRTUAL TABLE faq_fts USING fts5 (
  question, answer, content = 'faq_fts_content', content_rowid = 'faq_id',
  tokenize = 'porter unicode61');
CREATE VIEW source_fts_content AS
  SELECT s.source_id,
    replace(replace(coalesce(s.title, e.title), char(2), ' '), char(3), ' ') AS title,
    replace(replace(s.publisher, char(2), ' '), char(3), ' ') AS publisher, e.revision_id
  FROM source AS s JOIN extraction AS e ON e.revision_id = s.current_revision;
CREATE VIRTUAL TABLE source_fts USING fts5 (
  title, publisher, content = 'source_fts_content', content_rowid = 'source_id',
  tokenize = 'porter unicode61');
