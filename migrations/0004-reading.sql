-- SPDX-License-Identifier: MIT
-- What lists can be sorted by, when the facts last changed, sources that are
-- found by their names, and which sources say mostly the same.

-- When readers last got to see a change; never goes back.
ALTER TABLE dataset ADD COLUMN changed_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000Z';
UPDATE dataset SET changed_at = coalesce((SELECT max(updated_at) FROM revision), changed_at);

CREATE INDEX revision_updated ON revision (updated_at);

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
CREATE INDEX study_by_name ON study (name COLLATE NOCASE, id);
CREATE INDEX study_by_year ON study (coalesce(year, 0), id);

-- A digest of a claim's words, of current revisions only: how sources that
-- copy each other are found.
ALTER TABLE claim ADD COLUMN words INTEGER;
UPDATE claim SET words = tf_words(text)
  WHERE revision_id IN (SELECT current_revision FROM source);
CREATE INDEX claim_words ON claim (words) WHERE words IS NOT NULL;

-- Pairs of current revisions that share most of their claims. Not all pairs of
-- a large family, but enough to hold it together.
CREATE TABLE kin (
  revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
  other_id INTEGER NOT NULL REFERENCES revision (revision_id),
  PRIMARY KEY (revision_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kin_other ON kin (other_id);
-- As loading one source after the other would: of the claims that share a
-- digest the latest few before it are looked at.
INSERT INTO kin
  SELECT revision_id, other_id FROM (
    SELECT revision_id, other_id, shared,
      row_number() OVER (PARTITION BY revision_id ORDER BY other_id DESC) AS place
    FROM (
      SELECT m.revision_id, b.revision_id AS other_id, count(DISTINCT b.words) AS shared
      FROM (SELECT revision_id, words, min(claim_id) AS first FROM claim
            WHERE words IS NOT NULL GROUP BY revision_id, words) AS m
      CROSS JOIN claim AS b
      WHERE b.claim_id IN (SELECT a.claim_id FROM claim AS a
        WHERE a.words = m.words AND a.claim_id < m.first ORDER BY a.claim_id DESC LIMIT 64)
      GROUP BY m.revision_id, b.revision_id) AS pair
    WHERE 2 * shared > min(
      (SELECT count(DISTINCT words) FROM claim AS o WHERE o.revision_id = pair.revision_id),
      (SELECT count(DISTINCT words) FROM claim AS o WHERE o.revision_id = pair.other_id)))
  WHERE place <= 16;

-- Snippets are cut from these views with hits between the characters 2 and 3, so
-- that a text's own must not show in them.
DROP TABLE claim_fts;
DROP VIEW claim_fts_content;
CREATE VIEW claim_fts_content AS
  SELECT c.claim_id, replace(replace(c.text, char(2), ' '), char(3), ' ') AS text
  FROM claim AS c JOIN source AS s ON s.current_revision = c.revision_id;
CREATE VIRTUAL TABLE claim_fts USING fts5 (
  text, content = 'claim_fts_content', content_rowid = 'claim_id',
  tokenize = 'porter unicode61');
INSERT INTO claim_fts (claim_fts) VALUES ('rebuild');
DROP TABLE faq_fts;
DROP VIEW faq_fts_content;
CREATE VIEW faq_fts_content AS
  SELECT f.faq_id, replace(replace(f.question, char(2), ' '), char(3), ' ') AS question,
    replace(replace(f.answer, char(2), ' '), char(3), ' ') AS answer
  FROM faq AS f JOIN source AS s ON s.current_revision = f.revision_id;
CREATE VIRTUAL TABLE faq_fts USING fts5 (
  question, answer, content = 'faq_fts_content', content_rowid = 'faq_id',
  tokenize = 'porter unicode61');
INSERT INTO faq_fts (faq_fts) VALUES ('rebuild');
CREATE VIEW source_fts_content AS
  SELECT s.source_id,
    replace(replace(coalesce(s.title, e.title), char(2), ' '), char(3), ' ') AS title,
    replace(replace(s.publisher, char(2), ' '), char(3), ' ') AS publisher, e.revision_id
  FROM source AS s JOIN extraction AS e ON e.revision_id = s.current_revision;
CREATE VIRTUAL TABLE source_fts USING fts5 (
  title, publisher, content = 'source_fts_content', content_rowid = 'source_id',
  tokenize = 'porter unicode61');
INSERT INTO source_fts (source_fts) VALUES ('rebuild');
