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
-- Facts of older revisions stay, so that their ids stay readable.
-- ordinal is the place in the text, from 0; places are half-open, in code
-- points (start, end) and in bytes.

-- One row a revision: who read it, what the text says of itself, and how many
-- rows belong to it, so that a lost row is noticed.
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
) STRICT;

CREATE TABLE segment (
  segment_id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  ordinal INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('claim', 'question', 'heading', 'stem', 'header_cell',
    'promo', 'contact', 'chrome', 'meta', 'fragment')),
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start),
  reason TEXT,
  UNIQUE (revision_id, ordinal)
) STRICT;

CREATE TABLE claim (
  claim_id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  ordinal INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  segment_id INTEGER NOT NULL REFERENCES segment (segment_id),
  kind TEXT NOT NULL CHECK (kind IN ('sentence', 'item', 'cell')),
  text TEXT NOT NULL,
  section TEXT,
  topic TEXT NOT NULL CHECK (topic IN ('onset', 'duration', 'efficacy', 'mechanism',
    'administration', 'regimen', 'safety', 'eligibility', 'evidence', 'regulation',
    'epidemiology', 'experience', 'background')),
  certainty TEXT NOT NULL CHECK (certainty IN ('asserted', 'hedged')),
  polarity TEXT NOT NULL CHECK (polarity IN ('affirmed', 'negated')),
  reason TEXT, words INTEGER,
  UNIQUE (revision_id, ordinal),
  UNIQUE (id, revision_id)
) STRICT;
CREATE INDEX claim_segment ON claim (segment_id);
CREATE INDEX claim_topic ON claim (topic, revision_id);
CREATE INDEX claim_section ON claim (section, revision_id);
-- words: a digest of the words, of current revisions only; how sources that copy
-- each other are found.
CREATE INDEX claim_words ON claim (words) WHERE words IS NOT NULL;

CREATE TABLE claim_span (
  claim_id INTEGER NOT NULL REFERENCES claim (claim_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('sentence', 'item', 'cell', 'stem', 'row_header',
    'column_header')),
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start),
  exact TEXT NOT NULL,
  PRIMARY KEY (claim_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim_hedge (
  claim_id INTEGER NOT NULL REFERENCES claim (claim_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (claim_id, ordinal)
) STRICT, WITHOUT ROWID;

-- revision_id repeats the claim's, so that a filter finds the sources that
-- have a code at all without touching their claims.
CREATE TABLE claim_label (
  claim_id INTEGER NOT NULL REFERENCES claim (claim_id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('treatment', 'condition', 'route')),
  ordinal INTEGER NOT NULL,
  code TEXT NOT NULL,
  revision_id INTEGER NOT NULL,
  PRIMARY KEY (claim_id, kind, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_label_code ON claim_label (kind, code, revision_id);

CREATE TABLE time_window (
  window_id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  ordinal INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  claim_id INTEGER NOT NULL REFERENCES claim (claim_id) ON DELETE CASCADE,
  measure TEXT NOT NULL CHECK (measure IN ('onset', 'duration', 'session', 'observation',
    'course')),
  basis TEXT NOT NULL CHECK (basis IN ('time', 'sessions')),
  min TEXT,
  max TEXT,
  min_seconds REAL,
  max_seconds REAL,
  min_sessions INTEGER CHECK (min_sessions >= 0),
  max_sessions INTEGER CHECK (max_sessions >= 0),
  bound TEXT NOT NULL CHECK (bound IN ('range', 'at_most', 'at_least', 'point', 'vague')),
  precision TEXT NOT NULL CHECK (precision IN ('exact', 'approximate', 'vague')),
  route TEXT,
  condition TEXT,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start),
  expression TEXT NOT NULL,
  UNIQUE (revision_id, ordinal),
  UNIQUE (id, revision_id)
) STRICT;
CREATE INDEX time_window_claim ON time_window (claim_id);
CREATE INDEX time_window_measure ON time_window (revision_id, measure, ordinal);
-- An open beginning is 0, an open end after everything; what is counted in
-- sessions comes behind all times, up and down. The expressions are those of
-- the lists.
CREATE INDEX time_window_min ON time_window
  (CASE basis WHEN 'time' THEN coalesce(min_seconds, 0.0) ELSE 9e999 END, id);
CREATE INDEX time_window_min_down ON time_window
  (CASE basis WHEN 'time' THEN coalesce(min_seconds, 0.0) ELSE -9e999 END, id);
CREATE INDEX time_window_max ON time_window
  (CASE basis WHEN 'time' THEN coalesce(max_seconds, 1e307) ELSE 9e999 END, id);
CREATE INDEX time_window_max_down ON time_window
  (CASE basis WHEN 'time' THEN coalesce(max_seconds, 1e307) ELSE -9e999 END, id);

CREATE TABLE window_treatment (
  window_id INTEGER NOT NULL REFERENCES time_window (window_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  code TEXT NOT NULL,
  revision_id INTEGER NOT NULL,
  PRIMARY KEY (window_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX window_treatment_code ON window_treatment (code, revision_id);

CREATE TABLE faq (
  faq_id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  ordinal INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  origin TEXT NOT NULL CHECK (origin IN ('explicit', 'heading', 'orphan')),
  question TEXT,
  start INTEGER,
  end INTEGER,
  byte_start INTEGER,
  byte_end INTEGER,
  answer TEXT NOT NULL,
  CHECK ((question IS NULL) = (byte_start IS NULL)),
  UNIQUE (revision_id, ordinal),
  UNIQUE (id, revision_id)
) STRICT;

CREATE TABLE faq_span (
  faq_id INTEGER NOT NULL REFERENCES faq (faq_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start),
  PRIMARY KEY (faq_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE faq_claim (
  faq_id INTEGER NOT NULL REFERENCES faq (faq_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  claim_id INTEGER NOT NULL REFERENCES claim (claim_id) ON DELETE CASCADE,
  PRIMARY KEY (faq_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX faq_claim_claim ON faq_claim (claim_id);

CREATE TABLE study (
  study_id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  ordinal INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  claim_id INTEGER NOT NULL REFERENCES claim (claim_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  year INTEGER,
  study_type TEXT,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  byte_start INTEGER NOT NULL,
  byte_end INTEGER NOT NULL CHECK (byte_end > byte_start), participants INTEGER CHECK (participants > 0),
  UNIQUE (revision_id, ordinal),
  UNIQUE (id, revision_id)
) STRICT;
CREATE INDEX study_claim ON study (claim_id);
CREATE INDEX study_name ON study (name COLLATE NOCASE, revision_id);
CREATE INDEX study_by_name ON study (name COLLATE NOCASE, id);
CREATE INDEX study_by_year ON study (coalesce(year, 0), id);

-- Pairs of current revisions that share most of their claims. Not all pairs of
-- a large family, but enough to hold it together.
CREATE TABLE kin (
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  other_id INTEGER NOT NULL REFERENCES revision (revision_id),
  PRIMARY KEY (revision_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kin_other ON kin (other_id);

-- The lexicon's codes, as of the last load or rebuild.
CREATE TABLE vocabulary (
  kind TEXT NOT NULL CHECK (kind IN ('treatment', 'condition', 'route', 'topic')),
  code TEXT NOT NULL CHECK (code <> ''),
  label TEXT NOT NULL,
  synonyms TEXT NOT NULL,
  PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;

-- Full text of current revisions only. The words are read from these views, so
-- that no text is stored again for the index. Snippets are cut from them with
-- hits between the characters 2 and 3, so that a text's own must not show there.
CREATE VIEW claim_fts_content AS
  SELECT c.claim_id, replace(replace(c.text, char(2), ' '), char(3), ' ') AS text
  FROM claim AS c JOIN source AS s ON s.current_revision = c.revision_id;
CREATE VIRTUAL TABLE claim_fts USING fts5 (
  text, content = 'claim_fts_content', content_rowid = 'claim_id',
  tokenize = 'porter unicode61');
CREATE VIEW faq_fts_content AS
  SELECT f.faq_id, replace(replace(f.question, char(2), ' '), char(3), ' ') AS question,
    replace(replace(f.answer, char(2), ' '), char(3), ' ') AS answer
  FROM faq AS f JOIN source AS s ON s.current_revision = f.revision_id;
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
