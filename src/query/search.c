/* SPDX-License-Identifier: MIT */
/* A page of a search, its cursor and the version it was read at. */
#include "query_internal.h"

enum tf_status tf_query_search(struct tf_store *store, const struct tf_query *query,
                               struct tf_arena *arena, struct tf_search_result *out,
                               struct tf_error *error)
{
    struct tf_search_result result = {.next_cursor = TF_STR_NULL};
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    status = tf_store_dataset(store, &result.dataset, error);
    if (status == TF_OK)
        status = tf_store_search(store, &query->filter, query->types, &query->page, arena,
                                 &result.hits, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK && result.hits.more)
        result.next_cursor =
            cursor_write(query, &result.hits.v[result.hits.n - 1].position, arena);
    if (status == TF_OK && tf_arena_failed(arena))
        status = tf_error_set(error, TF_NO_MEMORY, "the answer takes too much memory");
    if (status == TF_OK)
        *out = result;
    return status;
}
