/* SPDX-License-Identifier: MIT */
/*
 * What SQLite alone can do: copies the rows of a loaded database into a new one
 * with the same schema and indexes, row by row from prepared statements, many
 * sources in a transaction, as the loader writes them; what finds the facts at the
 * end, in the order of each table. Usage: insert FROM TO; prints rows and seconds.
 * Nothing is read from texts, nothing is checked.
 */
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OF_REVISION "WHERE revision_id = ?1"
#define FACTS(row) "WHERE " row " BETWEEN (?1 << 24) AND (?1 << 24) + 16777215"
enum { SOURCES_A_TRANSACTION = 300 };

/* In the order in which a source is written. */
static const struct {
    const char *table, *which;
} tables[] = {
    {"source", "WHERE current_revision = ?1"},
    {"revision", OF_REVISION},
    {"text", OF_REVISION},
    {"extraction", OF_REVISION},
    {"segment", FACTS("segment_id")},
    {"claim", FACTS("claim_id")},
    {"time_window", FACTS("window_id")},
    {"faq", FACTS("faq_id")},
    {"study", FACTS("study_id")},
};
static const char *const finders[] = {"claim_by_id", "window_by_id", "faq_by_id",
                                      "study_by_id", "claim_words",  "window_order",
                                      "tally_value", "tally",        "kin"};
/* The full text of a source, in one statement each: row by row SQLite would keep
 * a journal for every row of such a table. */
static const char *const word_indexes[] = {
    "INSERT INTO claim_fts (rowid, text) SELECT claim_id, text FROM main.claim_fts_content " FACTS(
        "claim_id"),
    "INSERT INTO faq_fts (rowid, question, answer)"
    " SELECT faq_id, question, answer FROM main.faq_fts_content " FACTS("faq_id"),
    "INSERT INTO source_fts (rowid, title, publisher)"
    " SELECT source_id, title, publisher FROM main.source_fts_content " OF_REVISION,
};
enum {
    TABLES = sizeof tables / sizeof *tables,
    FINDERS = sizeof finders / sizeof *finders,
    WORD_INDEXES = sizeof word_indexes / sizeof *word_indexes
};

struct copy {
    sqlite3_stmt *from, *to;
};

static void check(sqlite3 *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

static void execute(sqlite3 *db, const char *sql)
{
    check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL));
    return stmt;
}

/* A virtual table makes its own tables; they are not to be made again. */
static void make_schema(sqlite3 *db)
{
    sqlite3_stmt *stmt = prepare(
        db, "SELECT o.sql FROM old.sqlite_schema AS o WHERE o.sql IS NOT NULL AND o.name NOT LIKE"
            " 'sqlite_%' AND o.name NOT LIKE '%\\_fts\\_data' ESCAPE '\\' AND o.name NOT LIKE"
            " '%\\_fts\\_idx' ESCAPE '\\' AND o.name NOT LIKE '%\\_fts\\_docsize' ESCAPE '\\'"
            " AND o.name NOT LIKE '%\\_fts\\_config' ESCAPE '\\' ORDER BY o.rowid");
    while (sqlite3_step(stmt) == SQLITE_ROW)
        execute(db, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
}

static struct copy copy_table(sqlite3 *db, const char *table, const char *which)
{
    char sql[512];
    snprintf(sql, sizeof sql, "SELECT * FROM old.%s %s", table, which);
    struct copy copy = {prepare(db, sql), NULL};
    int size = snprintf(sql, sizeof sql, "INSERT INTO main.%s VALUES (?", table);
    for (int i = 1; i < sqlite3_column_count(copy.from); i++)
        size += snprintf(sql + size, sizeof sql - (size_t)size, ",?");
    snprintf(sql + size, sizeof sql - (size_t)size, ")");
    copy.to = prepare(db, sql);
    return copy;
}

static long copy_rows(sqlite3 *db, const struct copy *copy, sqlite3_int64 revision)
{
    long rows = 0;
    int columns = sqlite3_column_count(copy->from);
    if (sqlite3_bind_parameter_count(copy->from))
        sqlite3_bind_int64(copy->from, 1, revision);
    for (; sqlite3_step(copy->from) == SQLITE_ROW; rows++) {
        for (int i = 0; i < columns; i++)
            check(db, sqlite3_bind_value(copy->to, i + 1, sqlite3_column_value(copy->from, i)));
        check(db, sqlite3_step(copy->to));
        sqlite3_reset(copy->to);
    }
    check(db, sqlite3_reset(copy->from));
    return rows;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void index_words(sqlite3 *db, sqlite3_stmt *stmt, sqlite3_int64 revision)
{
    sqlite3_bind_int64(stmt, 1, revision);
    check(db, sqlite3_step(stmt));
    sqlite3_reset(stmt);
}

static long copy_sources(sqlite3 *db)
{
    struct copy copies[TABLES];
    sqlite3_stmt *words[WORD_INDEXES];
    long rows = 0;
    for (int i = 0; i < TABLES; i++)
        copies[i] = copy_table(db, tables[i].table, tables[i].which);
    for (int i = 0; i < WORD_INDEXES; i++)
        words[i] = prepare(db, word_indexes[i]);
    sqlite3_stmt *revisions =
        prepare(db, "SELECT current_revision FROM old.source ORDER BY current_revision");
    for (long n = 0; sqlite3_step(revisions) == SQLITE_ROW; n++) {
        sqlite3_int64 revision = sqlite3_column_int64(revisions, 0);
        if (n % SOURCES_A_TRANSACTION == 0)
            execute(db, n ? "COMMIT; BEGIN IMMEDIATE" : "BEGIN IMMEDIATE");
        for (int i = 0; i < TABLES; i++)
            rows += copy_rows(db, &copies[i], revision);
        for (int i = 0; i < WORD_INDEXES; i++)
            index_words(db, words[i], revision);
    }
    for (int i = 0; i < FINDERS; i++) {
        struct copy copy = copy_table(db, finders[i], "");
        rows += copy_rows(db, &copy, 0);
        sqlite3_finalize(copy.from);
        sqlite3_finalize(copy.to);
    }
    execute(db, "COMMIT");
    sqlite3_finalize(revisions);
    for (int i = 0; i < TABLES; i++) {
        sqlite3_finalize(copies[i].from);
        sqlite3_finalize(copies[i].to);
    }
    for (int i = 0; i < WORD_INDEXES; i++)
        sqlite3_finalize(words[i]);
    return rows;
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    if (argc != 3) {
        fputs("usage: insert FROM TO\n", stderr);
        return 2;
    }
    check(NULL, sqlite3_open(argv[2], &db));
    execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    sqlite3_stmt *attach = prepare(db, "ATTACH ?1 AS old");
    check(db, sqlite3_bind_text(attach, 1, argv[1], -1, SQLITE_STATIC));
    check(db, sqlite3_step(attach));
    sqlite3_finalize(attach);
    make_schema(db);
    double start = seconds_now();
    long rows = copy_sources(db);
    printf("%ld\t%.3f\n", rows, seconds_now() - start);
    sqlite3_close(db);
    return 0;
}
