/* SPDX-License-Identifier: MIT */
/* Opening a database file that nobody vouches for, and closing it. */
#include "packed.h"
#include "seal.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- Failures ------------------------------------------------------------ */

static enum tf_status status_of(int code)
{
    if (code == SQLITE_IOERR_DATA)
        return TF_CORRUPT;
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return TF_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return TF_BUSY;
    case SQLITE_INTERRUPT:
        return TF_TIMEOUT;
    case SQLITE_FULL:
        return TF_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return TF_READ_ONLY;
    case SQLITE_CORRUPT:
    case SQLITE_TOOBIG: /* nothing of ours reaches the limits set in harden() */
        return TF_CORRUPT;
    case SQLITE_NOTADB:
        return TF_FOREIGN;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return TF_IO;
    default:
        return TF_DATABASE;
    }
}

/* SQLite keeps the reason of its last failure; one of another call would
 * mislead, and so would what it could not do for want of memory. Why a file cannot be
 * opened the system knows better. */
enum tf_status store_fail(struct tf_store *store, int code, struct tf_error *error)
{
    enum tf_status status = status_of(code);
    bool latest =
        status != TF_NO_MEMORY && (sqlite3_extended_errcode(store->db) & 0xff) == (code & 0xff);
    int system = latest && status == TF_IO ? sqlite3_system_errno(store->db) : 0;
    const char *reason = latest ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    if (status == TF_FOREIGN)
        return tf_error_set(error, status, "%s: not a treatfacts database", store->path);
    if (code == SQLITE_IOERR_DATA)
        return tf_error_set(error, status,
                            "%s: damaged: a page is not as it was written, or another "
                            "program has written it",
                            store->path);
    return tf_error_set(error, status, "%s: %s%s%s", store->path, reason, system ? ": " : "",
                        system ? strerror(system) : "");
}

/* --- Connection ---------------------------------------------------------- */

/* tf_uuid('...'): the 16 bytes of an id in text, NULL for any other text; so
 * that lists of ids can be bound as JSON like all others. */
static void uuid_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_uuid id;
    struct tf_str text = value_text(values[0]);
    if (text.data && tf_uuid_parse(text, &id))
        sqlite3_result_blob(context, id.b, sizeof id.b, SQLITE_TRANSIENT);
}

int64_t words_digest(struct tf_str text)
{
    char digest[TF_DIGEST_TEXT], *words = malloc(text.size + 1);
    size_t used = 0;
    if (!words)
        return -1;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i], lower = c | 0x20;
        if (c >= 0x80 || (c >= '0' && c <= '9'))
            words[used++] = (char)c;
        else if (lower >= 'a' && lower <= 'z')
            words[used++] = (char)lower;
    }
    tf_digest(words, used, digest);
    free(words);
    digest[12] = '\0'; /* 48 bits; with one less it is never negative in six bytes */
    return (int64_t)(strtoull(digest, NULL, 16) >> 1);
}

/* tf_words(text): the digest by which sources that copy each other are found. */
static void words_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_str text = value_text(values[0]);
    int64_t digest = text.data ? words_digest(text) : 0;
    if (digest < 0)
        sqlite3_result_error_nomem(context);
    else if (text.data)
        sqlite3_result_int64(context, digest);
}

static bool is_id(sqlite3_value *value, struct tf_uuid *out)
{
    const unsigned char *id = sqlite3_value_blob(value);
    if (!id || sqlite3_value_bytes(value) != (int)sizeof out->b)
        return false;
    memcpy(out->b, id, sizeof out->b);
    return true;
}

/* tf_prefix(id): its first eight bytes as a number; NULL for what is no id. Only
 * migrations ask for it. */
static void prefix_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_uuid id;
    if (is_id(values[0], &id))
        sqlite3_result_int64(context, id_prefix(&id));
}

/* tf_key(id): the same of its first four. */
static void key_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_uuid id;
    if (is_id(values[0], &id))
        sqlite3_result_int64(context, id_key(&id));
}

/* tf_facet(name): the number of what facts are tallied by; NULL for any other name. */
static void facet_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct tf_str name = value_text(values[0]);
    for (int i = 0; i < TALLY__MAX; i++)
        if (tally_names[i] && tf_str_is(name, tally_names[i])) {
            sqlite3_result_int(context, i);
            return;
        }
}

/* tf_meet(list, wanted): do two packed lists have a string in common? */
static void meet_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int(context, packed_meet(value_text(values[0]), value_text(values[1])));
}

static int add_functions(sqlite3 *db)
{
    static const struct {
        const char *name;
        int arguments;
        void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {{"tf_uuid", 1, uuid_function},     {"tf_words", 1, words_function},
                     {"tf_prefix", 1, prefix_function}, {"tf_key", 1, key_function},
                     {"tf_facet", 1, facet_function},   {"tf_meet", 2, meet_function}};
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < sizeof functions / sizeof *functions; i++)
        code = sqlite3_create_function(db, functions[i].name, functions[i].arguments,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                       functions[i].function, NULL, NULL);
    return code;
}

/* A hostile file must not run triggers or functions of its choice, nor make
 * the process take what it likes. Views stay on: the full-text index reads its
 * words through three of ours, and `verify` compares the whole schema. */
static int harden(sqlite3 *db)
{
    static const struct {
        int what, on;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    static const struct {
        int what, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX},
        {SQLITE_LIMIT_SQL_LENGTH, 64 * 1024},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_COMPOUND_SELECT, 10},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 64},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < sizeof switches / sizeof *switches; i++)
        code = sqlite3_db_config(db, switches[i].what, switches[i].on, NULL);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i].what, limits[i].most);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
    if (code == SQLITE_OK)
        code = sqlite3_extended_result_codes(db, 1);
    if (code == SQLITE_OK)
        code = add_functions(db);
    return code == SQLITE_OK ? add_ranking(db) : code;
}

/* ":memory:" and "file:" are names of files here, like any other. */
static char *plain_path(const char *path)
{
    size_t size = strlen(path) + 3;
    char *plain = malloc(size);
    if (plain)
        snprintf(plain, size, "%s%s", path[0] == ':' ? "./" : "", path);
    return plain;
}

/* SQLite's own statistics of memory would take a lock with every allocation of every
 * thread. Too late, when something else has used SQLite before, it is only slower. */
static void set_up_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum tf_status store_connect(const char *path, int flags, struct tf_store **out,
                             struct tf_error *error)
{
    struct tf_store *store = calloc(1, sizeof *store);
    if (store)
        store->path = flags & SQLITE_OPEN_MEMORY ? strdup(path) : plain_path(path);
    if (!store || !store->path) {
        free(store);
        return tf_error_set(error, TF_NO_MEMORY, "%s: out of memory", path);
    }
    store->writable = (flags & SQLITE_OPEN_READWRITE) != 0;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_up_library);
    const char *vfs = seal_vfs();
    int code = SQLITE_NOMEM;
    if (vfs)
        code = sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, vfs);
    if (code == SQLITE_OK)
        code = harden(store->db);
    if (code != SQLITE_OK) {
        enum tf_status status = store_fail(store, code, error);
        tf_store_close(store);
        return status;
    }
    *out = store;
    return TF_OK;
}

/* What was written goes into the file itself, so that it is whole also without its
 * log while others have it open. Not where they hold that up: then the next one does. */
static void empty_log(struct tf_store *store)
{
    enum { PATIENCE_MILLISECONDS = 100 };
    sqlite3_busy_timeout(store->db, PATIENCE_MILLISECONDS);
    (void)sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void tf_store_close(struct tf_store *store)
{
    if (!store)
        return;
    for (int i = 0; i < STATEMENT__MAX; i++)
        sqlite3_finalize(store->statements[i]);
    list_forget(store);
    if (store->empties_log)
        empty_log(store);
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

int store_prepare(struct tf_store *store, enum statement which)
{
    if (store->statements[which])
        return SQLITE_OK;
    return sqlite3_prepare_v3(store->db, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                              &store->statements[which], NULL);
}

enum tf_status tf_store_prepare(struct tf_store *store, struct tf_error *error)
{
    for (int i = 0; i < STATEMENT__MAX; i++) {
        int code = store_prepare(store, (enum statement)i);
        if (code != SQLITE_OK)
            return store_fail(store, code, error);
    }
    return list_prepare_all(store, error);
}

/* --- Opening ------------------------------------------------------------- */

/* SQLite's own words for a missing file are "unable to open". */
enum tf_status store_check_file(const char *path, enum tf_store_mode mode, struct tf_error *error)
{
    struct stat info;
    if (!path[0])
        return tf_error_set(error, TF_USAGE, "the name of the database file is empty");
    if (stat(path, &info) != 0) {
        if (errno == ENOENT && mode == TF_STORE_CREATE)
            return TF_OK;
        return tf_error_set(error, errno == ENOENT ? TF_NOT_FOUND : TF_IO, "%s: %s", path,
                            strerror(errno));
    }
    if (!S_ISREG(info.st_mode))
        return tf_error_set(error, TF_FOREIGN, "%s: not a regular file", path);
    return TF_OK;
}

/* The first read of a WAL database needs its -shm file, which a reader makes
 * beside it; where it may not, SQLite speaks of an attempt to write. */
enum tf_status store_explain(struct tf_store *store, enum tf_status status, struct tf_error *error)
{
    bool missing = (sqlite3_extended_errcode(store->db) & 0xff) == SQLITE_CANTOPEN;
    if (store->writable || (status != TF_READ_ONLY && !missing))
        return status;
    return tf_error_set(error, TF_READ_ONLY,
                        "%s: its folder is read-only and no writer has it open; a reader needs a "
                        "folder in which it may make the -wal and -shm files",
                        store->path);
}

/* The first statements that read the file. FULL: what was acknowledged survives a
 * loss of power, in WAL mode too. Sorting is done in memory: there may be no other
 * place, and no files are made but the database's. */
enum tf_status store_start(struct tf_store *store, struct tf_error *error)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is one when connecting was TF_OK
     */
    if (store->writable && sqlite3_db_readonly(store->db, "main") == 1)
        return tf_error_set(error, TF_READ_ONLY, "%s: may not be written", store->path);
    int code = sqlite3_exec(store->db,
                            "PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL;"
                            "PRAGMA temp_store = MEMORY;",
                            NULL, NULL, NULL);
    return code == SQLITE_OK ? TF_OK : store_fail(store, code, error);
}

/* Nothing is written before the file is known to be ours or empty. */
static enum tf_status set_up(struct tf_store *store, enum tf_store_mode mode,
                             struct tf_error *error)
{
    bool fresh = false;
    int applied = 0;
    enum tf_status status = store_start(store, error);
    if (status == TF_OK)
        status = store_identify(store, &fresh, error);
    if (mode == TF_STORE_CREATE && (status == TF_OLDER || (status == TF_OK && fresh)))
        status = store_migrate(store, &applied, error);
    else if (status == TF_OK && fresh)
        status =
            tf_error_set(error, TF_FOREIGN, "%s: empty, not a treatfacts database", store->path);
    if (status == TF_OK)
        status = mode == TF_STORE_READ ? TF_OK : tf_store_prepare(store, error);
    return status == TF_OK ? TF_OK : store_explain(store, status, error);
}

enum tf_status tf_store_open(const char *path, enum tf_store_mode mode, struct tf_store **out,
                             struct tf_error *error)
{
    static const int flags[] = {
        [TF_STORE_READ] = SQLITE_OPEN_READONLY,
        [TF_STORE_WRITE] = SQLITE_OPEN_READWRITE,
        [TF_STORE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    };
    struct tf_store *store = NULL;
    enum tf_status status = store_check_file(path, mode, error);
    if (status == TF_OK)
        status = store_connect(path, flags[mode], &store, error);
    if (status != TF_OK)
        return status;
    TF_ASSERT(store);
    status = set_up(store, mode, error);
    if (status != TF_OK) {
        tf_store_close(store);
        return status;
    }
    store->empties_log = store->writable; /* now that it is known to be ours */
    *out = store;
    return TF_OK;
}

/* Only a connection that may write can undo what was begun. A file with more than its
 * first page is not opened so. */
bool tf_store_is_missing(const char *path)
{
    struct stat info;
    struct tf_store *store = NULL;
    bool fresh = false;
    enum tf_status status = store_check_file(path, TF_STORE_READ, NULL);
    if (status != TF_OK)
        return status == TF_NOT_FOUND;
    if (stat(path, &info) != 0 || info.st_size > NEW_PAGE_BYTES ||
        store_connect(path, SQLITE_OPEN_READWRITE, &store, NULL) != TF_OK)
        return false;
    status = store_identify(store, &fresh, NULL);
    tf_store_close(store);
    return status == TF_OK && fresh;
}

const char *tf_store_library_version(void)
{
    return sqlite3_libversion();
}
