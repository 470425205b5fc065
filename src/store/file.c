/* SPDX-License-Identifier: MIT */
/* Which files lie where a database is. */
#include "store_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool look(const char *path, struct tf_store_id *out, uint64_t *bytes)
{
    struct statx info;
    if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_SIZE | STATX_BTIME, &info) != 0)
        return false;
    bool born = info.stx_mask & STATX_BTIME;
    *out = (struct tf_store_id){
        .device = (uint64_t)info.stx_dev_major << 32 | info.stx_dev_minor,
        .inode = info.stx_ino,
        .born_seconds = born ? info.stx_btime.tv_sec : 0,
        .born_ns = born ? info.stx_btime.tv_nsec : 0,
    };
    *bytes = info.stx_size;
    return true;
}

void tf_store_file_look(const char *path, struct tf_store_file *out)
{
    uint64_t bytes;
    size_t size = strlen(path) + sizeof "-wal";
    char *log = malloc(size);
    memset(out, 0, sizeof *out);
    out->there = look(path, &out->database, &bytes);
    if (log) {
        snprintf(log, size, "%s-wal", path);
        (void)look(log, &out->log, &out->log_bytes);
    }
    free(log);
}

bool tf_store_file_same(const struct tf_store_file *a, const struct tf_store_file *b)
{
    return a->there == b->there && memcmp(&a->database, &b->database, sizeof a->database) == 0;
}
