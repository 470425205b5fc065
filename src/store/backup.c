/* SPDX-License-Identifier: MIT */
/* Copies of a whole database, page by page (SQLite's online backup). */
#include "store_internal.h"

#include "place.h"
#include "seal.h"

#include <errno.h>
#include <sys/stat.h>

/* --- Connections --------------------------------------------------------- */

/* To a file of ours of this version or an older one: a copy made before a migration
 * is the one that matters most. */
static enum tf_status open_any(const char *path, int flags, const char *pragma,
                               struct tf_store **out, struct tf_error *error)
{
    struct tf_store *store = NULL;
    bool fresh = false;
    enum tf_status status = store_check_file(path, TF_STORE_READ, error);
    if (status == TF_OK)
        status = store_connect(path, flags, &store, error);
    if (status != TF_OK)
        return status;
    int code = sqlite3_exec(store->db, pragma, NULL, NULL, NULL);
    status = code == SQLITE_OK ? store_start(store, error) : store_fail(store, code, error);
    if (status == TF_OK)
        status = store_identify(store, &fresh, error);
    if (status == TF_OLDER)
        status = TF_OK;
    if (status == TF_OK && fresh)
        status = tf_error_set(error, TF_FOREIGN, "%s: empty, not a treatfacts database", path);
    if (status != TF_OK) {
        status = store_explain(store, status, error);
        tf_store_close(store);
        return status;
    }
    *out = store;
    return TF_OK;
}

/* Nobody else knows of the file, and it is flushed when it is whole. */
static enum tf_status open_part(const char *part, bool sealed, struct tf_store **out,
                                struct tf_error *error)
{
    struct tf_store *store;
    enum tf_status status = store_connect(part, SQLITE_OPEN_READWRITE, &store, error);
    if (status != TF_OK)
        return status;
    int code = sqlite3_exec(store->db, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;",
                            NULL, NULL, NULL);
    if (code == SQLITE_OK && sealed)
        code = seal_use(store->db);
    if (code != SQLITE_OK) {
        status = store_fail(store, code, error);
        tf_store_close(store);
        return status;
    }
    *out = store;
    return TF_OK;
}

/* --- Copying ------------------------------------------------------------- */

/* In one step, and so in one read transaction of the source: whatever is loaded
 * meanwhile, no page has to be copied again, and loading waits for nothing. */
static enum tf_status copy_pages(struct tf_store *from, struct tf_store *to, struct tf_error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (!backup)
        return store_fail(to, sqlite3_errcode(to->db), error);
    int code = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && finished == SQLITE_OK)
        return TF_OK;
    bool damaged = code == SQLITE_IOERR_DATA; /* what is written is not compared */
    return store_fail(damaged ? from : to, finished != SQLITE_OK ? finished : code, error);
}

static enum tf_status fill(struct tf_store *from, const char *part, struct tf_error *error)
{
    struct tf_store *to = NULL;
    enum tf_status status = open_part(part, seal_is_used(from->db), &to, error);
    if (status != TF_OK)
        return status;
    TF_ASSERT(to); /* the analyser does not see that a failure is never TF_OK */
    status = copy_pages(from, to, error);
    tf_store_close(to);
    return status;
}

static enum tf_status check_pages(struct tf_store *store, struct tf_arena *arena,
                                  struct tf_error *error)
{
    struct run run = run_begin(store, QUICK_CHECK, arena);
    struct tf_str finding = run_row(&run) ? get_text(&run) : TF_STR_NULL;
    enum tf_status status = run_end(&run, error);
    if (status != TF_OK || tf_str_is(finding, "ok"))
        return status;
    return tf_error_set(error, TF_CORRUPT, "%s: damaged, as what it is copied from is: %.*s",
                        store->path, TF_STR_ARG(finding));
}

/* Opened, and every page of it read. Held alone it needs no shared memory, which not
 * all file systems have, and the log goes when it is closed. */
static enum tf_status check(const char *part, struct tf_error *error)
{
    struct tf_store *store = NULL;
    enum tf_status status =
        open_any(part, SQLITE_OPEN_READWRITE, "PRAGMA locking_mode = EXCLUSIVE", &store, error);
    if (status != TF_OK)
        return status;
    TF_ASSERT(store);
    struct tf_arena *arena = tf_arena_new(0);
    status = arena ? check_pages(store, arena, error)
                   : tf_error_set(error, TF_NO_MEMORY, "%s: out of memory", part);
    tf_arena_free(arena);
    tf_store_close(store);
    return status;
}

/* --- Backup -------------------------------------------------------------- */

static enum tf_status check_destination(const char *path, const char *to, struct tf_error *error)
{
    if (!to[0])
        return tf_error_set(error, TF_USAGE, "the name of the backup is empty");
    if (place_is_companion(to))
        return tf_error_set(error, TF_USAGE, "%s: SQLite gives such names to files of its own", to);
    if (place_is_same(path, to))
        return tf_error_set(error, TF_USAGE, "%s: is the database itself", to);
    return TF_OK;
}

/* Who may not read the database may not read its copy. */
static enum tf_status copy_mode(const char *path, const struct place *place, struct tf_error *error)
{
    struct stat info;
    if (stat(path, &info) == 0 && fchmod(place->fd, info.st_mode & 0777) == 0)
        return TF_OK;
    return tf_error_set(error, TF_IO, "%s: %s", place->part, strerror(errno));
}

enum tf_status tf_store_backup(const char *path, const char *to, bool replace,
                               struct tf_error *error)
{
    struct tf_store *from = NULL;
    struct place place;
    enum tf_status status = check_destination(path, to, error);
    if (status == TF_OK)
        status = open_any(path, SQLITE_OPEN_READONLY, "", &from, error);
    if (status != TF_OK)
        return status;
    TF_ASSERT(from);
    status = place_check(to, replace, error);
    if (status == TF_OK)
        status = place_begin(to, &place, error);
    if (status != TF_OK) {
        tf_store_close(from);
        return status;
    }
    status = copy_mode(path, &place, error);
    if (status == TF_OK)
        status = fill(from, place.part, error);
    tf_store_close(from);
    if (status == TF_OK)
        status = check(place.part, error);
    if (status == TF_OK)
        return place_end(&place, replace, error);
    place_abandon(&place);
    return status;
}
