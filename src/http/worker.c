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
    pthread_mutex_init(&worker->lock, NULL);
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

/* --- The file at the path ------------------------------------------------- */

static bool is_of_now(const struct tf_http *http, const struct worker *worker)
{
    return worker->generation ==
           atomic_load_explicit(&http->database.generation, memory_order_relaxed);
}

static void renew(struct tf_http *http, struct worker *worker)
{
    if (is_of_now(http, worker))
        return;
    tf_worker_close_store(worker);
    cached_forget(worker);
    worker->generation = atomic_load(&http->database.generation);
}

/* Those that are busy do it themselves at their end. */
static void close_idle(struct tf_http *http, const struct worker *self)
{
    pthread_mutex_lock(&http->lock);
    for (struct worker *worker = http->workers; worker; worker = worker->next) {
        if (worker == self || pthread_mutex_trylock(&worker->lock) != 0)
            continue;
        tf_worker_close_store(worker);
        pthread_mutex_unlock(&worker->lock);
    }
    pthread_mutex_unlock(&http->lock);
}

void tf_worker_look(struct tf_http *http, struct worker *worker)
{
    if (database_look(&http->database))
        close_idle(http, worker);
    renew(http, worker);
}

void tf_worker_begin(struct tf_http *http, struct worker *worker, uint64_t now_ns)
{
    pthread_mutex_lock(&worker->lock);
    if (database_due(&http->database, now_ns))
        tf_worker_look(http, worker);
    renew(http, worker);
}

void tf_worker_end(struct tf_http *http, struct worker *worker)
{
    if (!is_of_now(http, worker))
        tf_worker_close_store(worker);
    pthread_mutex_unlock(&worker->lock);
}

enum tf_status tf_worker_open(struct tf_http *http, struct worker *worker, struct tf_store **out,
                              struct tf_error *error)
{
    tf_worker_look(http, worker);
    return database_open(&http->database, out, error);
}

enum tf_status tf_worker_store(struct tf_http *http, struct worker *worker, struct tf_store **out,
                               struct tf_error *error)
{
    enum tf_status status = TF_OK;
    if (!worker->store)
        status = tf_worker_open(http, worker, &worker->store, error);
    if (status == TF_OK)
        *out = worker->store;
    return status;
}

void tf_worker_close_store(struct worker *worker)
{
    tf_store_close(worker->store);
    worker->store = NULL;
    worker->mark.set = false;
}

void tf_worker_take_room(struct worker *worker, struct tf_buf *body)
{
    size_t limit = body->limit;
    tf_buf_clear(body);
    *body = worker->room;
    body->limit = limit;
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
        pthread_mutex_destroy(&worker->lock);
        free(worker);
    }
}
