/* SPDX-License-Identifier: MIT */
/*
 * Changes of a good database file, told by an input as a row of edits, each a
 * letter and what it needs. First those made through SQLite, which is asked not to
 * mind:
 *
 *   c  table, column, row (1 byte each), value  a cell
 *   s  object (1), count (2), bytes             the SQL of a table, index or view
 *   l                                           no column is typed or needed
 *
 * up to any other letter; then those of the file as it lies there:
 *
 *   p  page, page (1 each)                      one page over another
 *   t  pages (1)                                the file ends there
 *   b  offset (3), count (1), bytes             the file's bytes there; so does any
 *                                               other letter
 *
 * A value is a letter, i or r and 8 bytes, t or x (a blob), a count (2) and bytes; any
 * other is NULL. Numbers that are too large count round. All pages are sealed again.
 */
#ifndef TF_FUZZ_EDITS_H
#define TF_FUZZ_EDITS_H

#include "input.h"
#include "seal.h"
#include "store_internal.h"
#include "world.h"

enum { EDITS_MAX = 16, PAGE = NEW_PAGE_BYTES };

/* --- Cells and SQL -------------------------------------------------------- */

static inline void edit_value(sqlite3_stmt *stmt, struct input *input)
{
    char type = (char)input_number(input, 1);
    uint64_t bits = type == 'i' || type == 'r' ? input_number(input, 8) : 0;
    struct tf_str bytes = TF_STR("");
    if (type == 't' || type == 'x')
        bytes = input_bytes(input, input_number(input, 2));
    double real;
    memcpy(&real, &bits, sizeof real);
    if (type == 'i')
        sqlite3_bind_int64(stmt, 1, (int64_t)bits);
    else if (type == 'r')
        sqlite3_bind_double(stmt, 1, real);
    else if (type == 't')
        sqlite3_bind_text(stmt, 1, bytes.data, (int)bytes.size, SQLITE_TRANSIENT);
    else if (type == 'x')
        sqlite3_bind_blob(stmt, 1, bytes.data, (int)bytes.size, SQLITE_TRANSIENT);
}

/* The n-th name that the SQL lists, counted round; false: it lists none. */
static inline bool edit_name(sqlite3 *db, const char *sql, const char *of, uint64_t n, char out[64])
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK) {
        if (of)
            sqlite3_bind_text(stmt, 2, of, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(stmt, 1, (int64_t)n);
        found = sqlite3_step(stmt) == SQLITE_ROW;
        if (found)
            sqlite3_snprintf(64, out, "%s", sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    return found;
}

static inline void edit_cell(sqlite3 *db, struct input *input)
{
    static const char tables[] =
        "WITH t AS (SELECT name, row_number() OVER (ORDER BY rowid) - 1 AS n FROM sqlite_schema"
        " WHERE type = 'table') SELECT name FROM t WHERE n = ?1 % (SELECT count(*) FROM t)";
    static const char columns[] = "WITH t AS (SELECT name, cid AS n FROM pragma_table_info(?2))"
                                  " SELECT name FROM t WHERE n = ?1 % (SELECT count(*) FROM t)";
    char table[64], column[64], sql[512];
    uint64_t at_table = input_number(input, 1), at_column = input_number(input, 1);
    uint64_t row = input_number(input, 1);
    sqlite3_stmt *stmt = NULL;
    if (!edit_name(db, tables, NULL, at_table, table) ||
        !edit_name(db, columns, table, at_column, column))
        return;
    sqlite3_snprintf(sizeof sql, sql,
                     "UPDATE OR IGNORE \"%w\" SET \"%w\" = ?1 WHERE rowid = (SELECT rowid FROM "
                     "\"%w\" LIMIT 1 OFFSET ?2 %% (SELECT count(*) FROM \"%w\"))",
                     table, column, table, table);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK) {
        edit_value(stmt, input);
        sqlite3_bind_int64(stmt, 2, (int64_t)row);
        sqlite3_step(stmt);
    }
    sqlite3_finalize(stmt);
}

static inline void edit_sql(sqlite3 *db, struct input *input)
{
    sqlite3_stmt *stmt = NULL;
    int64_t object = (int64_t)input_number(input, 1);
    struct tf_str sql = input_bytes(input, input_number(input, 2));
    if (sqlite3_prepare_v2(db,
                           "UPDATE sqlite_schema SET sql = ?1 WHERE rowid = 1 + ?2 % (SELECT "
                           "max(rowid) FROM sqlite_schema)",
                           -1, &stmt, NULL) == SQLITE_OK) {
        sqlite3_bind_text(stmt, 1, sql.data, (int)sql.size, SQLITE_TRANSIENT);
        sqlite3_bind_int64(stmt, 2, object);
        sqlite3_step(stmt);
    }
    sqlite3_finalize(stmt);
}

static inline void edit_loosen(sqlite3 *db)
{
    sqlite3_exec(db,
                 "UPDATE sqlite_schema SET sql = replace(replace(sql, ' STRICT', ''), ' NOT NULL', "
                 "'') WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'",
                 NULL, NULL, NULL);
}

static inline sqlite3 *edit_open(const char *path)
{
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, seal_vfs()) == SQLITE_OK)
        sqlite3_exec(
            db,
            "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA writable_schema = "
            "ON; PRAGMA ignore_check_constraints = ON",
            NULL, NULL, NULL);
    return db;
}

/* --- Bytes and pages ------------------------------------------------------ */

struct edited {
    unsigned char *bytes;
    size_t size;
};

static inline void edit_bytes(struct edited *file, struct input *input)
{
    size_t at = input_number(input, 3) % file->size;
    struct tf_str bytes = input_bytes(input, input_number(input, 1));
    size_t size = bytes.size < file->size - at ? bytes.size : file->size - at;
    memcpy(file->bytes + at, bytes.data, size);
}

static inline void edit_page(struct edited *file, struct input *input)
{
    size_t pages = file->size / PAGE;
    size_t from = input_number(input, 1), to = input_number(input, 1);
    if (pages && from % pages != to % pages)
        memcpy(file->bytes + to % pages * PAGE, file->bytes + from % pages * PAGE, PAGE);
}

static inline void edit_end(struct edited *file, struct input *input)
{
    size_t size = input_number(input, 1) * PAGE;
    if (size && size < file->size)
        file->size = size;
}

/* Else nothing of a page that was changed would be looked at. */
static inline void edit_seals(struct edited *file)
{
    for (size_t at = 0; file->size - at >= PAGE; at += PAGE)
        seal_page(file->bytes + at, PAGE, (uint32_t)(at / PAGE) + 1);
}

/* --- All ------------------------------------------------------------------ */

static inline void edit_through_sqlite(const char *path, struct input *input)
{
    sqlite3 *db = edit_open(path);
    for (int i = 0; i < EDITS_MAX && input->left; i++) {
        char letter = (char)input_number(input, 1);
        if (letter == 'c') {
            edit_cell(db, input);
        } else if (letter == 's') {
            edit_sql(db, input);
        } else if (letter == 'l') {
            edit_loosen(db);
            sqlite3_close(db); /* the next connection reads the schema anew */
            db = edit_open(path);
        } else {
            break;
        }
    }
    sqlite3_close(db);
}

static inline void edit_file(struct edited *file, struct input *input)
{
    for (int i = 0; i < EDITS_MAX && input->left; i++) {
        char letter = (char)input_number(input, 1);
        if (letter == 'p')
            edit_page(file, input);
        else if (letter == 't')
            edit_end(file, input);
        else
            edit_bytes(file, input);
    }
}

/* Writes the changed file; good is what it was before. */
static inline void edit(const struct world *world, struct tf_str good, struct input *input)
{
    struct tf_buf bytes;
    world_remove_files(world);
    world_write(world->database, good);
    if (input->left && memchr("csl", *input->at, 3))
        edit_through_sqlite(world->database, input);
    if (!input->left)
        return;
    tf_buf_init(&bytes);
    TF_ASSERT(tf_file_read(world->database, (size_t)1 << 26, &bytes, NULL) == TF_OK);
    struct edited file = {(unsigned char *)bytes.data, bytes.size};
    edit_file(&file, input);
    edit_seals(&file);
    world_remove_files(world);
    world_write(world->database, (struct tf_str){bytes.data, file.size});
    tf_buf_clear(&bytes);
}

#endif
