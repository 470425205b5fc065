/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

#include <string.h>

/* The first region of the log's index, mapped by SQLite as long as the
 * connection is open; NULL before the first read, and where there is no log. */
static const volatile void *find_index(sqlite3 *db)
{
    enum { REGION = 32 * 1024 }; /* as SQLite maps it */
    sqlite3_file *file = NULL;
    volatile void *index = NULL;
    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file ||
        !file->pMethods || file->pMethods->iVersion < 2 || !file->pMethods->xShmMap)
        return NULL;
    return file->pMethods->xShmMap(file, 0, REGION, 0, &index) == SQLITE_OK ? index : NULL;
}

/* Written by other processes while it is read: a torn copy is like no state
 * there was, and so counts as a change. */
static void read_header(const volatile void *index, unsigned char out[TF_STORE_MARK_BYTES])
{
    const volatile uint64_t *words = index;
    uint64_t copy[TF_STORE_MARK_BYTES / sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof copy / sizeof *copy; i++)
        copy[i] = words[i];
    /* cppcheck-suppress uninitvar ; the loop fills it */
    memcpy(out, copy, TF_STORE_MARK_BYTES);
}

void tf_store_mark(struct tf_store *store, struct tf_store_mark *out)
{
    if (!store->index)
        store->index = find_index(store->db);
    out->set = store->index != NULL;
    if (out->set)
        read_header(store->index, out->bytes);
}

bool tf_store_unchanged(const struct tf_store *store, const struct tf_store_mark *mark)
{
    unsigned char now[TF_STORE_MARK_BYTES];
    if (!mark->set || !store->index)
        return false;
    read_header(store->index, now);
    return memcmp(now, mark->bytes, sizeof now) == 0;
}
