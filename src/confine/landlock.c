/* SPDX-License-Identifier: MIT */
/*
 * Files and TCP (landlock(7); the kernel's Documentation/userspace-api/landlock.rst).
 *
 * What a reader of a database in WAL mode needs (seen with strace): it opens the
 * database to read, and -wal and -shm to read and write; it makes them where no
 * writer has, and the first that opens -shm cuts it to three bytes. It removes and
 * renames nothing. The rules are on the folder, because files may be replaced by
 * others of their name at any time. The C library asks once for the kernel's policy of
 * overcommitting memory and takes the refusal for the usual one.
 */
#include "layers.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian's header is older than the kernels that the program meets. */
#define REFER (1ull << 13)               /* version 2: Linux 5.19 */
#define TRUNCATE (1ull << 14)            /* version 3: 6.2 */
#define IOCTL_DEVICE (1ull << 15)        /* version 5: 6.10 */
#define BIND_TCP (1ull << 0)             /* version 4: 6.7 */
#define CONNECT_TCP (1ull << 1)          /* version 4 */
#define ABSTRACT_UNIX_SOCKET (1ull << 0) /* version 6: 6.12 */
#define SIGNAL (1ull << 1)               /* version 6 */

/* struct landlock_ruleset_attr as of version 6. An older kernel takes a longer one
 * than it knows when the rest is zero. */
struct ruleset {
    uint64_t files, network, scoped;
};

enum { FIRST_RIGHTS = 13 };
#define ALL_FIRST ((1ull << FIRST_RIGHTS) - 1)
#define WANTED                                                                                     \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |  \
     TRUNCATE)

/* All that this version can take away. */
static struct ruleset handled(int version)
{
    return (struct ruleset){
        .files = ALL_FIRST | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) |
                 (version >= 5 ? IOCTL_DEVICE : 0),
        .network = version >= 4 ? BIND_TCP | CONNECT_TCP : 0,
        .scoped = version >= 6 ? ABSTRACT_UNIX_SOCKET | SIGNAL : 0,
    };
}

static enum tf_status fail(const char *what, struct tf_error *error)
{
    return tf_error_set(error, TF_INTERNAL, "%s: cannot be confined to it: %s", what,
                        strerror(errno));
}

static enum tf_status allow(int ruleset, int folder, const char *name, uint64_t rights,
                            struct tf_error *error)
{
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = folder};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0
               ? TF_OK
               : fail(name, error);
}

static enum tf_status allow_folder(int ruleset, const char *name, uint64_t rights,
                                   struct tf_error *error)
{
    int folder = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail(name, error);
    enum tf_status status = allow(ruleset, folder, name, rights, error);
    close(folder);
    return status;
}

/* SQLite follows a link and has the other files beside what it leads to. Where links
 * are changed to point to new databases, those mostly lie below the link; to new
 * certificates, beside the old one. */
static enum tf_status allow_folders_of(int ruleset, const char *path, uint64_t rights,
                                       struct tf_error *error)
{
    char *named = strdup(path);
    char *real = realpath(path, NULL);
    enum tf_status status = named && real ? TF_OK : fail(path, error);
    if (status == TF_OK)
        status = allow_folder(ruleset, dirname(named), rights, error);
    if (status == TF_OK)
        status = allow_folder(ruleset, dirname(real), rights, error);
    free(named);
    free(real);
    return status;
}

/* What the process may know of itself, for its metrics: memory, open descriptors. The
 * descriptor stays open, because the rule is on an inode that /proc may forget and
 * make anew as long as nobody holds it. Other processes are other folders. */
static enum tf_status allow_self(int ruleset, struct tf_error *error)
{
    int folder = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return TF_OK; /* not mounted */
    return allow(ruleset, folder, "/proc/self",
                 LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR, error);
}

enum tf_status confine_files(const char *path, const char *const *reads,
                             struct tf_confine_layer *out, struct tf_error *error)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        snprintf(out->reason, sizeof out->reason, "%s", strerror(errno));
        return TF_OK;
    }
    const struct ruleset rules = handled((int)version);
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (ruleset < 0)
        return fail(path, error);
    enum tf_status status = allow_folders_of(ruleset, path, WANTED & rules.files, error);
    for (; status == TF_OK && reads && *reads; reads++)
        status = allow_folders_of(ruleset, *reads, LANDLOCK_ACCESS_FS_READ_FILE, error);
    if (status == TF_OK)
        status = allow_self(ruleset, error);
    if (status == TF_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        status = fail(path, error);
    close(ruleset);
    if (status == TF_OK)
        out->version = (unsigned)version;
    return status;
}
