/* SPDX-License-Identifier: MIT */
/* A store in a file of its own, made before each test and removed after it. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <treatfacts/store.h>

#include "facts_fixture.h"

struct world {
    char path[64];
    struct tf_store *store;
    struct tf_arena *arena;
    struct tf_error error;
};

/* store NULL: it could not be made. */
static inline struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof *w);
    fixture_path(w->path);
    w->arena = tf_arena_new(0);
    if (tf_store_open(w->path, TF_STORE_CREATE, &w->store, &w->error) != TF_OK)
        print_error("%s\n", w->error.message);
    return w;
}

static inline int set_up_empty(void **state)
{
    struct world *w = world_new();
    *state = w;
    return w->store == NULL;
}

static inline int tear_down(void **state)
{
    struct world *w = *state;
    tf_store_close(w->store);
    fixture_remove(w->path);
    tf_arena_free(w->arena);
    free(w);
    return 0;
}

static inline void fail_finding(void *context, const char *finding)
{
    (void)context;
    fail_msg("%s", finding);
}

static inline void assert_sound(struct world *w)
{
    uint64_t findings, spans;
    assert_int_equal(tf_store_verify(w->store, fail_finding, NULL, &findings, &spans, &w->error),
                     TF_OK);
    assert_int_equal(findings, 0);
}

#endif
