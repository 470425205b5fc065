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
