/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "seal.h"
#include "store_internal.h"

#include "facts_fixture.h"

static int set_up(void **state)
{
    char *path = malloc(64);
    fixture_path(path);
    *state = path;
    return 0;
}

static int tear_down(void **state)
{
    fixture_remove(*state);
    free(*state);
    return 0;
}

static enum tf_status open_status(const char *path, enum tf_store_mode mode)
{
    struct tf_store *store = NULL;
    struct tf_error error = {0};
    enum tf_status status = tf_store_open(path, mode, &store, &error);
    if (status == TF_OK)
        tf_store_close(store);
    else if (!strstr(error.message, path))
        fail_msg("does not name the file: %s", error.message);
    return status;
}

static void execute(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    assert_int_equal(sqlite3_open_v2(path, &db, flags, seal_vfs()), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
}

static void write_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void missing_file_is_not_found_and_not_made(void **state)
{
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_NOT_FOUND);
    assert_int_equal(open_status(*state, TF_STORE_WRITE), TF_NOT_FOUND);
    assert_int_equal(tf_store_migrate(*state, NULL, NULL), TF_NOT_FOUND);
    assert_int_not_equal(access(*state, F_OK), 0);
}

static void created_file_opens_in_every_mode(void **state)
{
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
    assert_int_equal(open_status(*state, TF_STORE_WRITE), TF_OK);
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_OK);
}

static void empty_file_may_be_created_into_but_not_read(void **state)
{
    write_file(*state, "");
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_FOREIGN);
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
}

static void text_file_is_foreign_and_left_alone(void **state)
{
    struct tf_buf content;
    char text[4096];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    write_file(*state, text);
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_FOREIGN);
    assert_int_equal(tf_file_read(*state, 10000, &content, NULL), TF_OK);
    assert_true(tf_str_is(tf_buf_str(&content), text));
    tf_buf_clear(&content);
}

static void database_of_another_program_is_foreign_and_left_alone(void **state)
{
    struct tf_buf before, after;
    execute(*state, "CREATE TABLE theirs (a)");
    assert_int_equal(tf_file_read(*state, 1 << 20, &before, NULL), TF_OK);
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_FOREIGN);
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_FOREIGN);
    assert_int_equal(tf_file_read(*state, 1 << 20, &after, NULL), TF_OK);
    assert_true(tf_str_equal(tf_buf_str(&before), tf_buf_str(&after)));
    tf_buf_clear(&before);
    tf_buf_clear(&after);
}

/* A reader prepares a statement when it needs it. */
static void statement_that_cannot_be_prepared_is_an_error(void **state)
{
    struct tf_store *store;
    struct tf_dataset dataset;
    struct tf_error error = {0};
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
    execute(*state, "DROP TABLE dataset");
    assert_int_equal(tf_store_open(*state, TF_STORE_READ, &store, &error), TF_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tf_store_dataset(store, &dataset, &error), TF_DATABASE);
        assert_non_null(strstr(error.message, "no such table: dataset"));
    }
    tf_store_close(store);
}

static void newer_database_is_refused_in_every_mode(void **state)
{
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
    execute(*state, "PRAGMA user_version = 9999");
    for (int mode = TF_STORE_READ; mode <= TF_STORE_CREATE; mode++)
        assert_int_equal(open_status(*state, (enum tf_store_mode)mode), TF_NEWER);
}

/* What a database looked like after the first migration alone. */
static void make_version_one(const char *path)
{
    const struct tf_embedded *core = tf_embedded_find("migrations/0001-core.sql");
    char mark[96];
    assert_non_null(core);
    execute(path, core->data);
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = 1",
             APPLICATION_ID);
    execute(path, mark);
}

static void older_database_asks_for_migration_and_takes_it(void **state)
{
    struct tf_error error;
    int applied = 0;
    make_version_one(*state);
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_OLDER);
    assert_int_equal(open_status(*state, TF_STORE_WRITE), TF_OLDER);
    assert_int_equal(tf_store_migrate(*state, &applied, &error), TF_OK);
    assert_int_equal(applied, tf_store_schema_version() - 1);
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_OK);
    assert_int_equal(tf_store_migrate(*state, &applied, &error), TF_OK);
    assert_int_equal(applied, 0);
}

static void create_migrates_an_older_database(void **state)
{
    make_version_one(*state);
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_OK);
}

/* A failing migration leaves the version it began from. */
static void migration_that_fails_leaves_nothing(void **state)
{
    struct tf_error error;
    int applied = 77;
    make_version_one(*state);
    execute(*state, "CREATE TABLE claim (in_the_way)");
    assert_int_equal(tf_store_migrate(*state, &applied, &error), TF_DATABASE);
    assert_int_equal(applied, 77);
    execute(*state, "DROP TABLE claim");
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
}

static void cut_file_is_damaged(void **state)
{
    assert_int_equal(open_status(*state, TF_STORE_CREATE), TF_OK);
    assert_int_equal(truncate(*state, 6000), 0);
    assert_int_equal(open_status(*state, TF_STORE_READ), TF_CORRUPT);
}

static void folder_is_no_database(void **state)
{
    (void)state;
    assert_int_equal(open_status("/tmp", TF_STORE_CREATE), TF_FOREIGN);
}

static void name_of_a_memory_database_is_a_file_name(void **state)
{
    (void)state;
    assert_int_equal(open_status(":memory:", TF_STORE_READ), TF_NOT_FOUND);
}

/* --- The schema document -------------------------------------------------- */

/* Each object's SQL on one line, with single spaces, in the order of names. */
static struct tf_strs schema_of(sqlite3 *db, struct tf_arena *arena)
{
    struct tf_strs out = {0};
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') "
                                        "FROM sqlite_schema ORDER BY type, name",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct tf_buf line;
        tf_buf_init(&line);
        for (const unsigned char *p = sqlite3_column_text(stmt, 0); *p; p++) {
            char c = *p == '\n' ? ' ' : (char)*p;
            if (c != ' ' || line.data[line.size - 1] != ' ')
                tf_buf_add_char(&line, c);
        }
        tf_strs_push(arena, &out, tf_arena_str(arena, tf_buf_str(&line)));
        tf_buf_clear(&line);
    }
    sqlite3_finalize(stmt);
    return out;
}

static int insert_value(struct tf_store *store, int facet)
{
    char sql[96];
    snprintf(sql, sizeof sql, "INSERT INTO tally_value (facet, value) VALUES (%d, 'tea')", facet);
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

/* One more needs a migration, which makes the table anew. */
static void facets_are_those_that_the_schema_allows(void **state)
{
    struct tf_store *store;
    assert_int_equal(tf_store_open(*state, TF_STORE_CREATE, &store, NULL), TF_OK);
    for (int i = 0; i <= TALLY__MAX; i++) {
        bool known = i < TALLY__MAX && tally_names[i];
        assert_int_equal(insert_value(store, i), known ? SQLITE_OK : SQLITE_CONSTRAINT_CHECK);
    }
    tf_store_close(store);
}

static void migrations_lead_to_the_schema_document(void **state)
{
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_buf document;
    struct tf_error error;
    struct tf_store *store;
    sqlite3 *db;
    char path[512];
    snprintf(path, sizeof path, "%.*s/schema/schema.sql",
             (int)(strstr(__FILE__, "/tests/unit/") - __FILE__), __FILE__);
    assert_int_equal(tf_file_read(path, 1 << 20, &document, &error), TF_OK);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, document.data, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(tf_store_open(*state, TF_STORE_CREATE, &store, &error), TF_OK);
    struct tf_strs written = schema_of(db, arena), migrated = schema_of(store->db, arena);
    for (size_t i = 0; i < migrated.n; i++)
        if (!tf_strs_contain(&written, migrated.v[i]))
            fail_msg("not in schema.sql: %s", migrated.v[i].data);
    assert_int_equal(written.n, migrated.n);
    assert_true(migrated.n > 20);
    tf_store_close(store);
    sqlite3_close(db);
    tf_buf_clear(&document);
    tf_arena_free(arena);
}

static void journal_is_wal_and_writing_is_durable(void **state)
{
    struct tf_store *store;
    sqlite3_stmt *stmt;
    assert_int_equal(tf_store_open(*state, TF_STORE_CREATE, &store, NULL), TF_OK);
    static const char *const wanted[][2] = {{"PRAGMA journal_mode", "wal"},
                                            {"PRAGMA synchronous", "2"},
                                            {"PRAGMA foreign_keys", "1"},
                                            {"PRAGMA trusted_schema", "0"},
                                            {"PRAGMA application_id", "1952867188"}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_int_equal(sqlite3_prepare_v2(store->db, wanted[i][0], -1, &stmt, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(stmt, 0), wanted[i][1]);
        sqlite3_finalize(stmt);
    }
    tf_store_close(store);
}

/* 2: MEMORY. A container's root is read-only, and a confined process may make no
 * files elsewhere. */
static void no_mode_makes_temporary_files(void **state)
{
    static const enum tf_store_mode modes[] = {TF_STORE_CREATE, TF_STORE_WRITE, TF_STORE_READ};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct tf_store *store;
        sqlite3_stmt *stmt;
        assert_int_equal(tf_store_open(*state, modes[i], &store, NULL), TF_OK);
        assert_int_equal(sqlite3_prepare_v2(store->db, "PRAGMA temp_store", -1, &stmt, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_int_equal(sqlite3_column_int(stmt, 0), 2);
        sqlite3_finalize(stmt);
        tf_store_close(store);
    }
}

static void check_plan(struct tf_store *store, const struct list_spec *spec)
{
    sqlite3_stmt *stmt, *plan;
    struct tf_buf sql;
    assert_int_equal(list_prepare(store, spec, &stmt, NULL), TF_OK);
    tf_buf_init(&sql);
    tf_buf_printf(&sql, "EXPLAIN QUERY PLAN %s", sqlite3_sql(stmt));
    assert_int_equal(sqlite3_prepare_v2(store->db, sql.data, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(plan, 3);
        bool scan = strncmp(step, "SCAN c", 6) == 0 || strstr(step, "SCAN r") == step;
        if (strstr(step, "ORDER BY") || (scan && !strstr(step, "USING INDEX")))
            fail_msg("%s by %s: %s", tf_kind_names[spec->kind], tf_sort_names[spec->sort], step);
    }
    sqlite3_finalize(plan);
    tf_buf_clear(&sql);
}

/* With few sources or many, a page must walk the indexes and sort nothing. */
static void pages_need_no_sort(void **state)
{
    static const struct {
        enum tf_kind kind;
        enum tf_sort sort;
    } orders[] = {
        {TF_KIND_SOURCE, TF_SORT_KEY},   {TF_KIND_SOURCE, TF_SORT_UPDATED_AT},
        {TF_KIND_CLAIM, TF_SORT_PLACE},  {TF_KIND_CLAIM, TF_SORT_UPDATED_AT},
        {TF_KIND_WINDOW, TF_SORT_PLACE}, {TF_KIND_WINDOW, TF_SORT_UPDATED_AT},
        {TF_KIND_WINDOW, TF_SORT_MIN},   {TF_KIND_WINDOW, TF_SORT_MAX},
        {TF_KIND_FAQ, TF_SORT_PLACE},    {TF_KIND_FAQ, TF_SORT_UPDATED_AT},
        {TF_KIND_STUDY, TF_SORT_PLACE},  {TF_KIND_STUDY, TF_SORT_UPDATED_AT},
        {TF_KIND_STUDY, TF_SORT_NAME},   {TF_KIND_STUDY, TF_SORT_YEAR},
    };
    struct tf_store *store;
    struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
    assert_int_equal(tf_store_open(*state, TF_STORE_CREATE, &store, NULL), TF_OK);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        for (int descending = 0; descending < 2; descending++) {
            filter.values[TF_FILTER_TREATMENT].n = orders[i].kind != TF_KIND_SOURCE;
            struct list_spec spec = {.kind = orders[i].kind,
                                     .form = LIST_PAGE,
                                     .filter = &filter,
                                     .sort = orders[i].sort,
                                     .descending = descending,
                                     .after = true};
            check_plan(store, &spec);
        }
    tf_store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(missing_file_is_not_found_and_not_made),
        TEST(created_file_opens_in_every_mode),
        TEST(empty_file_may_be_created_into_but_not_read),
        TEST(text_file_is_foreign_and_left_alone),
        TEST(database_of_another_program_is_foreign_and_left_alone),
        TEST(statement_that_cannot_be_prepared_is_an_error),
        TEST(newer_database_is_refused_in_every_mode),
        TEST(older_database_asks_for_migration_and_takes_it),
        TEST(create_migrates_an_older_database),
        TEST(migration_that_fails_leaves_nothing),
        TEST(cut_file_is_damaged),
        cmocka_unit_test(folder_is_no_database),
        cmocka_unit_test(name_of_a_memory_database_is_a_file_name),
        TEST(facets_are_those_that_the_schema_allows),
        TEST(migrations_lead_to_the_schema_document),
        TEST(journal_is_wal_and_writing_is_durable),
        TEST(no_mode_makes_temporary_files),
        TEST(pages_need_no_sort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
