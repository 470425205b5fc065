/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t interval_ns = 1000000000u;

bool database_init(struct database *database, const char *path)
{
    *database = (struct database){.path = strdup(path)};
    pthread_mutex_init(&database->lock, NULL);
    return database->path != NULL;
}

void database_clear(struct database *database)
{
    pthread_mutex_destroy(&database->lock);
    free(database->path);
}

bool database_due(struct database *database, uint64_t now_ns)
{
    uint64_t due = atomic_load_explicit(&database->due_ns, memory_order_relaxed);
    return now_ns >= due &&
           atomic_compare_exchange_strong(&database->due_ns, &due, now_ns + interval_ns);
}

/*
 * SQLite finds the log of a database by its name. Where a file was put in place of
 * another and the log stayed, and holds anything, reading would mix the pages of
 * both; and to throw it away could lose what was loaded into the file before. So
 * that is left to who moved the file.
 */
static bool is_mispaired(const struct tf_store_file *before, const struct tf_store_file *now)
{
    return now->there && before->there && !tf_store_file_same(before, now) && now->log.inode &&
           now->log_bytes && memcmp(&now->log, &before->log, sizeof now->log) == 0;
}

static void log_state(bool there, bool mispaired)
{
    const struct tf_log_field state =
        TF_LOG_STR("state", tf_str_of(mispaired ? "beside a log of another file"
                                      : there   ? "another file, or back"
                                                : "gone"));
    tf_log(TF_LOG_WARN, "database", &state, 1);
}

static bool take(struct database *database, const struct tf_store_file *now)
{
    bool first = !database->there && !database->last.there;
    bool mispaired = is_mispaired(&database->last, now);
    bool other = now->there && !mispaired && !tf_store_file_same(&database->last, now);
    bool changed =
        other || now->there != database->there || mispaired != atomic_load(&database->mispaired);
    database->there = now->there;
    atomic_store(&database->mispaired, mispaired);
    if (now->there && !mispaired)
        database->last = *now;
    if (changed)
        atomic_fetch_add(&database->generation, 1);
    if (changed && !first)
        log_state(now->there, mispaired);
    return changed;
}

bool database_look(struct database *database)
{
    struct tf_store_file now;
    pthread_mutex_lock(&database->lock);
    tf_store_file_look(database->path, &now);
    bool changed = take(database, &now);
    pthread_mutex_unlock(&database->lock);
    return changed;
}

enum tf_status database_open(struct database *database, struct tf_store **out,
                             struct tf_error *error)
{
    if (atomic_load(&database->mispaired))
        return tf_error_set(error, TF_IO,
                            "%s: the -wal file beside it belongs to the file that was there "
                            "before; move it to that one or remove it, and the -shm file",
                            database->path);
    /* Whatever the reason, to the client the data is not there now. A status such as
     * TF_NOT_FOUND would be taken for a matter of its request. */
    return tf_store_open(database->path, TF_STORE_READ, out, error) == TF_OK ? TF_OK : TF_IO;
}
