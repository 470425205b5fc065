/* SPDX-License-Identifier: MIT */
/* The schema's versions: recognising one and leading to the newest. */
#include "seal.h"
#include "store_internal.h"

#include <stdio.h>
#include <string.h>

static const char prefix[] = "migrations/";

static bool is_migration(const struct tf_embedded *file)
{
    return strncmp(file->name, prefix, sizeof prefix - 1) == 0;
}

/* Embedded files are sorted by name, so that the n-th one leads to version n. */
static const struct tf_embedded *migration_find(int version)
{
    int seen = 0;
    for (const struct tf_embedded *file = tf_embedded_files; file->name; file++)
        if (is_migration(file) && ++seen == version)
            return file;
    return NULL;
}

int tf_store_schema_version(void)
{
    int count = 0;
    for (const struct tf_embedded *file = tf_embedded_files; file->name; file++)
        count += is_migration(file);
    return count;
}

enum tf_status store_read_number(struct tf_store *store, const char *sql, int64_t *out,
                                 struct tf_error *error)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    int64_t value = code == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    enum tf_status status = code == SQLITE_ROW ? TF_OK : store_fail(store, code, error);
    sqlite3_finalize(stmt);
    if (status == TF_OK)
        *out = value;
    return status;
}

static enum tf_status judge(struct tf_store *store, int64_t application, int64_t version,
                            int64_t objects, bool *fresh, struct tf_error *error)
{
    int newest = tf_store_schema_version();
    *fresh = application == 0 && version == 0 && objects == 0;
    if (*fresh)
        return TF_OK;
    if (application != APPLICATION_ID)
        return tf_error_set(error, TF_FOREIGN,
                            "%s: a database of another program, not of treatfacts", store->path);
    if (version > newest)
        return tf_error_set(error, TF_NEWER,
                            "%s: made by a newer treatfacts: its schema is version %lld, this "
                            "program knows %d",
                            store->path, (long long)version, newest);
    if (version < newest)
        return tf_error_set(error, TF_OLDER,
                            "%s: made by an older treatfacts (schema %lld, now %d); `treatfacts "
                            "migrate` brings it up to date",
                            store->path, (long long)version, newest);
    return TF_OK;
}

enum tf_status store_identify(struct tf_store *store, bool *fresh, struct tf_error *error)
{
    int64_t application = 0, version = 0, objects = 0;
    enum tf_status status = store_read_number(store, "PRAGMA application_id", &application, error);
    if (status == TF_OK)
        status = store_read_number(store, "PRAGMA user_version", &version, error);
    if (status == TF_OK)
        status = store_read_number(store, "SELECT count(*) FROM sqlite_schema", &objects, error);
    return status == TF_OK ? judge(store, application, version, objects, fresh, error) : status;
}

enum tf_status store_look(const char *path, struct tf_store **out, bool *fresh,
                          struct tf_error *error)
{
    *out = NULL;
    enum tf_status status = store_connect(path, SQLITE_OPEN_READWRITE, out, error);
    if (status == TF_OK)
        status = store_start(*out, error);
    return status == TF_OK ? store_identify(*out, fresh, error) : status;
}

enum tf_status tf_store_current(struct tf_store *store, struct tf_error *error)
{
    bool fresh = false;
    enum tf_status status = store_identify(store, &fresh, error);
    if (status == TF_OK && fresh)
        return tf_error_set(error, TF_FOREIGN, "%s: empty, not a treatfacts database", store->path);
    return status;
}

static enum tf_status execute(struct tf_store *store, const char *sql, struct tf_error *error)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TF_OK : store_fail(store, code, error);
}

static enum tf_status apply_next(struct tf_store *store, int *applied, struct tf_error *error)
{
    int64_t version = 0;
    enum tf_status status = store_read_number(store, "PRAGMA user_version", &version, error);
    if (status != TF_OK)
        return status;
    const struct tf_embedded *file = migration_find((int)version + 1);
    if (!file)
        return tf_error_set(error, TF_OLDER, "%s: no migration leads on from version %lld",
                            store->path, (long long)version);
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             APPLICATION_ID, (int)version + 1);
    status = execute(store, file->data, error);
    if (status == TF_OK)
        status = execute(store, mark, error);
    if (status == TF_OK)
        ++*applied;
    return status;
}

/* The version is read again under the lock: another process may have migrated
 * meanwhile. A new database is made as a whole: nobody shall find one that is older
 * than the program that made it. */
static enum tf_status migrate_locked(struct tf_store *store, int *applied, struct tf_error *error)
{
    bool fresh = false;
    enum tf_status status = store_identify(store, &fresh, error);
    if (status == TF_OLDER)
        return apply_next(store, applied, error);
    for (int i = 0; status == TF_OK && fresh && i < tf_store_schema_version(); i++)
        status = apply_next(store, applied, error);
    return status;
}

static enum tf_status migrate_once(struct tf_store *store, int *applied, struct tf_error *error)
{
    enum tf_status status = execute(store, "BEGIN IMMEDIATE", error);
    if (status != TF_OK)
        return status;
    int before = *applied;
    status = migrate_locked(store, applied, error);
    if (status == TF_OK)
        status = execute(store, "COMMIT", error);
    if (status != TF_OK) {
        *applied = before;
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

/* Each migration of an older one is a transaction; a failure leaves the version
 * reached. The size of pages is that of a new file, which has twice the usual one: a
 * load writes half as many, and reading takes no longer. They are sealed. A file that is
 * there keeps its pages as they are. */
enum tf_status store_migrate(struct tf_store *store, int *applied, struct tf_error *error)
{
    int before;
    int code = seal_use(store->db);
    enum tf_status status = code == SQLITE_OK ? TF_OK : store_fail(store, code, error);
    if (status == TF_OK)
        status = execute(
            store, "PRAGMA page_size = " TF_TEXT_OF(NEW_PAGE_BYTES) "; PRAGMA journal_mode = WAL",
            error);
    do {
        before = *applied;
        if (status == TF_OK)
            status = migrate_once(store, applied, error);
    } while (status == TF_OK && *applied != before);
    return status;
}

enum tf_status tf_store_migrate(const char *path, int *applied, struct tf_error *error)
{
    struct tf_store *store = NULL;
    bool fresh = false;
    int count = 0;
    enum tf_status status = store_check_file(path, TF_STORE_WRITE, error);
    if (status == TF_OK)
        status = store_look(path, &store, &fresh, error);
    if (status == TF_OLDER || (status == TF_OK && fresh)) {
        TF_ASSERT(store);
        status = store_migrate(store, &count, error);
    }
    tf_store_close(store);
    if (status == TF_OK)
        *applied = count;
    return status;
}
