/* SPDX-License-Identifier: MIT */
/* Running one statement: bind by name, step, read columns, end. */
#include "store_internal.h"

#include <limits.h>
#include <math.h>
#include <string.h>

struct run run_begin(struct tf_store *store, enum statement which, struct tf_arena *arena)
{
    int code = store_prepare(store, which);
    return (struct run){
        .store = store, .stmt = store->statements[which], .arena = arena, .code = code};
}

/* --- Binding ------------------------------------------------------------- */

/* A name that the statement lacks is a programmer's error. */
static int place_of(struct run *run, const char *name)
{
    int place = sqlite3_bind_parameter_index(run->stmt, name);
    TF_ASSERT(place > 0 || run->code != SQLITE_OK); /* not prepared: run_end tells */
    return place;
}

static void keep(struct run *run, int code)
{
    if (run->code == SQLITE_OK)
        run->code = code;
}

/* What is bound is borrowed until run_end; callers keep it that long. */
void run_text(struct run *run, const char *name, struct tf_str value)
{
    if (!value.data)
        run_null(run, name);
    else
        keep(run, sqlite3_bind_text64(run->stmt, place_of(run, name), value.data, value.size,
                                      SQLITE_STATIC, SQLITE_UTF8));
}

void run_code(struct run *run, const char *name, const char *value)
{
    run_text(run, name, tf_str_of(value));
}

void run_int(struct run *run, const char *name, int64_t value)
{
    keep(run, sqlite3_bind_int64(run->stmt, place_of(run, name), value));
}

void run_real(struct run *run, const char *name, double value)
{
    if (isnan(value))
        run_null(run, name);
    else
        keep(run, sqlite3_bind_double(run->stmt, place_of(run, name), value));
}

void run_blob(struct run *run, const char *name, const void *data, size_t size)
{
    keep(run, sqlite3_bind_blob64(run->stmt, place_of(run, name), data, size, SQLITE_STATIC));
}

/* Copied, because ids are passed by value. */
void run_uuid(struct run *run, const char *name, struct tf_uuid id)
{
    keep(run,
         sqlite3_bind_blob(run->stmt, place_of(run, name), id.b, sizeof id.b, SQLITE_TRANSIENT));
}

void run_null(struct run *run, const char *name)
{
    keep(run, sqlite3_bind_null(run->stmt, place_of(run, name)));
}

/* --- Binding in order ---------------------------------------------------- */

void put_text(struct run *run, struct tf_str value)
{
    if (!value.data)
        put_null(run);
    else
        keep(run, sqlite3_bind_text64(run->stmt, ++run->place, value.data, value.size,
                                      SQLITE_STATIC, SQLITE_UTF8));
}

void put_code(struct run *run, const char *value)
{
    put_text(run, tf_str_of(value));
}

void put_int(struct run *run, int64_t value)
{
    keep(run, sqlite3_bind_int64(run->stmt, ++run->place, value));
}

void put_real(struct run *run, double value)
{
    if (isnan(value))
        put_null(run);
    else
        keep(run, sqlite3_bind_double(run->stmt, ++run->place, value));
}

void put_uuid(struct run *run, const struct tf_uuid *id)
{
    keep(run, sqlite3_bind_blob(run->stmt, ++run->place, id->b, sizeof id->b, SQLITE_STATIC));
}

void put_null(struct run *run)
{
    keep(run, sqlite3_bind_null(run->stmt, ++run->place));
}

void put_span(struct run *run, const struct tf_span *at)
{
    put_int(run, at->start);
    put_int(run, at->end);
    put_int(run, at->byte_start);
    put_int(run, at->byte_end);
}

void run_scalar(struct run *run, const char *name, const struct tf_scalar *value)
{
    switch (value->type) {
    case TF_SCALAR_INTEGER:
        run_int(run, name, value->integer);
        return;
    case TF_SCALAR_REAL:
        run_real(run, name, value->real);
        return;
    case TF_SCALAR_TEXT:
        run_text(run, name, value->text);
        return;
    case TF_SCALAR_BLOB:
        run_blob(run, name, value->text.data, value->text.size);
        return;
    case TF_SCALAR_NONE:
        run_null(run, name);
        return;
    }
}

/* --- Stepping ------------------------------------------------------------ */

bool run_row(struct run *run)
{
    if (run->code != SQLITE_OK || run->damaged)
        return false;
    run->column = 0;
    int code = sqlite3_step(run->stmt);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        run->code = code;
    return false;
}

enum tf_status run_end(struct run *run, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    if (run->code != SQLITE_OK)
        status = store_fail(run->store, run->code, error);
    else if (run->arena && tf_arena_failed(run->arena)) /* what has no room may look damaged */
        status = tf_error_set(error, TF_NO_MEMORY, "%s: the answer takes too much memory",
                              run->store->path);
    else if (run->damaged)
        status = tf_error_set(error, TF_CORRUPT, "%s: column %s has a value that cannot be",
                              run->store->path, sqlite3_column_name(run->stmt, run->column - 1));
    if (run->stmt) { /* else it could not be prepared */
        sqlite3_reset(run->stmt);
        sqlite3_clear_bindings(run->stmt);
    }
    return status;
}

enum tf_status run_once(struct run *run, struct tf_error *error)
{
    while (run_row(run))
        continue;
    return run_end(run, error);
}

/* --- Columns ------------------------------------------------------------- */

/* The next column's value; NULL for none. After damage the column stays, so that
 * run_end can name it. The value itself may be read, and not only its columns',
 * because connections have no mutex that could be held for it. */
static sqlite3_value *next_value(struct run *run, int type, bool null_allowed)
{
    if (run->damaged)
        return NULL;
    sqlite3_value *value = sqlite3_column_value(run->stmt, run->column++);
    int found = sqlite3_value_type(value);
    if (found == type)
        return value;
    if (found != SQLITE_NULL || !null_allowed)
        run->damaged = true;
    return NULL;
}

struct tf_str value_text(sqlite3_value *value)
{
    const char *data = (const char *)sqlite3_value_text(value);
    return (struct tf_str){data, data ? (size_t)sqlite3_value_bytes(value) : 0};
}

/* Borrowed until the next row. */
static struct tf_str text_of(struct run *run, sqlite3_value *value)
{
    struct tf_str text = value_text(value);
    if (text.data)
        return text;
    run->code = SQLITE_NOMEM;
    return TF_STR("");
}

static struct tf_str blob_of(sqlite3_value *value)
{
    const char *data = sqlite3_value_blob(value);
    return (struct tf_str){data ? data : "", (size_t)sqlite3_value_bytes(value)};
}

static struct tf_str keep_text(struct run *run, struct tf_str text)
{
    return run->borrows ? text : tf_arena_str(run->arena, text);
}

struct tf_str get_text(struct run *run)
{
    sqlite3_value *value = next_value(run, SQLITE_TEXT, true);
    return value ? keep_text(run, text_of(run, value)) : TF_STR_NULL;
}

struct tf_str get_blob(struct run *run)
{
    sqlite3_value *value = next_value(run, SQLITE_BLOB, false);
    return value ? keep_text(run, blob_of(value)) : TF_STR_NULL;
}

bool get_null(struct run *run)
{
    return !run->damaged && sqlite3_column_type(run->stmt, run->column) == SQLITE_NULL;
}

int64_t get_int(struct run *run, int64_t min, int64_t max)
{
    sqlite3_value *found = next_value(run, SQLITE_INTEGER, false);
    int64_t value = found ? sqlite3_value_int64(found) : min;
    if (value >= min && value <= max)
        return value;
    run->damaged = true;
    return min;
}

uint32_t get_u32(struct run *run)
{
    return (uint32_t)get_int(run, 0, UINT32_MAX);
}

struct tf_scalar get_scalar(struct run *run)
{
    struct tf_scalar value = {.type = TF_SCALAR_NONE};
    switch (run->damaged ? SQLITE_NULL : sqlite3_column_type(run->stmt, run->column)) {
    case SQLITE_INTEGER:
        value.type = TF_SCALAR_INTEGER;
        value.integer = get_int(run, INT64_MIN, INT64_MAX);
        return value;
    case SQLITE_FLOAT:
        value.type = TF_SCALAR_REAL;
        value.real = get_real(run);
        return value;
    case SQLITE_TEXT:
        value.type = TF_SCALAR_TEXT;
        value.text = get_text(run);
        return value;
    case SQLITE_BLOB:
        value.type = TF_SCALAR_BLOB;
        value.text = get_blob(run);
        return value;
    default:
        run->column++;
        return value;
    }
}

double get_real(struct run *run)
{
    sqlite3_value *value = next_value(run, SQLITE_FLOAT, true);
    return value ? sqlite3_value_double(value) : NAN;
}

struct tf_uuid get_uuid(struct run *run)
{
    struct tf_uuid id = {{0}};
    sqlite3_value *value = next_value(run, SQLITE_BLOB, false);
    if (!value)
        return id;
    struct tf_str bytes = blob_of(value);
    if (bytes.size == sizeof id.b)
        memcpy(id.b, bytes.data, sizeof id.b);
    else
        run->damaged = true;
    return id;
}

int get_name(struct run *run, const char *const *names, int count)
{
    sqlite3_value *value = next_value(run, SQLITE_TEXT, false);
    if (!value)
        return 0;
    int found = tf_name_find(names, count, text_of(run, value));
    if (found >= 0)
        return found;
    run->damaged = true;
    return 0;
}

struct tf_span get_span(struct run *run)
{
    struct tf_span at;
    at.start = get_u32(run);
    at.end = get_u32(run);
    at.byte_start = get_u32(run);
    at.byte_end = get_u32(run);
    if (at.end < at.start || at.byte_end < at.byte_start)
        run->damaged = true;
    return at;
}

/* Texts of a known length, for the fields that are arrays. */
static void get_fixed(struct run *run, char *out, size_t length)
{
    memset(out, 0, length + 1);
    sqlite3_value *value = next_value(run, SQLITE_TEXT, false);
    if (!value)
        return;
    struct tf_str text = text_of(run, value);
    if (text.size == length)
        memcpy(out, text.data, length);
    else
        run->damaged = true;
}

void get_time(struct run *run, char out[TF_TIME_TEXT])
{
    get_fixed(run, out, TF_TIME_TEXT - 1);
}

void get_digest(struct run *run, char out[TF_DIGEST_TEXT])
{
    get_fixed(run, out, TF_DIGEST_TEXT - 1);
}
