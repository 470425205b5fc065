/* SPDX-License-Identifier: MIT */
#include "exchange.h"

#include <stdlib.h>

/* A request that needs more than this is refused rather than served: the
 * largest text is 64 MiB and is held twice at most. */
static const size_t request_memory = (size_t)160 * 1024 * 1024;

struct worker *tf_worker_here(struct tf_http *http)
{
    struct worker *worker = pthread_getspecific(http->worker_key);
    if (worker)
        return worker;
    worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->arena = tf_arena_new(request_memory);
    if (!worker->arena || pthread_setspecific(http->worker_key, worker) != 0) {
        tf_arena_free(worker->arena);
        free(worker);
        return NULL;
    }
    pthread_mutex_lock(&http->lock);
    worker->next = http->workers;
    http->workers = worker;
    pthread_mutex_unlock(&http->lock);
    return worker;
}

enum tf_status tf_worker_store(struct tf_http *http, struct worker *worker, struct tf_store **out,
                               struct tf_error *error)
{
    if (!worker->store) {
        enum tf_status status = tf_store_open(http->database, TF_STORE_READ, &worker->store, error);
        if (status != TF_OK)
            return status;
    }
    *out = worker->store;
    return TF_OK;
}

void tf_worker_close_store(struct worker *worker)
{
    tf_store_close(worker->store);
    worker->store = NULL;
}

void tf_workers_free(struct tf_http *http)
{
    while (http->workers) {
        struct worker *worker = http->workers;
        http->workers = worker->next;
        tf_worker_close_store(worker);
        tf_arena_free(worker->arena);
        free(worker);
    }
}
