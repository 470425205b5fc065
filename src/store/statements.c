/* SPDX-License-Identifier: MIT */
/* Every fixed statement; all are prepared when a store is opened. */
#include "store_internal.h"

#define SPAN "start, end, byte_start, byte_end"
#define SPAN_VALUES ":start, :end, :byte_start, :byte_end"

#define IN_LIST(name) "(SELECT value FROM json_each(:" name "))"
/* Of a match: not given, or one of the claims that the hit rests on has a code. */
#define HIT_LABEL(kind, rest)                                                                      \
    " AND (:" kind " IS NULL OR EXISTS (SELECT 1 FROM " rest " AND l.kind = '" kind                \
    "' AND l.code IN " IN_LIST(kind) "))"
#define HIT_FILTER(rest)                                                                           \
    HIT_LABEL("treatment", rest)                                                                   \
    HIT_LABEL("condition", rest)                                                                   \
    " AND (:source IS NULL OR s.key IN " IN_LIST("source") " OR s.id IN"                           \
    " (SELECT tf_uuid(value) FROM json_each(:source)))"
#define CLAIM_HITS                                                                                 \
    " FROM claim_fts AS x CROSS JOIN claim AS c ON c.claim_id = x.rowid"                           \
    " CROSS JOIN source AS s ON s.current_revision = c.revision_id WHERE claim_fts MATCH :match"   \
    HIT_FILTER("claim_label AS l WHERE l.claim_id = c.claim_id")
#define FAQ_HITS                                                                                   \
    " FROM faq_fts AS x CROSS JOIN faq AS f ON f.faq_id = x.rowid"                                 \
    " CROSS JOIN source AS s ON s.current_revision = f.revision_id WHERE faq_fts MATCH :match"     \
    HIT_FILTER("faq_claim AS fc CROSS JOIN claim_label AS l ON l.claim_id = fc.claim_id"           \
               " WHERE fc.faq_id = f.faq_id")
#define SOURCE_HITS                                                                                \
    " FROM source_fts AS x CROSS JOIN source AS s ON s.source_id = x.rowid"                        \
    " WHERE source_fts MATCH :match"                                                               \
    HIT_FILTER("claim_label AS l WHERE l.revision_id = s.current_revision")
#define WORDS_OF(revision)                                                                         \
    "(SELECT count(DISTINCT words) FROM claim WHERE revision_id = " revision ")"
/* Without a filter the index alone tells: it holds current rows only. */
#define ALL_HITS(index) " FROM " index " AS x WHERE " index " MATCH :match"
/* FTS5's bm25 is the smaller the better; here it is turned round. */
#define BEST(score, hits)                                                                          \
    "SELECT x.rowid, -" score " AS score" hits                                                     \
    " AND (:score IS NULL OR -" score " < :score OR (-" score " = :score AND x.rowid > :row))"     \
    " ORDER BY score DESC, x.rowid LIMIT :limit"
#define SNIPPET(index, column) "snippet(" index ", " column ", char(2), char(3), '\u2026', 40)"
#define HIT_SOURCE                                                                                 \
    " s.id, r.number, s.key, coalesce(s.title, e.title), s.publisher, s.url, s.language"
#define REVISION_OF                                                                                \
    " JOIN revision AS r ON r.revision_id = s.current_revision"                                    \
    " JOIN extraction AS e ON e.revision_id = r.revision_id"

const char *const statement_sql[STATEMENT__MAX] = {
    [BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [BEGIN_READ] = "BEGIN",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",

    [READ_DATASET] = "SELECT version, changed_at FROM dataset",
    [RAISE_VERSION] = "UPDATE dataset SET version = version + 1,"
                      " changed_at = max(changed_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",

    /* --- sources and revisions */
    [FIND_SOURCE] =
        "SELECT s.source_id, s.current_revision, r.number, r.sha256, s.title, s.publisher, s.url,"
        " s.published, s.retrieved, s.license, s.language"
        " FROM source AS s JOIN revision AS r ON r.revision_id = s.current_revision"
        " WHERE s.key = :key",
    /* The revision follows; its foreign key is checked at COMMIT. */
    [INSERT_SOURCE] =
        "INSERT INTO source (id, key, current_revision)"
        " VALUES (:id, :key, (SELECT coalesce(max(revision_id), 0) + 1 FROM revision))",
    [UPDATE_SOURCE] =
        "UPDATE source SET title = :title, publisher = :publisher, url = :url,"
        " published = :published, retrieved = :retrieved, license = :license,"
        " language = :language, current_revision = :revision WHERE source_id = :source",
    [INSERT_REVISION] = "INSERT INTO revision (source_id, number, sha256, loaded_at, updated_at)"
                        " VALUES (:source, :number, :sha256, :now, :now)",
    [TOUCH_REVISION] = "UPDATE revision SET updated_at = :now WHERE revision_id = :revision",
    [FIND_REVISION] = "SELECT r.revision_id, r.revision_id = s.current_revision, r.sha256"
                      " FROM source AS s JOIN revision AS r ON r.source_id = s.source_id"
                      " WHERE s.key = :key AND r.number = :number",
    [INSERT_TEXT] = "INSERT INTO text VALUES (:revision, :bytes)",

    /* --- facts */
    [INSERT_EXTRACTION] =
        "INSERT INTO extraction VALUES (:revision, :extractor, :lexicon, :title, :published,"
        " :bytes, :characters, :segments, :claims, :windows, :faqs, :studies)",
    [INSERT_SEGMENT] = "INSERT INTO segment (revision_id, ordinal, role, " SPAN ", reason)"
                       " VALUES (:revision, :ordinal, :role, " SPAN_VALUES ", :reason)",
    [INSERT_CLAIM] =
        "INSERT INTO claim (revision_id, ordinal, id, segment_id, kind, text, section, topic,"
        " certainty, polarity, reason, words) VALUES (:revision, :ordinal, :id,"
        " (SELECT segment_id FROM segment WHERE revision_id = :revision AND ordinal = :segment),"
        " :kind, :text, :section, :topic, :certainty, :polarity, :reason,"
        " CASE WHEN :current THEN tf_words(:text) END)",
    [INSERT_SPAN] = "INSERT INTO claim_span (claim_id, ordinal, role, " SPAN ", exact)"
                    " VALUES (:claim, :ordinal, :role, " SPAN_VALUES ", :exact)",
    [INSERT_HEDGE] = "INSERT INTO claim_hedge VALUES (:claim, :ordinal, :words)",
    [INSERT_LABEL] = "INSERT INTO claim_label (claim_id, kind, ordinal, code, revision_id)"
                     " VALUES (:claim, :kind, :ordinal, :code, :revision)",
    [INSERT_WINDOW] =
        "INSERT INTO time_window (revision_id, ordinal, id, claim_id, measure, basis, min, max,"
        " min_seconds, max_seconds, min_sessions, max_sessions, bound, precision, route,"
        " condition, " SPAN ", expression) VALUES (:revision, :ordinal, :id,"
        " (SELECT claim_id FROM claim WHERE id = :claim AND revision_id = :revision),"
        " :measure, :basis, :min, :max, :min_seconds, :max_seconds, :min_sessions,"
        " :max_sessions, :bound, :precision, :route, :condition, " SPAN_VALUES ", :expression)",
    [INSERT_WINDOW_TREATMENT] =
        "INSERT INTO window_treatment VALUES (:window, :ordinal, :code, :revision)",
    [INSERT_FAQ] =
        "INSERT INTO faq (revision_id, ordinal, id, origin, question, " SPAN ", answer)"
        " VALUES (:revision, :ordinal, :id, :origin, :question, " SPAN_VALUES ", :answer)",
    [INSERT_FAQ_SPAN] = "INSERT INTO faq_span VALUES (:faq, :ordinal, " SPAN_VALUES ")",
    [INSERT_FAQ_CLAIM] =
        "INSERT INTO faq_claim VALUES (:faq, :ordinal,"
        " (SELECT claim_id FROM claim WHERE id = :claim AND revision_id = :revision))",
    [INSERT_STUDY] =
        "INSERT INTO study (revision_id, ordinal, id, claim_id, name, year, study_type,"
        " participants, " SPAN ")"
        " VALUES (:revision, :ordinal, :id,"
        " (SELECT claim_id FROM claim WHERE id = :claim AND revision_id = :revision),"
        " :name, :year, :study_type, :participants, " SPAN_VALUES ")",

    /* --- full text: SQLite is told of the words it shall forget */
    [INDEX_CLAIMS] = "INSERT INTO claim_fts (rowid, text)"
                     " SELECT claim_id, text FROM claim WHERE revision_id = :revision",
    [INDEX_FAQS] = "INSERT INTO faq_fts (rowid, question, answer)"
                   " SELECT faq_id, question, answer FROM faq WHERE revision_id = :revision",
    [UNINDEX_CLAIMS] = "INSERT INTO claim_fts (claim_fts, rowid, text)"
                       " SELECT 'delete', claim_id, text FROM claim WHERE revision_id = :revision",
    [UNINDEX_FAQS] =
        "INSERT INTO faq_fts (faq_fts, rowid, question, answer)"
        " SELECT 'delete', faq_id, question, answer FROM faq WHERE revision_id = :revision",
    [INDEX_SOURCE] = "INSERT INTO source_fts (rowid, title, publisher)"
                     " SELECT source_id, title, publisher FROM source_fts_content"
                     " WHERE revision_id = :revision",
    [UNINDEX_SOURCE] = "INSERT INTO source_fts (source_fts, rowid, title, publisher)"
                       " SELECT 'delete', source_id, title, publisher FROM source_fts_content"
                       " WHERE revision_id = :revision",

    /* --- sources that say mostly the same: of the claims that share a digest the
     * latest few are looked at, so that what all pages say costs no more. Those
     * that a source leaves behind are paired anew, each with the next, because
     * it may have been what held them together. */
    [INDEX_KIN] =
        "INSERT INTO kin SELECT :revision, other FROM ("
        " SELECT b.revision_id AS other, count(DISTINCT b.words) AS shared FROM"
        " (SELECT DISTINCT words FROM claim WHERE revision_id = :revision) AS m"
        " CROSS JOIN claim AS b WHERE b.claim_id IN (SELECT a.claim_id FROM claim AS a"
        " WHERE a.words = m.words AND a.revision_id <> :revision"
        " ORDER BY a.claim_id DESC LIMIT 64)"
        " GROUP BY b.revision_id)"
        " WHERE 2 * shared > min(" WORDS_OF(":revision") ", " WORDS_OF("other") ")"
        " ORDER BY other DESC LIMIT 16",
    [REJOIN_KIN] =
        "INSERT OR IGNORE INTO kin SELECT one, other FROM ("
        " SELECT id AS one, lag(id) OVER (ORDER BY id) AS other FROM ("
        " SELECT other_id AS id FROM kin WHERE revision_id = :revision"
        " UNION SELECT revision_id FROM kin WHERE other_id = :revision))"
        " WHERE other IS NOT NULL AND 2 * (SELECT count(DISTINCT words) FROM claim"
        " WHERE revision_id = one AND words IN"
        " (SELECT words FROM claim WHERE revision_id = other))"
        " > min(" WORDS_OF("one") ", " WORDS_OF("other") ")",
    [UNINDEX_KIN] = "DELETE FROM kin WHERE revision_id = :revision OR other_id = :revision",
    [UNINDEX_WORDS] = "UPDATE claim SET words = NULL WHERE revision_id = :revision",
    [READ_KIN] = "SELECT a.id, b.id FROM kin AS k"
                 " JOIN source AS a ON a.current_revision = k.revision_id"
                 " JOIN source AS b ON b.current_revision = k.other_id",

    [CHECK_CLAIM_INDEX] = "INSERT INTO claim_fts (claim_fts, rank) VALUES ('integrity-check', 1)",
    [CHECK_FAQ_INDEX] = "INSERT INTO faq_fts (faq_fts, rank) VALUES ('integrity-check', 1)",
    [CHECK_SOURCE_INDEX] = "INSERT INTO source_fts (source_fts, rank) VALUES ('integrity-check', 1)",

    /* --- searching: questions and titles weigh double */
    [SEARCH_CLAIMS] = BEST("bm25(claim_fts)", CLAIM_HITS),
    [SEARCH_FAQS] = BEST("bm25(faq_fts, 2.0, 1.0)", FAQ_HITS),
    [SEARCH_SOURCES] = BEST("bm25(source_fts, 2.0, 1.0)", SOURCE_HITS),
    [SEARCH_ALL_CLAIMS] = BEST("bm25(claim_fts)", ALL_HITS("claim_fts")),
    [SEARCH_ALL_FAQS] = BEST("bm25(faq_fts, 2.0, 1.0)", ALL_HITS("faq_fts")),
    [SEARCH_ALL_SOURCES] = BEST("bm25(source_fts, 2.0, 1.0)", ALL_HITS("source_fts")),
    [COUNT_ALL_CLAIM_HITS] = "SELECT count(*)" ALL_HITS("claim_fts"),
    [COUNT_ALL_FAQ_HITS] = "SELECT count(*)" ALL_HITS("faq_fts"),
    [COUNT_ALL_SOURCE_HITS] = "SELECT count(*)" ALL_HITS("source_fts"),
    [COUNT_CLAIM_HITS] = "SELECT count(*)" CLAIM_HITS,
    [COUNT_FAQ_HITS] = "SELECT count(*)" FAQ_HITS,
    [COUNT_SOURCE_HITS] = "SELECT count(*)" SOURCE_HITS,
    [SHOW_CLAIM_HIT] =
        "SELECT c.id, c.section, " SNIPPET("claim_fts", "0") "," HIT_SOURCE " FROM claim_fts AS x"
        " JOIN claim AS c ON c.claim_id = x.rowid"
        " JOIN source AS s ON s.current_revision = c.revision_id" REVISION_OF
        " WHERE claim_fts MATCH :match AND x.rowid = :row",
    [SHOW_FAQ_HIT] =
        "SELECT f.id, f.question, " SNIPPET("faq_fts", "-1") "," HIT_SOURCE " FROM faq_fts AS x"
        " JOIN faq AS f ON f.faq_id = x.rowid"
        " JOIN source AS s ON s.current_revision = f.revision_id" REVISION_OF
        " WHERE faq_fts MATCH :match AND x.rowid = :row",
    [SHOW_SOURCE_HIT] =
        "SELECT s.id, coalesce(s.title, e.title), " SNIPPET("source_fts", "-1") "," HIT_SOURCE
        " FROM source_fts AS x JOIN source AS s ON s.source_id = x.rowid" REVISION_OF
        " WHERE source_fts MATCH :match AND x.rowid = :row",

    /* Windows, studies, spans and labels go with their claims. */
    [DELETE_FAQS] = "DELETE FROM faq WHERE revision_id = :revision",
    [DELETE_CLAIMS] = "DELETE FROM claim WHERE revision_id = :revision",
    [DELETE_SEGMENTS] = "DELETE FROM segment WHERE revision_id = :revision",
    [DELETE_EXTRACTION] = "DELETE FROM extraction WHERE revision_id = :revision",

    /* --- vocabulary */
    [DELETE_VOCABULARY] = "DELETE FROM vocabulary",
    [INSERT_VOCABULARY] = "INSERT INTO vocabulary VALUES (:kind, :code, :label, :synonyms)",
    [READ_VOCABULARY] = "SELECT kind, code, label, synonyms FROM vocabulary ORDER BY kind, code",
    [READ_CODES] = "SELECT code FROM vocabulary WHERE kind = :kind ORDER BY code",
    [COUNT_VOCABULARY] =
        "SELECT v.kind, v.code, v.label, v.synonyms, (SELECT count(*) FROM claim_label AS l"
        " JOIN source AS s ON s.current_revision = l.revision_id"
        " WHERE l.kind = v.kind AND l.code = v.code)"
        " FROM vocabulary AS v WHERE v.kind = :kind ORDER BY v.code",
    [COUNT_TOPICS] =
        "SELECT v.kind, v.code, v.label, v.synonyms, (SELECT count(*) FROM claim AS c"
        " JOIN source AS s ON s.current_revision = c.revision_id WHERE c.topic = v.code)"
        " FROM vocabulary AS v WHERE v.kind = 'topic' ORDER BY v.code",

    /* --- what belongs to one row */
    [CLAIM_SPANS] =
        "SELECT role, " SPAN ", exact FROM claim_span WHERE claim_id = :claim ORDER BY ordinal",
    [CLAIM_HEDGES] = "SELECT words FROM claim_hedge WHERE claim_id = :claim ORDER BY ordinal",
    [CLAIM_LABELS] =
        "SELECT kind, code FROM claim_label WHERE claim_id = :claim ORDER BY kind, ordinal",
    [WINDOW_TREATMENTS] =
        "SELECT code FROM window_treatment WHERE window_id = :window ORDER BY ordinal",
    [FAQ_SPANS] = "SELECT " SPAN " FROM faq_span WHERE faq_id = :faq ORDER BY ordinal",
    [FAQ_CLAIMS] = "SELECT c.id FROM faq_claim AS f JOIN claim AS c ON c.claim_id = f.claim_id"
                   " WHERE f.faq_id = :faq ORDER BY f.ordinal",
    [SOURCE_ROLES] =
        "SELECT role, count(*), sum(end - start) FROM segment WHERE revision_id = :revision"
        " GROUP BY role",
    [REVISION_CLAIMS] =
        "SELECT " CLAIM_COLUMNS " FROM claim AS c JOIN segment AS g ON g.segment_id = c.segment_id"
        " WHERE c.revision_id = :revision ORDER BY c.ordinal",

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
        "SELECT " SPAN ", ordinal FROM segment WHERE revision_id = :revision ORDER BY ordinal",
    [VERIFY_SPANS] = "SELECT p.start, p.end, p.byte_start, p.byte_end, p.exact FROM claim AS c"
                     " JOIN claim_span AS p ON p.claim_id = c.claim_id"
                     " WHERE c.revision_id = :revision ORDER BY c.ordinal, p.ordinal",
    [VERIFY_PRIMARY] =
        "SELECT c.ordinal FROM claim AS c JOIN segment AS g ON g.segment_id = c.segment_id"
        " WHERE c.revision_id = :revision AND (g.role <> 'claim'"
        " OR g.revision_id <> c.revision_id"
        " OR (SELECT count(*) FROM claim_span AS p WHERE p.claim_id = c.claim_id"
        "     AND p.role IN ('sentence', 'item', 'cell')) <> 1"
        " OR (SELECT count(*) FROM claim_span AS p WHERE p.claim_id = c.claim_id"
        "     AND p.role = c.kind AND p.byte_start >= g.byte_start"
        "     AND p.byte_end <= g.byte_end) <> 1) ORDER BY c.ordinal",
    [VERIFY_WINDOWS] = "SELECT " SPAN ", expression FROM time_window WHERE revision_id = :revision"
                       " ORDER BY ordinal",
    [VERIFY_FAQS] =
        "SELECT " SPAN ", question FROM faq WHERE revision_id = :revision AND question IS NOT NULL"
        " UNION ALL SELECT p.start, p.end, p.byte_start, p.byte_end, NULL FROM faq AS f"
        " JOIN faq_span AS p ON p.faq_id = f.faq_id WHERE f.revision_id = :revision",
    [VERIFY_STUDIES] =
        "SELECT " SPAN ", NULL FROM study WHERE revision_id = :revision ORDER BY ordinal",
    [VERIFY_COUNTS] = "SELECT (SELECT count(*) FROM segment WHERE revision_id = :revision),"
                      " (SELECT count(*) FROM claim WHERE revision_id = :revision),"
                      " (SELECT count(*) FROM time_window WHERE revision_id = :revision),"
                      " (SELECT count(*) FROM faq WHERE revision_id = :revision),"
                      " (SELECT count(*) FROM study WHERE revision_id = :revision)",
    /* The last column says how many equal ones there are, for the occurrence. */
    [VERIFY_SOURCE_IDS] = "SELECT id, key FROM source",
    [VERIFY_CLAIM_IDS] =
        "SELECT c.id, s.id, c.text, NULL, count(*) OVER (PARTITION BY c.revision_id, c.text)"
        " FROM claim AS c JOIN revision AS r ON r.revision_id = c.revision_id"
        " JOIN source AS s ON s.source_id = r.source_id",
    [VERIFY_WINDOW_IDS] = "SELECT w.id, c.id, w.expression, NULL,"
                          " count(*) OVER (PARTITION BY w.claim_id, w.expression)"
                          " FROM time_window AS w JOIN claim AS c ON c.claim_id = w.claim_id",
    [VERIFY_FAQ_IDS] = "SELECT f.id, s.id, f.answer, f.question,"
                       " count(*) OVER (PARTITION BY f.revision_id, coalesce(f.question, f.answer))"
                       " FROM faq AS f JOIN revision AS r ON r.revision_id = f.revision_id"
                       " JOIN source AS s ON s.source_id = r.source_id",
    [VERIFY_STUDY_IDS] = "SELECT y.id, c.id, y.name, NULL, 1 FROM study AS y JOIN claim AS c"
                         " ON c.claim_id = y.claim_id",
    [INTEGRITY_CHECK] = "PRAGMA integrity_check",
    [FOREIGN_KEY_CHECK] = "PRAGMA foreign_key_check",
    [READ_SCHEMA] = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
                    " WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name",
};
