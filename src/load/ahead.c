/* SPDX-License-Identifier: MIT */
#include "ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* One for each thread, and some that wait: texts differ in size, and a large one shall
 * not hold up whoever writes those before it. All texts together are bounded, because
 * facts take a multiple of their text. */
enum { WORKERS_MAX = 7, WAITING = 3, PLACES = WORKERS_MAX + WAITING, BYTES_EACH = 64 * 1024 };

enum state { WAITS, IS_READ, DONE };

struct ahead {
    const struct tf_lexicon *lexicon;
    size_t max_bytes;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    struct {
        struct source_read source;
        enum source_rest rest;
        enum state state;
    } places[PLACES];
    size_t first, count, bytes;
    bool stops;
    pthread_t workers[WORKERS_MAX];
    unsigned workers_n;
};

/* --- One source ---------------------------------------------------------- */

void source_open(struct source_read *source, const struct plan_file *file, size_t max_bytes)
{
    *source = (struct source_read){.file = file};
    tf_buf_init(&source->bytes);
    source->error.status = tf_file_read(file->path.data, max_bytes, &source->bytes, &source->error);
    source->unreadable = source->error.status != TF_OK;
    if (!source->unreadable)
        tf_digest(source->bytes.data, source->bytes.size, source->sha256);
}

void source_extract(struct source_read *source, const struct tf_lexicon *lexicon)
{
    struct tf_error *error = &source->error;
    source->arena = tf_arena_new(tf_load_memory(source->bytes.size));
    if (source->arena)
        error->status = tf_load_extract(lexicon, tf_buf_str(&source->bytes), source->file->meta.key,
                                        source->arena, &source->facts, error);
    else
        tf_error_set(error, TF_NO_MEMORY, "out of memory");
    if (error->status == TF_OK)
        error->status = tf_store_rows_make(tf_buf_str(&source->bytes), source->facts, source->arena,
                                           &source->rows, error);
}

void source_close(struct source_read *source)
{
    tf_arena_free(source->arena);
    tf_buf_clear(&source->bytes);
}

/* --- The queue ----------------------------------------------------------- */

static size_t place_of(const struct ahead *ahead, size_t i)
{
    return (ahead->first + i) % PLACES;
}

/* The oldest that waits; PLACES: none. */
static size_t next_waiting(const struct ahead *ahead)
{
    for (size_t i = 0; i < ahead->count; i++)
        if (ahead->places[place_of(ahead, i)].state == WAITS)
            return place_of(ahead, i);
    return PLACES;
}

static void finish(const struct ahead *ahead, struct source_read *source, enum source_rest rest)
{
    if (rest == REST_ALL)
        source_open(source, source->file, ahead->max_bytes);
    if (source->error.status == TF_OK)
        source_extract(source, ahead->lexicon);
}

/* With the lock held, which is let go while the text is read. */
static void finish_at(struct ahead *ahead, size_t place)
{
    ahead->places[place].state = IS_READ;
    pthread_mutex_unlock(&ahead->lock);
    finish(ahead, &ahead->places[place].source, ahead->places[place].rest);
    pthread_mutex_lock(&ahead->lock);
    ahead->places[place].state = DONE;
    pthread_cond_broadcast(&ahead->changed);
}

static void *work(void *argument)
{
    struct ahead *ahead = argument;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stops) {
        size_t place = next_waiting(ahead);
        if (place < PLACES)
            finish_at(ahead, place);
        else
            pthread_cond_wait(&ahead->changed, &ahead->lock);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* One thread writes, the other processors read. */
static unsigned workers_wanted(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < 2)
        return 0;
    return processors > WORKERS_MAX ? WORKERS_MAX : (unsigned)processors - 1;
}

struct ahead *ahead_start(const struct tf_lexicon *lexicon, size_t max_bytes)
{
    struct ahead *ahead = calloc(1, sizeof *ahead);
    if (!ahead)
        return NULL;
    ahead->lexicon = lexicon;
    ahead->max_bytes = max_bytes;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    unsigned wanted = workers_wanted();
    while (ahead->workers_n < wanted &&
           pthread_create(&ahead->workers[ahead->workers_n], NULL, work, ahead) == 0)
        ahead->workers_n++;
    return ahead;
}

void ahead_stop(struct ahead *ahead)
{
    if (!ahead)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stops = true;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    for (unsigned i = 0; i < ahead->workers_n; i++)
        pthread_join(ahead->workers[i], NULL);
    for (size_t i = 0; i < ahead->count; i++)
        source_close(&ahead->places[place_of(ahead, i)].source);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    free(ahead);
}

bool ahead_has_room(const struct ahead *ahead)
{
    size_t workers = ahead->workers_n;
    return ahead->count == 0 ||
           (ahead->count < workers + WAITING && ahead->bytes < BYTES_EACH * (workers + 1));
}

bool ahead_is_empty(const struct ahead *ahead)
{
    return ahead->count == 0;
}

void ahead_put(struct ahead *ahead, const struct source_read *source, enum source_rest rest)
{
    pthread_mutex_lock(&ahead->lock);
    size_t place = place_of(ahead, ahead->count++);
    ahead->bytes += source->file->size;
    ahead->places[place].source = *source;
    ahead->places[place].rest = rest;
    ahead->places[place].state = rest == REST_NOTHING ? DONE : WAITS;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
}

void ahead_take(struct ahead *ahead, struct source_read *out)
{
    pthread_mutex_lock(&ahead->lock);
    size_t place = ahead->first;
    if (ahead->places[place].state == WAITS)
        finish_at(ahead, place);
    while (ahead->places[place].state != DONE)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    *out = ahead->places[place].source;
    ahead->first = (ahead->first + 1) % PLACES;
    ahead->count--;
    ahead->bytes -= out->file->size;
    pthread_mutex_unlock(&ahead->lock);
}
