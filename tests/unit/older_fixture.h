/* SPDX-License-Identifier: MIT */
/* Databases of older versions with data in them: what is loaded now goes back into the
 * tables of then. */
#ifndef OLDER_FIXTURE_H
#define OLDER_FIXTURE_H

#include "store_internal.h"

#include "many_fixture.h"
#include "store_fixture.h"

/* As the fourth and fifth migration call them, on our own connection. Digests were
 * longer then. */
static void words(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_str text = {(const char *)sqlite3_value_text(values[0]),
                          (size_t)sqlite3_value_bytes(values[0])};
    sqlite3_result_int64(context, words_digest(text) << 13 | 1);
}

static void prefix(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_uuid id;
    assert_int_equal(sqlite3_value_bytes(values[0]), sizeof id);
    memcpy(id.b, sqlite3_value_blob(values[0]), sizeof id.b);
    sqlite3_result_int64(context, id_prefix(&id));
}

static void execute(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
}

/* The rows of now, attached as old, in the tables of version 4: what is one row with
 * lists there is many rows here. */
static const char core_of_four[] =
    "DELETE FROM dataset;"
    "INSERT INTO dataset SELECT * FROM old.dataset;"
    "INSERT INTO source SELECT * FROM old.source;"
    "INSERT INTO revision SELECT * FROM old.revision;"
    "INSERT INTO text SELECT * FROM old.text;"
    "INSERT INTO vocabulary SELECT * FROM old.vocabulary;"
    "INSERT INTO kin SELECT * FROM old.kin;"
    "INSERT INTO extraction SELECT revision_id, extractor, lexicon, title, published, bytes,"
    " characters, segments, claims, windows, faqs, studies FROM old.extraction;";

static const char claims_of_four[] =
    "INSERT INTO segment (revision_id, ordinal, role, start, end, byte_start, byte_end, reason)"
    " SELECT segment_id >> 24, segment_id & 16777215, role, start, end, byte_start, byte_end,"
    " reason FROM old.segment;"
    "INSERT INTO claim (revision_id, ordinal, id, segment_id, kind, text, section, topic,"
    " certainty, polarity, reason, words)"
    " SELECT c.claim_id >> 24, c.claim_id & 16777215, c.id, g.segment_id, c.kind, c.text,"
    " c.section, c.topic, c.certainty, c.polarity, c.reason,"
    " iif(c.claim_id >> 24 IN (SELECT current_revision FROM source), c.words, NULL)"
    " FROM old.claim AS c"
    " JOIN segment AS g ON g.revision_id = c.claim_id >> 24 AND g.ordinal = c.segment;"
    "CREATE TEMP VIEW packed_claim AS SELECT o.*, c.claim_id AS row, c.revision_id"
    " FROM old.claim AS o JOIN main.claim AS c"
    " ON c.revision_id = o.claim_id >> 24 AND c.ordinal = o.claim_id & 16777215;"
    "INSERT INTO claim_span SELECT c.row, j.key, j.value ->> 0, j.value ->> 1, j.value ->> 2,"
    " j.value ->> 3, j.value ->> 4, coalesce(j.value ->> 5, c.text)"
    " FROM packed_claim AS c, json_each(c.spans) AS j;"
    "INSERT INTO claim_hedge SELECT c.row, j.key, j.value"
    " FROM packed_claim AS c, json_each(c.hedges) AS j;"
    "INSERT INTO claim_label SELECT c.row, 'treatment', j.key, j.value, c.revision_id"
    " FROM packed_claim AS c, json_each(c.treatments) AS j;"
    "INSERT INTO claim_label SELECT c.row, 'condition', j.key, j.value, c.revision_id"
    " FROM packed_claim AS c, json_each(c.conditions) AS j;"
    "INSERT INTO claim_label SELECT c.row, 'route', j.key, j.value, c.revision_id"
    " FROM packed_claim AS c, json_each(c.routes) AS j;";

static const char rest_of_four[] =
    "INSERT INTO time_window (revision_id, ordinal, id, claim_id, measure, basis, min, max,"
    " min_seconds, max_seconds, min_sessions, max_sessions, bound, precision, route, condition,"
    " start, end, byte_start, byte_end, expression)"
    " SELECT w.window_id >> 24, w.window_id & 16777215, w.id, c.claim_id, w.measure, w.basis,"
    " w.min, w.max, w.min_seconds, w.max_seconds, w.min_sessions, w.max_sessions, w.bound,"
    " w.precision, w.route, w.condition, w.start, w.end, w.byte_start, w.byte_end, w.expression"
    " FROM old.time_window AS w"
    " JOIN claim AS c ON c.revision_id = w.window_id >> 24 AND c.ordinal = w.claim;"
    "INSERT INTO window_treatment SELECT n.window_id, j.key, j.value, n.revision_id"
    " FROM old.time_window AS o JOIN time_window AS n"
    " ON n.revision_id = o.window_id >> 24 AND n.ordinal = o.window_id & 16777215,"
    " json_each(o.treatments) AS j;"
    "INSERT INTO faq (revision_id, ordinal, id, origin, question, start, end, byte_start,"
    " byte_end, answer) SELECT faq_id >> 24, faq_id & 16777215, id, origin, question, start, end,"
    " byte_start, byte_end, answer FROM old.faq;"
    "CREATE TEMP VIEW packed_faq AS SELECT o.*, f.faq_id AS row, f.revision_id"
    " FROM old.faq AS o JOIN main.faq AS f"
    " ON f.revision_id = o.faq_id >> 24 AND f.ordinal = o.faq_id & 16777215;"
    "INSERT INTO faq_span SELECT f.row, j.key, j.value ->> 0, j.value ->> 1, j.value ->> 2,"
    " j.value ->> 3 FROM packed_faq AS f, json_each(f.spans) AS j;"
    "INSERT INTO faq_claim SELECT f.row, j.key, c.claim_id"
    " FROM packed_faq AS f, json_each(f.claims) AS j JOIN claim AS c"
    " ON c.revision_id = f.revision_id AND lower(hex(c.id)) = replace(j.value, '-', '');"
    "INSERT INTO study (revision_id, ordinal, id, claim_id, name, year, study_type, participants,"
    " start, end, byte_start, byte_end)"
    " SELECT y.study_id >> 24, y.study_id & 16777215, y.id, c.claim_id, y.name, y.year,"
    " y.study_type, y.participants, y.start, y.end, y.byte_start, y.byte_end"
    " FROM old.study AS y"
    " JOIN claim AS c ON c.revision_id = y.study_id >> 24 AND c.ordinal = y.claim;"
    "INSERT INTO claim_fts (claim_fts) VALUES ('rebuild');"
    "INSERT INTO faq_fts (faq_fts) VALUES ('rebuild');"
    "INSERT INTO source_fts (source_fts) VALUES ('rebuild');";

/* Everything that the migration to version 4 added is taken away again. */
static const char back_to_three[] =
    "DROP TABLE source_fts; DROP VIEW source_fts_content; DROP TABLE kin;"
    "DROP INDEX claim_words; ALTER TABLE claim DROP COLUMN words;"
    "ALTER TABLE dataset DROP COLUMN changed_at;"
    "DROP INDEX revision_updated; DROP INDEX study_by_name; DROP INDEX study_by_year;"
    "DROP INDEX time_window_min; DROP INDEX time_window_min_down;"
    "DROP INDEX time_window_max; DROP INDEX time_window_max_down;"
    "PRAGMA user_version = 3";

static void apply(sqlite3 *db, int version)
{
    static const char *const names[] = {"migrations/0001-core.sql", "migrations/0002-derived.sql",
                                        "migrations/0003-study-participants.sql",
                                        "migrations/0004-reading.sql", "migrations/0005-rows.sql"};
    char mark[96];
    const struct tf_embedded *file = tf_embedded_find(names[version - 1]);
    assert_non_null(file);
    execute(db, file->data);
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             APPLICATION_ID, version);
    execute(db, mark);
}

/* A fresh file led to version 4 by the first migrations. */
static sqlite3 *make_four(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_create_function(db, "tf_words", 1, SQLITE_UTF8, NULL, words, NULL, NULL);
    sqlite3_create_function(db, "tf_prefix", 1, SQLITE_UTF8, NULL, prefix, NULL, NULL);
    for (int version = 1; version <= 4; version++)
        apply(db, version);
    return db;
}

static inline void go_back(struct world *w, int version)
{
    char newer[64], attach[96];
    tf_store_close(w->store);
    w->store = NULL;
    fixture_path(newer);
    assert_int_equal(rename(w->path, newer), 0);
    fixture_remove(w->path);
    sqlite3 *db = make_four(w->path);
    snprintf(attach, sizeof attach, "ATTACH '%s' AS old; BEGIN", newer);
    execute(db, attach);
    execute(db, core_of_four);
    execute(db, claims_of_four);
    execute(db, rest_of_four);
    execute(db, "DROP VIEW packed_claim; DROP VIEW packed_faq; COMMIT; DETACH old");
    if (version == 3)
        execute(db, back_to_three);
    if (version == 5)
        apply(db, 5);
    sqlite3_close(db);
    fixture_remove(newer);
}

#endif
