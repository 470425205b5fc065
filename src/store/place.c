/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const companions[] = {"-wal", "-shm", "-journal"};
enum { COMPANIONS = sizeof companions / sizeof *companions };

static enum tf_status fail(const char *path, struct tf_error *error)
{
    enum tf_status status = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? TF_FULL
                            : errno == EROFS || errno == EACCES                  ? TF_READ_ONLY
                                                                                 : TF_IO;
    return tf_error_set(error, status, "%s: %s", path, strerror(errno));
}

static char *join(const char *path, const char *suffix)
{
    char *joined;
    return asprintf(&joined, "%s%s", path, suffix) < 0 ? NULL : joined;
}

bool place_is_same(const char *path, const char *other)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_ino == b.st_ino &&
           a.st_dev == b.st_dev;
}

bool place_is_companion(const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < COMPANIONS; i++) {
        size_t end = strlen(companions[i]);
        if (size > end && strcmp(path + size - end, companions[i]) == 0)
            return true;
    }
    return false;
}

/* --- Names --------------------------------------------------------------- */

/* Every connection to a database in WAL mode has a lock on these bytes as long as it
 * is open (Database File Format, 1.2: the lock-byte page). */
enum { SQLITE_LOCKS = 0x40000000, SQLITE_LOCKS_BYTES = 512 };

static bool is_in_use(int fd)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = SQLITE_LOCKS,
                         .l_len = SQLITE_LOCKS_BYTES};
    return fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

enum tf_status place_find_log(const char *path, const char *suffix, bool *found,
                              struct tf_error *error)
{
    struct stat info;
    char *log = join(path, suffix);
    if (!log)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    *found = lstat(log, &info) == 0 && info.st_size > 0;
    free(log);
    return TF_OK;
}

static enum tf_status check_log(const char *path, const char *suffix, struct tf_error *error)
{
    bool found = false;
    enum tf_status status = place_find_log(path, suffix, &found, error);
    if (status != TF_OK || !found)
        return status;
    return tf_error_set(error, TF_BUSY,
                        "%s%s: belongs to the file that is to be replaced, and would be taken for "
                        "part of the new one; remove both or choose another name",
                        path, suffix);
}

static enum tf_status exists(const char *path, struct tf_error *error)
{
    return tf_error_set(error, TF_IO, "%s: is there already; --force replaces it", path);
}

static enum tf_status check_present(const char *path, bool replace, struct tf_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? TF_OK : fail(path, error);
    bool in_use = is_in_use(fd);
    close(fd);
    if (!replace)
        return exists(path, error);
    if (in_use)
        return tf_error_set(error, TF_BUSY, "%s: is in use; stop what has it open", path);
    return TF_OK;
}

enum tf_status place_check(const char *path, bool replace, struct tf_error *error)
{
    enum tf_status status = check_present(path, replace, error);
    if (status == TF_OK)
        status = check_log(path, "-wal", error);
    return status == TF_OK ? check_log(path, "-journal", error) : status;
}

/* --- Making ------------------------------------------------------------ */

/* Behind SQLite's own locks, and not let go when SQLite closes the file. */
static bool lock_part(int fd)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = SQLITE_LOCKS + SQLITE_LOCKS_BYTES,
                         .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Ours alone: in a folder that all may write, others could have put something there. */
static enum tf_status take_over(const struct place *place, struct tf_error *error)
{
    struct stat held, named;
    if (!lock_part(place->fd))
        return tf_error_set(error, TF_BUSY, "%s: another process is writing it", place->part);
    if (fstat(place->fd, &held) != 0 || lstat(place->part, &named) != 0)
        return fail(place->part, error);
    if (held.st_ino != named.st_ino || held.st_dev != named.st_dev)
        return tf_error_set(error, TF_BUSY, "%s: another process has just written it", place->path);
    if (!S_ISREG(held.st_mode) || held.st_nlink != 1 || held.st_uid != geteuid())
        return tf_error_set(error, TF_IO, "%s: is there and is not ours", place->part);
    return ftruncate(place->fd, 0) == 0 ? TF_OK : fail(place->part, error);
}

static enum tf_status remove_companions(const char *path, struct tf_error *error)
{
    for (size_t i = 0; i < COMPANIONS; i++) {
        char *companion = join(path, companions[i]);
        if (!companion)
            return tf_error_set(error, TF_NO_MEMORY, "out of memory");
        bool gone = unlink(companion) == 0 || errno == ENOENT;
        enum tf_status status = gone ? TF_OK : fail(companion, error);
        free(companion);
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

static void let_go(struct place *place)
{
    if (place->fd >= 0)
        close(place->fd);
    free(place->part);
    place->part = NULL;
    place->fd = -1;
}

enum tf_status place_begin(const char *path, struct place *out, struct tf_error *error)
{
    struct place place = {path, join(path, ".part"), -1};
    if (!place.part)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    place.fd = open(place.part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
    enum tf_status status = place.fd >= 0 ? take_over(&place, error) : fail(place.part, error);
    if (status == TF_OK)
        status = remove_companions(place.part, error);
    if (status == TF_OK)
        *out = place;
    else
        let_go(&place); /* what is there may be another's */
    return status;
}

void place_abandon(struct place *place)
{
    if (!place->part)
        return;
    unlink(place->part);
    (void)remove_companions(place->part, NULL);
    let_go(place);
}

/* --- Ending -------------------------------------------------------------- */

/* Where the file system cannot keep from replacing, a look must do. */
static int name_new(const struct place *place)
{
    struct stat info;
    if (renameat2(AT_FDCWD, place->part, AT_FDCWD, place->path, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (lstat(place->path, &info) != 0)
        return rename(place->part, place->path);
    errno = EEXIST;
    return -1;
}

static enum tf_status give_name(const struct place *place, bool replace, struct tf_error *error)
{
    if ((replace ? rename(place->part, place->path) : name_new(place)) == 0)
        return TF_OK;
    return errno == EEXIST ? exists(place->path, error) : fail(place->path, error);
}

/* The name is there for good once the folder has reached the disk. */
static enum tf_status flush_folder(const char *path, struct tf_error *error)
{
    char *copy = strdup(path);
    if (!copy)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems cannot flush a folder, and need not. */
    bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    enum tf_status status = done ? TF_OK : fail(path, error);
    if (fd >= 0)
        close(fd);
    free(copy);
    return status;
}

enum tf_status place_end(struct place *place, bool replace, struct tf_error *error)
{
    enum tf_status status = fsync(place->fd) == 0 ? TF_OK : fail(place->part, error);
    bool has_log = false;
    if (status == TF_OK)
        status = place_find_log(place->part, "-wal", &has_log, error);
    if (status == TF_OK && has_log) /* the disk was full */
        status = tf_error_set(error, TF_FULL, "%s: its log cannot be written back", place->part);
    if (status == TF_OK)
        status = place_check(place->path, replace, error);
    /* An index without a log may still be shared by who had a file of that name open. */
    if (status == TF_OK)
        status = remove_companions(place->path, error);
    if (status == TF_OK)
        status = give_name(place, replace, error);
    if (status != TF_OK) {
        place_abandon(place);
        return status;
    }
    let_go(place);
    return flush_folder(place->path, error);
}
