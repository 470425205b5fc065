/* SPDX-License-Identifier: MIT */
/* Going over all stored texts, for `rebuild` and `verify`. */
#include "store_internal.h"

void get_meta(struct run *run, struct tf_source_meta *meta)
{
    meta->title = get_text(run);
    meta->publisher = get_text(run);
    meta->url = get_text(run);
    meta->published = get_text(run);
    meta->retrieved = get_text(run);
    meta->license = get_text(run);
    meta->language = get_text(run);
}

enum tf_status read_revisions(struct tf_store *store, struct tf_arena *arena, struct revisions *out,
                              struct tf_error *error)
{
    struct run run = run_begin(store, ALL_REVISIONS, arena);
    while (run_row(&run)) {
        int64_t *slot = TF_PUSH(arena, out);
        if (slot)
            *slot = get_int(&run, 1, INT64_MAX);
    }
    return run_end(&run, error);
}

/* The row is copied and the statement ended before the callback, which may
 * write. */
static enum tf_status visit_text(struct tf_store *store, int64_t revision,
                                 tf_store_text_fn callback, void *context, struct tf_error *error)
{
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    struct tf_source_meta meta = {0};
    struct tf_str bytes = TF_STR_NULL;
    int number = 0;
    struct run run = run_begin(store, REVISION_TEXT, arena);
    run_int(&run, ":revision", revision);
    if (run_row(&run)) {
        number = (int)get_int(&run, 1, INT32_MAX);
        bytes = get_blob(&run);
        meta.key = get_text(&run);
        get_meta(&run, &meta);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK && !bytes.data)
        status = tf_error_set(error, TF_CORRUPT, "%s: a revision has no text", store->path);
    if (status == TF_OK)
        status = callback(context, &meta, number, bytes, error);
    tf_arena_free(arena);
    return status;
}

enum tf_status tf_store_each_text(struct tf_store *store, tf_store_text_fn callback, void *context,
                                  struct tf_error *error)
{
    struct revisions revisions = {0};
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = read_revisions(store, arena, &revisions, error);
    for (size_t i = 0; status == TF_OK && i < revisions.n; i++)
        status = visit_text(store, revisions.v[i], callback, context, error);
    tf_arena_free(arena);
    return status;
}
