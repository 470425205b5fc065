/* SPDX-License-Identifier: MIT */
/*
 * A backup in the place of a database. It is copied, checked as a whole and brought up
 * to date beside that; what was wrong is found before anything is touched. Where a
 * database is that can be opened, its pages are then written over in one transaction
 * of SQLite, which loads wait for and readers need not notice; else a file takes the
 * name.
 */
#include "store_internal.h"

#include "place.h"
#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- The copy ------------------------------------------------------------ */

static enum tf_status write_all(const struct place *place, const char *bytes, size_t size,
                                struct tf_error *error)
{
    while (size) {
        ssize_t wrote = write(place->fd, bytes, size);
        if (wrote < 0 && errno != EINTR)
            return tf_error_set(error, errno == ENOSPC ? TF_FULL : TF_IO, "%s: %s", place->part,
                                strerror(errno));
        size_t done = wrote < 0 ? 0 : (size_t)wrote;
        bytes += done;
        size -= done;
    }
    return TF_OK;
}

static enum tf_status copy_bytes(const char *from, int fd, const struct place *place,
                                 struct tf_error *error)
{
    char chunk[64 * 1024];
    enum tf_status status = TF_OK;
    for (ssize_t got = 1; status == TF_OK && got;) {
        got = read(fd, chunk, sizeof chunk);
        if (got > 0)
            status = write_all(place, chunk, (size_t)got, error);
        else if (got < 0 && errno != EINTR)
            status = tf_error_set(error, TF_IO, "%s: %s", from, strerror(errno));
    }
    return status;
}

/* A backup needs no log. Beside a file in use is one, with the newest of it. */
static enum tf_status check_log(const char *from, struct tf_error *error)
{
    bool found = false;
    enum tf_status status = place_find_log(from, "-wal", &found, error);
    if (status != TF_OK || !found)
        return status;
    return tf_error_set(error, TF_BUSY,
                        "%s-wal: belongs to the file, which is no backup but in use; "
                        "`treatfacts backup` makes one of it",
                        from);
}

/* The backup itself is only read, so that it may lie where nobody can write. */
static enum tf_status copy_backup(const struct tf_restore *restore, const struct place *place,
                                  struct tf_error *error)
{
    struct stat info;
    const char *from = restore->from;
    enum tf_status status = store_check_file(from, TF_STORE_READ, error);
    if (status == TF_OK)
        status = check_log(from, error);
    if (status != TF_OK)
        return status;
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0 || fchmod(place->fd, info.st_mode & 0777) != 0)
        status = tf_error_set(error, TF_IO, "%s: %s", from, strerror(errno));
    else
        status = copy_bytes(from, fd, place, error);
    if (fd >= 0)
        close(fd);
    if (status == TF_OK && restore->new_checksums && !seal_file(place->fd))
        status = tf_error_set(error, TF_IO, "%s: %s", place->part, strerror(errno));
    return status;
}

static enum tf_status verify_copy(struct tf_store *copy, const struct tf_restore *restore,
                                  uint64_t *spans, struct tf_error *error)
{
    uint64_t findings = 0;
    enum tf_status status =
        tf_store_verify(copy, restore->finding, restore->context, &findings, spans, error);
    if (status != TF_OK || !findings)
        return status;
    return tf_error_set(error, TF_CORRUPT, "%s: %" PRIu64 " finding%s; nothing was restored",
                        restore->from, findings, findings == 1 ? "" : "s");
}

/* An older one is brought up to date; an empty one would be made a database. */
static enum tf_status open_copy(const struct place *place, const struct tf_restore *restore,
                                uint64_t *spans, struct tf_store **out, struct tf_error *error)
{
    struct tf_error detail = {.status = TF_OK};
    struct tf_store *copy;
    if (tf_store_is_missing(place->part))
        return tf_error_set(error, TF_FOREIGN, "%s: empty, not a backup", restore->from);
    enum tf_status status = tf_store_open(place->part, TF_STORE_CREATE, &copy, &detail);
    if (status != TF_OK)
        return tf_error_set(error, status, "%s: %s", restore->from, detail.message);
    status = verify_copy(copy, restore, spans, error);
    if (status == TF_OK)
        *out = copy;
    else
        tf_store_close(copy);
    return status;
}

/* --- Over a database ----------------------------------------------------- */

static int64_t read_version(const char *path)
{
    struct tf_store *store;
    int64_t version = 0;
    if (store_connect(path, SQLITE_OPEN_READONLY, &store, NULL) != TF_OK)
        return 0;
    (void)store_read_number(store, "SELECT version FROM dataset", &version, NULL);
    tf_store_close(store);
    return version;
}

/* A version is of one state only: what daemons and clients keep of the states that are
 * given up must not be taken for what comes now. */
static enum tf_status raise_version(struct tf_store *copy, int64_t version, struct tf_error *error)
{
    struct run run = run_begin(copy, RAISE_VERSION_OVER, NULL);
    run_int(&run, ":version", version);
    return run_once(&run, error);
}

/* The first step, of no pages, locks the database: from then on its version stays. */
static enum tf_status write_over(struct tf_store *copy, struct tf_store *to, struct tf_error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", copy->db, "main");
    if (!backup)
        return store_fail(to, sqlite3_errcode(to->db), error);
    enum tf_status status = TF_OK;
    int code = sqlite3_backup_step(backup, 0);
    if (code == SQLITE_OK)
        status = raise_version(copy, read_version(to->path), error);
    if (code == SQLITE_OK && status == TF_OK)
        code = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    if (status != TF_OK || code == SQLITE_DONE)
        return status;
    return store_fail(to, finished != SQLITE_OK ? finished : code, error);
}

static enum tf_status restore_over(struct tf_store *copy, const char *path, struct tf_error *error)
{
    struct tf_store *to;
    enum tf_status status = store_connect(path, SQLITE_OPEN_READWRITE, &to, error);
    if (status != TF_OK)
        return status;
    status = store_start(to, error);
    if (status == TF_OK)
        status = write_over(copy, to, error);
    if (status == TF_OK) /* or whoever closes it last */
        (void)sqlite3_wal_checkpoint_v2(to->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    tf_store_close(to);
    return status;
}

/* --- Restoring ----------------------------------------------------------- */

/* Bytes of its pages; 0: it cannot be read. */
static int64_t page_size_of(struct tf_store *store)
{
    int64_t size = 0;
    (void)store_read_number(store, "PRAGMA page_size", &size, NULL);
    return size;
}

/* TF_OK: a database of ours, of whatever version, with such pages, or nothing. */
static enum tf_status look(const char *path, int64_t page_size, bool *present,
                           struct tf_error *error)
{
    struct tf_store *store = NULL;
    bool fresh = false;
    enum tf_status status = store_check_file(path, TF_STORE_CREATE, error);
    *present = access(path, F_OK) == 0;
    if (status != TF_OK || !*present)
        return status;
    status = store_look(path, &store, &fresh, error);
    if (status == TF_OLDER || status == TF_NEWER)
        status = TF_OK;
    if (status == TF_OK && !fresh && page_size_of(store) != page_size)
        status = tf_error_set(error, TF_FOREIGN,
                              "%s: its pages are larger or smaller than the backup's and cannot "
                              "be written over",
                              path);
    tf_store_close(store);
    return status;
}

static enum tf_status put_in_place(struct tf_store *copy, struct place *place,
                                   const struct tf_restore *restore, struct tf_error *error)
{
    bool present = false;
    struct tf_error detail = {.status = TF_OK};
    enum tf_status status = look(place->path, page_size_of(copy), &present, &detail);
    bool over = status == TF_OK && present;
    if (over)
        status = restore_over(copy, place->path, error);
    else if (status == TF_CORRUPT || status == TF_FOREIGN)
        status = restore->replace
                     ? TF_OK
                     : tf_error_set(error, status, "%s; --force replaces it", detail.message);
    else if (status != TF_OK)
        status = tf_error_set(error, status, "%s", detail.message);
    tf_store_close(copy);
    if (status == TF_OK && !over)
        return place_end(place, restore->replace, error);
    place_abandon(place);
    return status;
}

static enum tf_status check_names(const char *path, const char *from, struct tf_error *error)
{
    if (!path[0] || place_is_companion(path))
        return tf_error_set(error, TF_USAGE, "\"%s\": no name for a database", path);
    if (place_is_same(path, from))
        return tf_error_set(error, TF_USAGE, "%s: is the database itself", from);
    return TF_OK;
}

enum tf_status tf_store_restore(const char *path, const struct tf_restore *restore, uint64_t *spans,
                                struct tf_error *error)
{
    struct place place;
    struct tf_store *copy = NULL;
    uint64_t read = 0;
    enum tf_status status = check_names(path, restore->from, error);
    if (status == TF_OK)
        status = place_begin(path, &place, error);
    if (status != TF_OK)
        return status;
    status = copy_backup(restore, &place, error);
    if (status == TF_OK)
        status = open_copy(&place, restore, &read, &copy, error);
    if (status != TF_OK) {
        place_abandon(&place);
        return status;
    }
    TF_ASSERT(copy);
    status = put_in_place(copy, &place, restore, error);
    if (status == TF_OK)
        *spans = read;
    return status;
}
