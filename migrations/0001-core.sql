-- SPDX-License-Identifier: MIT
-- Core: what was loaded, kept for good. Everything else is derived from it.

-- Raised with every change of what readers see; never reused.
CREATE TABLE dataset (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL CHECK (version >= 0)
) STRICT;
INSERT INTO dataset VALUES (1, 0);

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

-- Apart from revision, so that reading a revision's row never drags its text.
CREATE TABLE text (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (revision_id),
  bytes BLOB NOT NULL
) STRICT;
