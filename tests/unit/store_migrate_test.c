/* SPDX-License-Identifier: MIT */
/* Databases of older versions with data in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "facts_fixture.h"

struct world {
    char path[64];
    struct tf_store *store;
    struct tf_arena *arena;
    struct tf_error error;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    fixture_path(w->path);
    w->arena = tf_arena_new(0);
    *state = w;
    return tf_store_open(w->path, TF_STORE_CREATE, &w->store, &w->error) != TF_OK;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    tf_store_close(w->store);
    fixture_remove(w->path);
    tf_arena_free(w->arena);
    free(w);
    return 0;
}

static void put(struct world *w, const char *key, const char *title, const char *prefix)
{
    struct fixture f = fixture_tea(key, prefix);
    struct tf_source_meta meta = {.key = tf_str_of(key), .title = tf_str_of(title)};
    struct tf_store_source source = {&meta, f.text, &f.facts, "1", "a"};
    struct tf_report report;
    if (tf_store_put(w->store, &source, &report, &w->error) != TF_OK)
        fail_msg("%s: %s", key, w->error.message);
    fixture_clear(&f);
}

/* Everything that the migration to version 4 added is taken away again. */
static const char back_to_three[] =
    "DROP TABLE source_fts; DROP VIEW source_fts_content; DROP TABLE kin;"
    "DROP INDEX claim_words; ALTER TABLE claim DROP COLUMN words;"
    "ALTER TABLE dataset DROP COLUMN changed_at;"
    "DROP INDEX revision_updated; DROP INDEX study_by_name; DROP INDEX study_by_year;"
    "DROP INDEX time_window_min; DROP INDEX time_window_min_down;"
    "DROP INDEX time_window_max; DROP INDEX time_window_max_down;"
    "PRAGMA user_version = 3";

static void go_back(struct world *w)
{
    sqlite3 *db;
    char *message = NULL;
    tf_store_close(w->store);
    w->store = NULL;
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, back_to_three, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
}

static void migrate(struct world *w)
{
    int applied = 0;
    if (tf_store_migrate(w->path, &applied, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
    assert_int_equal(applied, tf_store_schema_version() - 3);
    assert_int_equal(tf_store_open(w->path, TF_STORE_WRITE, &w->store, &w->error), TF_OK);
}

/* The only column of all rows, a line each. */
static struct tf_str read_all(struct world *w, const char *sql)
{
    sqlite3_stmt *stmt;
    struct tf_buf lines;
    tf_buf_init(&lines);
    assert_int_equal(sqlite3_prepare_v2(w->store->db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        tf_buf_printf(&lines, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    struct tf_str copy = tf_arena_str(w->arena, tf_buf_str(&lines));
    tf_buf_clear(&lines);
    return copy;
}

static void fail_finding(void *context, const char *finding)
{
    (void)context;
    fail_msg("%s", finding);
}

static void assert_sound(struct world *w)
{
    uint64_t findings, spans;
    assert_int_equal(tf_store_verify(w->store, fail_finding, NULL, &findings, &spans, &w->error),
                     TF_OK);
    assert_int_equal(findings, 0);
}

/* What the migration fills in, each as a query whose answer must not change. */
static const char *const filled[] = {
    "SELECT hex(id) || ' ' || revision_id || ' ' || coalesce(words, 'none') FROM claim"
    " ORDER BY claim_id",
    "SELECT min(revision_id, other_id) || ' ' || max(revision_id, other_id) FROM kin ORDER BY 1",
    "SELECT rowid || '' FROM source_fts WHERE source_fts MATCH 'leaf OR leaves' ORDER BY rowid",
};
enum { FILLED = sizeof filled / sizeof *filled };

static void migration_fills_in_what_loading_would_have(void **state)
{
    struct world *w = *state;
    struct tf_str before[FILLED];
    put(w, "a.txt", "On leaves", "Old\n");
    put(w, "a.txt", "On leaves", "");
    put(w, "b.txt", "Leaf by leaf", "\n");
    put(w, "c.txt", NULL, "\n\n");
    for (int i = 0; i < FILLED; i++) {
        before[i] = read_all(w, filled[i]);
        assert_true(before[i].size > 0);
    }
    struct tf_str updated = read_all(w, "SELECT max(updated_at) FROM revision");
    go_back(w);
    migrate(w);
    for (int i = 0; i < FILLED; i++) {
        struct tf_str after = read_all(w, filled[i]);
        if (!tf_str_equal(after, before[i]))
            fail_msg("%s, not %s", after.data, before[i].data);
    }
    assert_true(tf_str_equal(read_all(w, "SELECT changed_at FROM dataset"), updated));
    assert_sound(w);
}

static void loading_goes_on_after_a_migration(void **state)
{
    struct world *w = *state;
    put(w, "a.txt", "On leaves", "");
    put(w, "b.txt", "Leaf by leaf", "");
    go_back(w);
    migrate(w);
    put(w, "a.txt", "On roots", "");
    put(w, "b.txt", "Leaf by leaf", "\n");
    put(w, "c.txt", NULL, "");
    assert_string_equal(read_all(w, filled[2]).data, "2\n");
    assert_string_equal(read_all(w, "SELECT count(*) || '' FROM kin").data, "3\n");
    assert_sound(w);
}

static void migration_of_an_empty_database_leaves_it_empty(void **state)
{
    struct world *w = *state;
    go_back(w);
    migrate(w);
    assert_string_equal(read_all(w, "SELECT changed_at FROM dataset").data,
                        "1970-01-01T00:00:00.000Z\n");
    assert_sound(w);
}

/* Each source has a claim of its own and five that all have. */
static const char many_sources[] =
    "PRAGMA foreign_keys = OFF; BEGIN;"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000)"
    " INSERT INTO source (source_id, id, key, current_revision)"
    " SELECT i, randomblob(16), 'key ' || i, i FROM n;"
    "INSERT INTO revision SELECT source_id, source_id, 1, printf('%064d', 0), '2025', '2025'"
    " FROM source;"
    "INSERT INTO claim (revision_id, ordinal, id, segment_id, kind, text, topic, certainty,"
    " polarity) SELECT source_id, value, randomblob(16), 1, 'sentence',"
    " 'claim ' || iif(value, value, source.key), 'onset', 'asserted', 'affirmed'"
    " FROM source, json_each('[0, 1, 2, 3, 4, 5]');"
    "COMMIT";

/* 4000 times 4000 pairs of equal claims would take minutes. */
static void what_all_sources_say_is_not_compared_each_with_each(void **state)
{
    struct world *w = *state;
    sqlite3 *db;
    char *message = NULL;
    go_back(w);
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, many_sources, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
    uint64_t began = tf_clock_monotonic_ns();
    migrate(w);
    assert_true(tf_clock_monotonic_ns() - began < UINT64_C(20) * 1000 * 1000 * 1000);
    assert_string_equal(read_all(w, "SELECT max(n) || '' FROM (SELECT count(*) AS n FROM kin"
                                    " GROUP BY revision_id)")
                            .data,
                        "16\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(migration_fills_in_what_loading_would_have),
        TEST(loading_goes_on_after_a_migration),
        TEST(migration_of_an_empty_database_leaves_it_empty),
        TEST(what_all_sources_say_is_not_compared_each_with_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
