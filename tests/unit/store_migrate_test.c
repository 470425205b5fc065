/* SPDX-License-Identifier: MIT */
/* Databases of older versions with data in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "older_fixture.h"

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
    "SELECT v.facet, v.value, t.key, t.rows FROM tally AS t JOIN tally_value AS v"
    " ON v.value_id = t.value_id ORDER BY v.facet, v.value, t.key",
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

/* So many of them, each with a claim of its own and five that all have. */
static const char many_sources[] =
    "PRAGMA foreign_keys = OFF; BEGIN;"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT %d)"
    " INSERT INTO source (source_id, id, key, current_revision)"
    " SELECT i, randomblob(16), 'key ' || i, i FROM n;"
    "INSERT INTO revision SELECT source_id, source_id, 1, printf('%%064d', 0), '2025', '2025'"
    " FROM source;"
    "INSERT INTO segment SELECT source_id, source_id, 0, 'claim', 0, 1, 0, 1, NULL FROM source;"
    "INSERT INTO claim (revision_id, ordinal, id, segment_id, kind, text, topic, certainty,"
    " polarity) SELECT source_id, value, randomblob(16), source_id, 'sentence',"
    " 'claim ' || iif(value, value, source.key), 'onset', 'asserted', 'affirmed'"
    " FROM source, json_each('[0, 1, 2, 3, 4, 5]');"
    "INSERT INTO claim_span SELECT claim_id, 0, kind, 0, 1, 0, 1, text FROM claim;"
    "COMMIT";

static void write_many(struct world *w, int sources)
{
    char sql[sizeof many_sources + 16];
    sqlite3 *db;
    go_back(w, 3);
    snprintf(sql, sizeof sql, many_sources, sources);
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    execute(db, sql);
    sqlite3_close(db);
}

static int count_one(void *count)
{
    ++*(uint64_t *)count;
    return 0;
}

/* In hundreds of SQLite's instructions: how long they take is up to the machine. */
static uint64_t cost_of_migrating(struct world *w, int sources)
{
    struct tf_store *store;
    bool fresh;
    int applied = 0;
    uint64_t hundreds = 0;
    write_many(w, sources);
    assert_int_equal(store_look(w->path, &store, &fresh, &w->error), TF_OLDER);
    sqlite3_progress_handler(store->db, 100, count_one, &hundreds);
    if (store_migrate(store, &applied, &w->error) != TF_OK)
        fail_msg("%s", w->error.message);
    tf_store_close(store);
    assert_int_equal(tf_store_open(w->path, TF_STORE_WRITE, &w->store, &w->error), TF_OK);
    return hundreds;
}

static void what_all_sources_say_is_not_compared_each_with_each(void **state)
{
    struct world *w = *state, *larger = world_new();
    uint64_t some = cost_of_migrating(w, 500), more = cost_of_migrating(larger, 2000);
    assert_true(some > 0);
    if (more > 6 * some) /* each with each: sixteen times as much */
        fail_msg("%lu for 500 sources, %lu for 2000", some, more);
    assert_string_equal(read_all(larger, "SELECT max(n) FROM (SELECT count(*) AS n FROM kin"
                                         " GROUP BY revision_id)")
                            .data,
                        "16\n");
    void *rest = larger;
    tear_down(&rest);
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
