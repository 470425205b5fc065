/* SPDX-License-Identifier: MIT */
/*
 * confine: what a process gives up once it does not need it any more, so that who
 * takes it over through a fault gains little. Linux only; the only room that knows
 * Landlock and seccomp.
 *
 * Where the kernel lacks a layer, or a container's own filter hides it, that layer
 * is off and says why; all else that goes wrong is a failure, because a daemon
 * that was to be confined should not run open.
 */
#ifndef TREATFACTS_CONFINE_H
#define TREATFACTS_CONFINE_H

#include <treatfacts/base.h>

/* No new privileges by running other programs (PR_SET_NO_NEW_PRIVS), no core dumps
 * and no tracing by other processes of the same user (RLIMIT_CORE, PR_SET_DUMPABLE).
 * Of all threads; cannot be undone, may be called again. */
enum tf_status tf_confine_privileges(struct tf_error *error);

struct tf_confine_layer {
    unsigned version; /* of what is in force; 0: off */
    char reason[64];  /* why it is off */
};
struct tf_confinement {
    struct tf_confine_layer landlock; /* version: of its interface, "ABI" in its manual */
    struct tf_confine_layer seccomp;  /* version: libseccomp's level of what the kernel can */
};

/*
 * The privileges above, and from here on:
 * - Landlock: of all files only those in the folder in which path stands, and in the
 *   folder that it leads to where it is a link, and below: they may be read, written
 *   and made, not removed, renamed or run; and /proc/self may be read. Files that are
 *   open stay usable. Of the folders in which the files of reads stand, a list that
 *   ends with NULL, or is NULL, and of those that they lead to, files may be read and
 *   nothing else: these files may be replaced too. No TCP port is bound and no
 *   connection made; those that exist go on. An older kernel knows fewer of these; see
 *   landlock(7) for which.
 * - seccomp: only the system calls that serving needs. Running a program, a new
 *   process, a new socket, tracing, memory that can be executed and the like end the
 *   process (SIGSYS); every other call fails with EPERM. The kernel logs both.
 *
 * Landlock binds the calling thread and those that it starts later. So the time to
 * call is after everything else is opened, bound and read, and before any thread is
 * started. Threads that exist nevertheless are at least covered by seccomp.
 */
enum tf_status tf_confine(const char *path, const char *const *reads, struct tf_confinement *out,
                          struct tf_error *error);

#endif
