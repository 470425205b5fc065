/* SPDX-License-Identifier: MIT */
#include "layers.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

/* Both for core dumps: the limit does not hold where the kernel pipes them to a
 * program, as systemd has it. */
enum tf_status tf_confine_privileges(struct tf_error *error)
{
    static const struct rlimit none = {0, 0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
        setrlimit(RLIMIT_CORE, &none) == 0)
        return TF_OK;
    return tf_error_set(error, TF_INTERNAL, "privileges could not be given up: %s",
                        strerror(errno));
}

enum tf_status tf_confine(const char *path, const char *const *reads, struct tf_confinement *out,
                          struct tf_error *error)
{
    struct tf_confinement confinement = {0};
    tzset(); /* reads a file, else when a date is first asked for */
    enum tf_status status = tf_confine_privileges(error);
    if (status == TF_OK)
        status = confine_files(path, reads, &confinement.landlock, error);
    if (status == TF_OK)
        status = confine_calls(&confinement.seccomp, error); /* last: the others are calls */
    if (status == TF_OK)
        *out = confinement;
    return status;
}
