/* SPDX-License-Identifier: MIT */
/* Databases of older versions with data in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "many_fixture.h"
#include "store_fixture.h"

static void put(struct world *w, const char *key, const char *title, const char *prefix)
{
    struct fixture f = fixture_tea(key, prefix);
    struct tf_source_meta meta = {.key = tf_str_of(key), .title = tf_str_of(title)};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    if (tf_store_put(w->store, &source, &report, &w->error) != TF_OK)
        fail_msg("%s: %s", key, w->error.message);
    fixture_clear(&f);
}

/* --- Going back ---------------------------------------------------------- */

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

static void go_back(struct world *w, int version)
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

static void migrate(struct world *w, int version)
{
    int applied = 0;
    if (tf_store_migrate(w->path, &applied, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
    assert_int_equal(applied, tf_store_schema_version() - version);
    assert_int_equal(tf_store_open(w->path, TF_STORE_WRITE, &w->store, &w->error), TF_OK);
}

/* --- Reading ------------------------------------------------------------- */

/* All columns of all rows, a line each. */
static struct tf_str read_all(struct world *w, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct tf_buf lines;
    tf_buf_init(&lines);
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    execute(db, "CREATE VIRTUAL TABLE temp.claim_terms USING fts5vocab (main, claim_fts, instance);"
                "CREATE VIRTUAL TABLE temp.faq_terms USING fts5vocab (main, faq_fts, instance);"
                "CREATE VIRTUAL TABLE temp.source_terms"
                " USING fts5vocab (main, source_fts, instance)");
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW)
        for (int i = 0, n = sqlite3_column_count(stmt); i < n; i++) {
            const unsigned char *text = sqlite3_column_text(stmt, i);
            tf_buf_printf(&lines, "%s%c", text ? (const char *)text : "none",
                          i + 1 < n ? ' ' : '\n');
        }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    struct tf_str copy = tf_arena_str(w->arena, tf_buf_str(&lines));
    tf_buf_clear(&lines);
    return copy;
}

/* --- Tests --------------------------------------------------------------- */

/* What a migration copies or fills in, each as a query whose answer must not
 * change. Ids are shown as text by quote(). */
static const char *const filled[] = {
    "SELECT * FROM source",
    "SELECT * FROM revision",
    "SELECT * FROM text",
    "SELECT * FROM extraction",
    "SELECT * FROM segment",
    "SELECT *, quote(id) FROM claim",
    "SELECT *, quote(id) FROM time_window",
    "SELECT *, quote(id) FROM faq",
    "SELECT *, quote(id) FROM study",
    "SELECT * FROM claim_by_id",
    "SELECT * FROM window_by_id",
    "SELECT * FROM faq_by_id",
    "SELECT * FROM study_by_id",
    "SELECT * FROM window_order",
    "SELECT * FROM claim_words",
    "SELECT * FROM tally",
    "SELECT * FROM vocabulary",
    "SELECT min(revision_id, other_id) AS a, max(revision_id, other_id) AS b FROM kin ORDER BY a, "
    "b",
    "SELECT term, doc, col, offset FROM claim_terms",
    "SELECT term, doc, col, offset FROM faq_terms",
    "SELECT term, doc, col, offset FROM source_terms",
    "SELECT rowid FROM claim_fts WHERE claim_fts MATCH 'tea OR coffee' ORDER BY rowid",
    "SELECT rowid FROM faq_fts WHERE faq_fts MATCH 'cafe' ORDER BY rowid",
    "SELECT rowid FROM source_fts WHERE source_fts MATCH 'tea OR leaf' ORDER BY rowid",
};
enum { FILLED = sizeof filled / sizeof *filled };

static void load_words(struct world *w)
{
    static const struct tf_vocabulary_entry entries[] = {
        {TF_STR("treatment"), TF_STR("tea"), TF_STR("Herb tea"), TF_STR("brew")}};
    assert_int_equal(tf_store_put_vocabulary(w->store, entries, 1, &w->error), TF_OK);
}

static void assert_migrated(struct world *w, int version)
{
    struct tf_str before[FILLED];
    for (int i = 0; i < FILLED; i++) {
        before[i] = read_all(w, filled[i]);
        if (!before[i].size)
            fail_msg("nothing: %s", filled[i]);
    }
    go_back(w, version);
    migrate(w, version);
    for (int i = 0; i < FILLED; i++) {
        struct tf_str after = read_all(w, filled[i]);
        if (!tf_str_equal(after, before[i]))
            fail_msg("%s:\n%.4000s\nnot\n%.4000s", filled[i], after.data, before[i].data);
    }
    assert_sound(w);
}

static void load_copies(struct world *w)
{
    put(w, "a.txt", "On leaves", "Old\n");
    put(w, "a.txt", "On leaves", "");
    put(w, "b.txt", "Leaf by leaf", "\n");
    put(w, "c.txt", NULL, "\n\n");
    load_words(w);
}

static void migration_fills_in_what_loading_would_have(void **state)
{
    load_copies(*state);
    assert_migrated(*state, 5);
}

static void migration_of_many_pages_fills_in_all_they_are_found_by(void **state)
{
    struct world *w = *state;
    many_load(w->store, 40);
    load_words(w);
    for (int version = 5; version >= 4; version--)
        assert_migrated(w, version);
}

static void several_migrations_fill_in_what_loading_would_have(void **state)
{
    struct world *w = *state;
    load_copies(w);
    struct tf_str updated = read_all(w, "SELECT max(updated_at) FROM revision");
    assert_migrated(w, 3);
    assert_true(tf_str_equal(read_all(w, "SELECT changed_at FROM dataset"), updated));
}

static void version_and_its_time_stay(void **state)
{
    struct world *w = *state;
    load_copies(w);
    struct tf_str before = read_all(w, "SELECT * FROM dataset");
    for (int version = 5; version >= 4; version--) {
        go_back(w, version);
        migrate(w, version);
        assert_true(tf_str_equal(read_all(w, "SELECT * FROM dataset"), before));
    }
}

static void loading_goes_on_after_a_migration(void **state)
{
    struct world *w = *state;
    for (int version = 5; version >= 3; version--) {
        put(w, "a.txt", "On leaves", "");
        put(w, "b.txt", "Leaf by leaf", "");
        go_back(w, version);
        migrate(w, version);
        put(w, "a.txt", "On roots", "");
        put(w, "b.txt", "Leaf by leaf", "\n");
        put(w, "c.txt", NULL, "");
        assert_string_equal(
            read_all(w, "SELECT rowid FROM source_fts WHERE source_fts MATCH 'leaf'").data, "2\n");
        assert_string_equal(read_all(w, "SELECT count(*) FROM kin").data, "3\n");
        assert_sound(w);
    }
}

static void migration_of_an_empty_database_leaves_it_empty(void **state)
{
    struct world *w = *state;
    for (int version = 5; version >= 3; version--) {
        go_back(w, version);
        migrate(w, version);
        assert_string_equal(read_all(w, "SELECT changed_at FROM dataset").data,
                            "1970-01-01T00:00:00.000Z\n");
        assert_string_equal(read_all(w, "SELECT count(*) FROM tally").data, "0\n");
        assert_sound(w);
    }
}

/* Each source has a claim of its own and five that all have. */
static const char many_sources[] =
    "PRAGMA foreign_keys = OFF; BEGIN;"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000)"
    " INSERT INTO source (source_id, id, key, current_revision)"
    " SELECT i, randomblob(16), 'key ' || i, i FROM n;"
    "INSERT INTO revision SELECT source_id, source_id, 1, printf('%064d', 0), '2025', '2025'"
    " FROM source;"
    "INSERT INTO segment SELECT source_id, source_id, 0, 'claim', 0, 1, 0, 1, NULL FROM source;"
    "INSERT INTO claim (revision_id, ordinal, id, segment_id, kind, text, topic, certainty,"
    " polarity) SELECT source_id, value, randomblob(16), source_id, 'sentence',"
    " 'claim ' || iif(value, value, source.key), 'onset', 'asserted', 'affirmed'"
    " FROM source, json_each('[0, 1, 2, 3, 4, 5]');"
    "INSERT INTO claim_span SELECT claim_id, 0, kind, 0, 1, 0, 1, text FROM claim;"
    "COMMIT";

#define SECONDS(n) (UINT64_C(n) * 1000 * 1000 * 1000)

/* 4000 times 4000 pairs of equal claims would take minutes. */
static void what_all_sources_say_is_not_compared_each_with_each(void **state)
{
    struct world *w = *state;
    sqlite3 *db;
    go_back(w, 3);
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    execute(db, many_sources);
    sqlite3_close(db);
    uint64_t began = tf_clock_monotonic_ns();
    migrate(w, 3);
    assert_true(tf_clock_monotonic_ns() - began < SECONDS(20));
    assert_string_equal(read_all(w, "SELECT max(n) FROM (SELECT count(*) AS n FROM kin"
                                    " GROUP BY revision_id)")
                            .data,
                        "16\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_empty, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(migration_fills_in_what_loading_would_have),
        TEST(migration_of_many_pages_fills_in_all_they_are_found_by),
        TEST(several_migrations_fill_in_what_loading_would_have),
        TEST(version_and_its_time_stay),
        TEST(loading_goes_on_after_a_migration),
        TEST(migration_of_an_empty_database_leaves_it_empty),
        TEST(what_all_sources_say_is_not_compared_each_with_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
