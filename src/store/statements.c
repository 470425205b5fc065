/* SPDX-License-Identifier: MIT */
/* Every fixed statement; all are prepared when a store is opened. */
#include "store_internal.h"

#define SPAN "start, end, byte_start, byte_end"

/* The rows of a revision; see FACT_ROW. */
#define OF_REVISION(row) row " BETWEEN (:revision << 24) AND (:revision << 24) + 16777215"
#define SOURCE_OF_REVISION                                                                         \
    "(SELECT x.id FROM revision AS r JOIN source AS x ON x.source_id = r.source_id"                \
    " WHERE r.revision_id = :revision) AS s"
#define DELETE_IDS(kind, table)                                                                    \
    "DELETE FROM " kind "_by_id WHERE (1, era, prefix, " kind "_id) IN (SELECT 1, " kind           \
    "_id >> 35, tf_key(id), " kind "_id FROM " table " WHERE " OF_REVISION(kind "_id") ")"
/* Where a window stands in window_order: what is counted in sessions at both ends. */
#define WINDOW_ORDERS                                                                              \
    "SELECT o.column1 AS sort, CASE WHEN o.column2 = 'sessions' THEN o.column3"                    \
    " WHEN o.column1 = 0 THEN coalesce(x.min_seconds, 0.0)"                                        \
    " ELSE coalesce(x.max_seconds, 1e307) END AS value, x.window_id"                               \
    " FROM time_window AS x CROSS JOIN (VALUES (0, 'time', NULL), (1, 'time', NULL),"              \
    " (0, 'sessions', -9e999), (0, 'sessions', 9e999), (1, 'sessions', -9e999),"                   \
    " (1, 'sessions', 9e999)) AS o ON o.column2 = x.basis"
/* facet.key, value.key, s.key and value.value */
#define TALLIES_OF(extraction)                                                                     \
    " CROSS JOIN json_each(" extraction ".tallies) AS facet"                                       \
    " CROSS JOIN json_each(facet.value) AS value"

#define AGREEMENT(expected, table, same)                                                           \
    "SELECT (SELECT count(*) FROM " expected "), (SELECT count(*) FROM " table "),"                \
    " (SELECT count(*) FROM " expected " CROSS JOIN " table " ON " same ")"
#define FOUND_BY_ID(kind, table)                                                                   \
    AGREEMENT(table " AS x", kind "_by_id AS t",                                                   \
              "t.era = x." kind "_id >> 35 AND t.prefix = tf_key(x.id) AND t." kind                \
              "_id = x." kind "_id")

#define SOME(rows) "SELECT count(*) FROM (SELECT 1 FROM " rows " LIMIT :most)"
/* Of a match: not given, or the hit bears one of the codes. The tallies first, which
 * spare the rows of sources that have none of them. */
#define TALLIED(kind, row)                                                                         \
    row " IN (SELECT v.current_revision FROM tally AS t CROSS JOIN source AS v ON v.key = t.key"   \
        " WHERE t.value_id IN " TALLY_VALUES("tf_facet('claims." kind "')", IN_LIST(kind)) ")"
#define HIT_LABEL(fact, row, kind)                                                                 \
    " AND (:" kind " IS NULL OR " TALLIED(kind, row) ")"                                           \
                                                     " AND (:" kind " IS NULL OR tf_meet(" fact    \
                                                     "." kind "s, :" kind "))"
#define HIT_SOURCE(row)                                                                            \
    " AND (:source IS NULL OR " row " IN (SELECT current_revision FROM source WHERE key "          \
                                    "IN " IN_LIST("source") " UNION ALL SELECT current_revision "  \
                                                            "FROM source WHERE id IN " IN_IDS(     \
                                                                "source") "))"
#define FACT_FILTER(fact)                                                                          \
    " AND x.rowid >= :least" HIT_SOURCE("x.rowid >> 24")                                           \
        HIT_LABEL(fact, "x.rowid >> 24", "treatment")                                              \
            HIT_LABEL(fact, "x.rowid >> 24", "condition")
#define SOURCE_LABEL(kind) " AND (:" kind " IS NULL OR " TALLIED(kind, "s.current_revision") ")"
#define CLAIM_HITS                                                                                 \
    " FROM claim_fts AS x CROSS JOIN claim AS c ON c.claim_id = x.rowid WHERE claim_fts MATCH"     \
    " :match" FACT_FILTER("c")
#define FAQ_HITS                                                                                   \
    " FROM faq_fts AS x CROSS JOIN faq AS f ON f.faq_id = x.rowid WHERE faq_fts MATCH "            \
    ":match" FACT_FILTER("f")
#define SOURCE_HITS                                                                                \
    " FROM source_fts AS x CROSS JOIN source AS s ON s.source_id = x.rowid"                        \
    " WHERE source_fts MATCH :match" SOURCE_LABEL("treatment") SOURCE_LABEL("condition")           \
        HIT_SOURCE("s.current_revision")
/* Without a filter the index alone tells: it holds current rows only. */
#define ALL_HITS(index) " FROM " index " AS x WHERE " index " MATCH :match"
#define SCORE(index, weights)                                                                      \
    "tf_bm25(" index ", '" index "', :match, (SELECT version FROM dataset WHERE one = 1)" weights  \
    ")"
/* The latest :most of them. */
#define LATEST(score, hits) "SELECT x.rowid, " score hits " ORDER BY x.rowid DESC LIMIT :most"
#define LEAST(index)                                                                               \
    "SELECT rowid FROM " index " WHERE " index " MATCH :match ORDER BY rowid DESC"                 \
    " LIMIT 1 OFFSET :most"
/* So many pages of words are put together with others. */
#define MERGE(index) "INSERT INTO " index " (" index ", rank) VALUES ('merge', 100)"
#define SNIPPET(index, column) "snippet(" index ", " column ", char(2), char(3), '\u2026', 40)"
#define TALLIED_ROWS(name)                                                                         \
    "(SELECT coalesce(sum(t.rows), 0) FROM " NAMED_TALLIES " WHERE n.facet = tf_facet('" name "')" \
    ")"
#define SOURCE_OF_HIT                                                                              \
    " s.id, r.number, s.key, coalesce(s.title, e.title), s.publisher, s.url, s.language"
#define REVISION_OF                                                                                \
    " CROSS JOIN revision AS r ON r.revision_id = s.current_revision"                              \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"
/* Of the hits those in :rows, between the :first and the :last of them. With a sign FTS5
 * is not asked for each, which would gather all that begins like a word as often. */
#define SHOWN(index)                                                                               \
    " WHERE " index " MATCH :match AND x.rowid BETWEEN :first AND :last"                           \
    " AND +x.rowid IN " IN_LIST("rows") " ORDER BY x.rowid DESC LIMIT :count"

/* A clock that was set back makes no change older than those before it, which
 * whoever asks for what is newer has already. */
#define NOT_BEFORE_OTHERS "max(:now, (SELECT changed_at FROM dataset WHERE one = 1))"

const char *const statement_sql[STATEMENT__MAX] = {
    [BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [BEGIN_READ] = "BEGIN",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",

    [READ_DATASET] = "SELECT version, changed_at FROM dataset",
    /* Facets of which each fact has exactly one value. */
    [READ_CENSUS] =
        "SELECT " TALLIED_ROWS("claims.kind") ", (SELECT count(*) FROM source), " TALLIED_ROWS(
            "time-windows.basis") ", " TALLIED_ROWS("faqs.origin") ", " TALLIED_ROWS("studies."
                                                                                     "polarity"),
    [RAISE_VERSION] = "UPDATE dataset SET version = version + 1,"
                      " changed_at = max(changed_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
                      " WHERE one = 1",
    [RAISE_VERSION_OVER] = "UPDATE dataset SET version = max(version, :version) + 1,"
                           " changed_at = max(changed_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
                           " WHERE one = 1",

    /* --- sources and revisions */
    [FIND_SOURCE] =
        "SELECT s.source_id, s.current_revision, r.number, r.sha256, s.title, s.publisher, s.url,"
        " s.published, s.retrieved, s.license, s.language"
        " FROM source AS s JOIN revision AS r ON r.revision_id = s.current_revision"
        " WHERE s.key = :key",
    /* The revision follows; its foreign key is checked at COMMIT. */
    [INSERT_SOURCE] =
        "INSERT INTO source (id, key, title, publisher, url, published, retrieved, license,"
        " language, current_revision) VALUES (:id, :key, :title, :publisher, :url, :published,"
        " :retrieved, :license, :language,"
        " (SELECT coalesce(max(revision_id), 0) + 1 FROM revision))",
    [UPDATE_SOURCE] =
        "UPDATE source SET title = :title, publisher = :publisher, url = :url,"
        " published = :published, retrieved = :retrieved, license = :license,"
        " language = :language, current_revision = :revision WHERE source_id = :source",
    [INSERT_REVISION] = "INSERT INTO revision (source_id, number, sha256, loaded_at, updated_at)"
                        " VALUES (:source, :number, :sha256, :now, " NOT_BEFORE_OTHERS ")",
    [TOUCH_REVISION] =
        "UPDATE revision SET updated_at = " NOT_BEFORE_OTHERS " WHERE revision_id = :revision",
    [FIND_REVISION] = "SELECT r.revision_id, r.revision_id = s.current_revision, r.sha256"
                      " FROM source AS s JOIN revision AS r ON r.source_id = s.source_id"
                      " WHERE s.key = :key AND r.number = :number",
    [INSERT_TEXT] = "INSERT INTO text VALUES (:revision, :bytes)",

    /* --- facts */
    [INSERT_EXTRACTION] =
        "INSERT INTO extraction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_SEGMENT] = "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_CLAIM] = "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_WINDOW] = "INSERT INTO time_window"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_FAQ] = "INSERT INTO faq VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_STUDY] = "INSERT INTO study VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",

    /* --- what finds facts */
    [INSERT_CLAIM_ID] = "INSERT INTO claim_by_id VALUES (?, ?, ?)",
    [INSERT_WINDOW_ID] = "INSERT INTO window_by_id VALUES (?, ?, ?)",
    [INSERT_FAQ_ID] = "INSERT INTO faq_by_id VALUES (?, ?, ?)",
    [INSERT_STUDY_ID] = "INSERT INTO study_by_id VALUES (?, ?, ?)",
    [INSERT_LENGTH] = "INSERT INTO window_order VALUES (?, ?, ?)",
    [FIND_TALLY_VALUE] = "SELECT value_id FROM tally_value WHERE facet = ? AND value = ?",
    [INSERT_TALLY_VALUE] = "INSERT INTO tally_value (facet, value) VALUES (?, ?)",
    [INSERT_TALLY] = "INSERT INTO tally VALUES (?, ?, ?)",
    [INSERT_WORDS] = "INSERT INTO claim_words VALUES (?, ?)",
    /* By the type of the first value SQLite judges which columns of a key it can look
     * up; by that of sort only sort, by that of a number which is no column all. */
    [UNINDEX_LENGTHS] = "DELETE FROM window_order WHERE (1, sort, value, window_id) IN "
                        "(SELECT 1, sort, value, window_id FROM (" WINDOW_ORDERS
                        " WHERE " OF_REVISION("x.window_id") "))",
    [UNINDEX_WORDS] = "DELETE FROM claim_words WHERE (words, revision_id) IN"
                      " (SELECT words, :revision FROM claim WHERE " OF_REVISION("claim_id") ")",
    [UNINDEX_TALLIES] =
        "DELETE FROM tally WHERE (1, value_id, key) IN"
        " (SELECT 1, v.value_id, s.key FROM source AS s"
        " CROSS JOIN extraction AS e ON e.revision_id = s.current_revision" TALLIES_OF(
            "e") " CROSS JOIN tally_value AS v ON v.facet = tf_facet(facet.key)"
                 " AND v.value = value.key WHERE s.current_revision = :revision)",

    /* --- full text: SQLite is told of the words it shall forget. It gathers words
     * in memory until a statement that may have to be undone by itself (one that
     * writes several rows) makes it write them out. */
    [INDEX_CLAIM] = "INSERT INTO claim_fts (rowid, text) VALUES (?, ?)",
    [INDEX_FAQ] = "INSERT INTO faq_fts (rowid, question, answer) VALUES (?, ?, ?)",
    [INDEX_NEW_SOURCE] = "INSERT INTO source_fts (rowid, title, publisher) VALUES (?, ?, ?)",
    [INDEX_SOURCE] = "INSERT INTO source_fts (rowid, title, publisher)"
                     " SELECT source_id, title, publisher FROM source_fts_content"
                     " WHERE revision_id = :revision",
    [UNINDEX_CLAIMS] = "INSERT INTO claim_fts (claim_fts, rowid, text)"
                       " SELECT 'delete', claim_id, text FROM claim WHERE " OF_REVISION("claim_id"),
    [UNINDEX_FAQS] =
        "INSERT INTO faq_fts (faq_fts, rowid, question, answer)"
        " SELECT 'delete', faq_id, question, answer FROM faq WHERE " OF_REVISION("faq_id"),
    [UNINDEX_SOURCE] = "INSERT INTO source_fts (source_fts, rowid, title, publisher)"
                       " SELECT 'delete', source_id, title, publisher FROM source_fts_content"
                       " WHERE revision_id = :revision",

    /* --- sources that say mostly the same: see kin.c. Those that a source leaves
     * behind are paired anew, each with the next, because it may have been what
     * held them together. */
    [SHARING_WORDS] = "SELECT revision_id FROM claim_words WHERE words = ?"
                      " ORDER BY revision_id DESC LIMIT 4",
    [COUNT_WORDS] = "SELECT words FROM extraction WHERE revision_id = :revision",
    [INSERT_KIN] = "INSERT OR IGNORE INTO kin VALUES (:revision, :other)",
    [REJOIN_KIN] = "INSERT OR IGNORE INTO kin SELECT one, other FROM ("
                   " SELECT id AS one, lag(id) OVER (ORDER BY id) AS other FROM ("
                   " SELECT other_id AS id FROM kin WHERE revision_id = :revision"
                   " UNION SELECT revision_id FROM kin WHERE other_id = :revision)) AS pair"
                   " CROSS JOIN extraction AS a ON a.revision_id = pair.one"
                   " CROSS JOIN extraction AS b ON b.revision_id = pair.other"
                   " WHERE 2 * (SELECT count(*) FROM (SELECT DISTINCT c.words FROM claim AS c"
                   " WHERE c.claim_id BETWEEN (one << 24) AND (one << 24) + 16777215) AS m"
                   " CROSS JOIN claim_words AS o ON o.words = m.words AND o.revision_id = other)"
                   " > min(a.words, b.words)",
    [UNINDEX_KIN] = "DELETE FROM kin WHERE revision_id = :revision OR other_id = :revision",
    [READ_KIN] = "SELECT a.id, b.id FROM kin AS k"
                 " JOIN source AS a ON a.current_revision = k.revision_id"
                 " JOIN source AS b ON b.current_revision = k.other_id",

    [MERGE_CLAIM_WORDS] = MERGE("claim_fts"),
    [MERGE_FAQ_WORDS] = MERGE("faq_fts"),
    [MERGE_SOURCE_WORDS] = MERGE("source_fts"),
    [OPTIMIZE_CLAIM_WORDS] = "INSERT INTO claim_fts (claim_fts) VALUES ('optimize')",
    [OPTIMIZE_FAQ_WORDS] = "INSERT INTO faq_fts (faq_fts) VALUES ('optimize')",
    [OPTIMIZE_SOURCE_WORDS] = "INSERT INTO source_fts (source_fts) VALUES ('optimize')",

    [CHECK_CLAIM_INDEX] = "INSERT INTO claim_fts (claim_fts, rank) VALUES ('integrity-check', 1)",
    [CHECK_FAQ_INDEX] = "INSERT INTO faq_fts (faq_fts, rank) VALUES ('integrity-check', 1)",
    [CHECK_SOURCE_INDEX] =
        "INSERT INTO source_fts (source_fts, rank) VALUES ('integrity-check', 1)",

    /* --- how much a filter leaves, no further than asked */
    [SOME_CLAIM_HITS] = SOME("claim_fts WHERE claim_fts MATCH :match"),
    [SOME_FAQ_HITS] = SOME("faq_fts WHERE faq_fts MATCH :match"),
    [SOME_UP_TO] = SOME("window_order WHERE " WINDOWS_UP_TO(":value")),
    [SOME_FROM] = SOME("window_order WHERE " WINDOWS_FROM(":value")),
    [SOME_UPDATED] = SOME("revision WHERE updated_at >= :since"),
    [SOME_STUDIES] = SOME("study WHERE " NAMED_STUDY("study_id", "name")),
    [SOME_SOURCES] =
        SOME("tally WHERE value_id IN " TALLY_VALUES("tf_facet(:facet)", IN_LIST("values"))),

    /* --- searching: questions and titles weigh double */
    [SEARCH_CLAIMS] = LATEST(SCORE("claim_fts", ""), CLAIM_HITS),
    [SEARCH_FAQS] = LATEST(SCORE("faq_fts", ", 2.0, 1.0"), FAQ_HITS),
    [SEARCH_SOURCES] = LATEST(SCORE("source_fts", ", 2.0, 1.0"), SOURCE_HITS),
    [SEARCH_ALL_CLAIMS] = LATEST(SCORE("claim_fts", ""), ALL_HITS("claim_fts")),
    [SEARCH_ALL_FAQS] = LATEST(SCORE("faq_fts", ", 2.0, 1.0"), ALL_HITS("faq_fts")),
    [SEARCH_ALL_SOURCES] = LATEST(SCORE("source_fts", ", 2.0, 1.0"), ALL_HITS("source_fts")),
    [LEAST_CLAIM_HIT] = LEAST("claim_fts"),
    [LEAST_FAQ_HIT] = LEAST("faq_fts"),
    [SHOW_CLAIM_HITS] = "SELECT x.rowid, c.id, c.section, " SNIPPET(
        "claim_fts",
        "0") "," SOURCE_OF_HIT " FROM claim_fts AS x CROSS JOIN claim AS c ON c.claim_id = x.rowid"
             " CROSS JOIN source AS s ON s.current_revision = c.claim_id >> 24" REVISION_OF SHOWN(
                 "claim_fts"),
    [SHOW_FAQ_HITS] = "SELECT x.rowid, f.id, f.question, " SNIPPET(
        "faq_fts",
        "-1") "," SOURCE_OF_HIT " FROM faq_fts AS x CROSS JOIN faq AS f ON f.faq_id = x.rowid"
              " CROSS JOIN source AS s ON s.current_revision = f.faq_id >> 24" REVISION_OF SHOWN(
                  "faq_fts"),
    [SHOW_SOURCE_HITS] = "SELECT x.rowid, s.id, coalesce(s.title, e.title), " SNIPPET(
        "source_fts",
        "-1") "," SOURCE_OF_HIT
              " FROM source_fts AS x CROSS JOIN source AS s ON s.source_id = x.rowid" REVISION_OF
                  SHOWN("source_fts"),

    [DELETE_CLAIM_IDS] = DELETE_IDS("claim", "claim"),
    [DELETE_WINDOW_IDS] = DELETE_IDS("window", "time_window"),
    [DELETE_FAQ_IDS] = DELETE_IDS("faq", "faq"),
    [DELETE_STUDY_IDS] = DELETE_IDS("study", "study"),
    [DELETE_SEGMENTS] = "DELETE FROM segment WHERE " OF_REVISION("segment_id"),
    [DELETE_CLAIMS] = "DELETE FROM claim WHERE " OF_REVISION("claim_id"),
    [DELETE_WINDOWS] = "DELETE FROM time_window WHERE " OF_REVISION("window_id"),
    [DELETE_FAQS] = "DELETE FROM faq WHERE " OF_REVISION("faq_id"),
    [DELETE_STUDIES] = "DELETE FROM study WHERE " OF_REVISION("study_id"),
    [DELETE_EXTRACTION] = "DELETE FROM extraction WHERE revision_id = :revision",

    /* --- vocabulary */
    [DELETE_VOCABULARY] = "DELETE FROM vocabulary",
    [INSERT_VOCABULARY] = "INSERT INTO vocabulary VALUES (:kind, :code, :label, :synonyms)",
    [READ_VOCABULARY] = "SELECT kind, code, label, synonyms FROM vocabulary ORDER BY kind, code",
    [READ_CODES] = "SELECT code FROM vocabulary WHERE kind = :kind ORDER BY code",
    [COUNT_VOCABULARY] = "SELECT v.kind, v.code, v.label, v.synonyms,"
                         " (SELECT coalesce(sum(t.rows), 0) FROM " NAMED_TALLIES
                         " WHERE n.facet = tf_facet('claims.' || :kind) AND n.value = v.code)"
                         " FROM vocabulary AS v WHERE v.kind = :kind ORDER BY v.code",

    [SOURCE_ROLES] = "SELECT role, count(*), sum(end - start) FROM segment WHERE " OF_REVISION(
        "segment_id") " GROUP BY role",
    [REVISION_CLAIMS] = "SELECT " CLAIM_COLUMNS
                        " FROM claim AS c WHERE " OF_REVISION("c.claim_id") " ORDER BY c.claim_id",

    /* --- texts */
    [ALL_REVISIONS] = "SELECT revision_id FROM revision ORDER BY revision_id",
    [REVISION_TEXT] =
        "SELECT r.number, t.bytes, s.key, s.title, s.publisher, s.url, s.published, s.retrieved,"
        " s.license, s.language FROM revision AS r JOIN source AS s ON s.source_id = r.source_id"
        " JOIN text AS t ON t.revision_id = r.revision_id WHERE r.revision_id = :revision",
    [FIND_TEXT] = "SELECT t.bytes, r.sha256, r.number, r.loaded_at FROM source AS s"
                  " JOIN revision AS r ON r.source_id = s.source_id"
                  " JOIN text AS t ON t.revision_id = r.revision_id"
                  " WHERE s.id = :source AND (r.number = :number"
                  " OR :number = 0 AND r.revision_id = s.current_revision)",

    /* --- verifying; each row has what check.c compares */
    [VERIFY_REVISION] =
        "SELECT s.key, r.number, r.sha256, t.bytes, e.bytes, e.characters, e.segments, e.claims,"
        " e.windows, e.faqs, e.studies FROM revision AS r"
        " JOIN source AS s ON s.source_id = r.source_id"
        " LEFT JOIN text AS t ON t.revision_id = r.revision_id"
        " LEFT JOIN extraction AS e ON e.revision_id = r.revision_id"
        " WHERE r.revision_id = :revision",
    [VERIFY_SEGMENTS] =
        "SELECT " SPAN ", segment_id & 16777215, role FROM segment WHERE " OF_REVISION(
            "segment_id") " ORDER BY segment_id",
    [VERIFY_WINDOWS] = "SELECT " SPAN ", expression, claim FROM time_window WHERE " OF_REVISION(
        "window_id") " ORDER BY window_id",
    [VERIFY_FAQS] = "SELECT question, " SPAN
                    ", spans, claims FROM faq WHERE " OF_REVISION("faq_id") " ORDER BY faq_id",
    [VERIFY_STUDIES] = "SELECT " SPAN ", NULL, claim FROM study WHERE " OF_REVISION(
        "study_id") " ORDER BY study_id",
    /* What finds facts: how many rows there should be, are, and are right. */
    [VERIFY_TALLIES] = AGREEMENT(
        "source AS s CROSS JOIN extraction AS e ON e.revision_id = s.current_revision" TALLIES_OF(
            "e"),
        "tally AS t",
        "t.value_id = " TALLY_VALUE("tf_facet(facet.key)",
                                    "value.key") " AND t.key = s.key AND t.rows = value.value"),
    [VERIFY_FOUND_CLAIMS] = FOUND_BY_ID("claim", "claim"),
    [VERIFY_FOUND_WINDOWS] = FOUND_BY_ID("window", "time_window"),
    [VERIFY_FOUND_FAQS] = FOUND_BY_ID("faq", "faq"),
    [VERIFY_FOUND_STUDIES] = FOUND_BY_ID("study", "study"),
    [VERIFY_LENGTHS] = AGREEMENT(
        "(" WINDOW_ORDERS " WHERE x.window_id >> 24 IN (SELECT current_revision FROM source)) AS x",
        "window_order AS t", "t.sort = x.sort AND t.value = x.value AND t.window_id = x.window_id"),
    [VERIFY_WORDS] =
        AGREEMENT("(SELECT DISTINCT claim_id >> 24 AS revision_id, words FROM claim"
                  " WHERE claim_id >> 24 IN (SELECT current_revision FROM source)) AS x",
                  "claim_words AS t", "t.words = x.words AND t.revision_id = x.revision_id"),
    [VERIFY_SOURCE_IDS] = "SELECT id, key FROM source",
    /* Of one revision, so that what is sorted fits into memory. The last column says how
     * many equal ones there are, for the occurrence. */
    [VERIFY_CLAIM_IDS] = "SELECT c.id, s.id, c.text, NULL, count(*) OVER (PARTITION BY c.text)"
                         " FROM " SOURCE_OF_REVISION " CROSS JOIN claim AS c"
                         " WHERE " OF_REVISION("c.claim_id"),
    [VERIFY_WINDOW_IDS] = "SELECT w.id, c.id, w.expression, NULL,"
                          " count(*) OVER (PARTITION BY c.claim_id, w.expression)"
                          " FROM time_window AS w CROSS JOIN claim AS c"
                          " ON c.claim_id = (:revision << 24) + w.claim"
                          " WHERE " OF_REVISION("w.window_id"),
    [VERIFY_FAQ_IDS] = "SELECT f.id, s.id, f.answer, f.question,"
                       " count(*) OVER (PARTITION BY coalesce(f.question, f.answer))"
                       " FROM " SOURCE_OF_REVISION " CROSS JOIN faq AS f"
                       " WHERE " OF_REVISION("f.faq_id"),
    [VERIFY_STUDY_IDS] = "SELECT y.id, c.id, y.name, NULL, 1 FROM study AS y CROSS JOIN claim AS c"
                         " ON c.claim_id = (:revision << 24) + y.claim"
                         " WHERE " OF_REVISION("y.study_id"),
    [INTEGRITY_CHECK] = "PRAGMA integrity_check",
    [QUICK_CHECK] = "PRAGMA quick_check(1)",
    [FOREIGN_KEY_CHECK] = "PRAGMA foreign_key_check",
    [READ_SCHEMA] = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
                    " WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name",
};
