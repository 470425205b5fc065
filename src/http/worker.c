/* SPDX-License-Identifier: MIT */
#include "cached.h"

#include <stdlib.h>
#include <sys/random.h>

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
    if (getrandom(worker->ids, sizeof worker->ids, 0) != (ssize_t)sizeof worker->ids)
        worker->ids[0] = (uintptr_t)worker; /* never so once the kernel is up */
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
        /* Whatever the reason, to the client the data is not there now. A status
         * such as TF_NOT_FOUND would be taken for a matter of its request. */
        if (tf_store_open(http->database, TF_STORE_READ, &worker->store, error) != TF_OK)
            return TF_IO;
    }
    *out = worker->store;
    return TF_OK;
}

void tf_worker_close_store(struct worker *worker)
{
    tf_store_close(worker->store);
    worker->store = NULL;
    worker->mark.set = false;
}

void tf_worker_take_room(struct worker *worker, struct tf_buf *body)
{
    tf_buf_clear(body);
    *body = worker->room;
    tf_buf_init(&worker->room);
}

void tf_worker_give_room(struct worker *worker, struct tf_buf *body)
{
    enum { KEPT_MAX = 256 * 1024 };
    if (body->cap <= KEPT_MAX && body->cap > worker->room.cap && !body->failed) {
        tf_buf_clear(&worker->room);
        worker->room = *body;
        worker->room.size = 0;
        tf_buf_init(body);
    }
    tf_buf_clear(body);
}

void tf_workers_free(struct tf_http *http)
{
    while (http->workers) {
        struct worker *worker = http->workers;
        http->workers = worker->next;
        cached_forget(worker);
        tf_worker_close_store(worker);
        tf_arena_free(worker->arena);
        tf_buf_clear(&worker->room);
        free(worker);
    }
}
