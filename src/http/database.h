/* SPDX-License-Identifier: MIT */
/*
 * The file at the database's path may be replaced while the daemon runs. Which one
 * lies there is looked at once a second, and before anything is opened; each other
 * file begins a new generation, of which no store and no answer of the one before
 * is used. Any thread.
 */
#ifndef TREATFACTS_HTTP_DATABASE_H
#define TREATFACTS_HTTP_DATABASE_H

#include <pthread.h>
#include <stdatomic.h>
#include <treatfacts/store.h>

struct database {
    char *path;
    atomic_uint generation;
    atomic_bool mispaired;   /* the log beside it is of the file before */
    _Atomic uint64_t due_ns; /* when to look again */
    pthread_mutex_t lock;    /* guards what follows */
    bool there;
    struct tf_store_file last; /* that was there and in order */
};

bool database_init(struct database *database, const char *path); /* false: no memory */
void database_clear(struct database *database);
/* Is it time to look? Says so to one thread only. */
bool database_due(struct database *database, uint64_t now_ns);
/* True: a new generation has begun. */
bool database_look(struct database *database);
/* Only where the file is in order. */
enum tf_status database_open(struct database *database, struct tf_store **out,
                             struct tf_error *error);

#endif
