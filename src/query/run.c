/* SPDX-License-Identifier: MIT */
/* A page of a query, its cursor and the version it was read at. */
#include "query_internal.h"

/* The place of the last row; every kind of row begins with it. */
static const struct tf_position *last_position(const struct tf_rows *rows)
{
    size_t last = rows->n - 1;
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        return &rows->sources[last].position;
    case TF_KIND_SEGMENT:
        return &rows->segments[last].position;
    case TF_KIND_CLAIM:
        return &rows->claims[last].position;
    case TF_KIND_WINDOW:
        return &rows->windows[last].position;
    case TF_KIND_FAQ:
        return &rows->faqs[last].position;
    case TF_KIND_STUDY:
        return &rows->studies[last].position;
    case TF_KIND__MAX:
        break;
    }
    return NULL;
}

static enum tf_status run_rows(struct tf_store *store, const struct tf_query *query,
                               struct tf_arena *arena, struct tf_result *result,
                               struct tf_error *error)
{
    enum tf_status status = tf_store_list(store, list_kind(query->list), &query->filter,
                                          &query->page, arena, &result->rows, error);
    if (status == TF_OK && result->rows.more && result->rows.n)
        result->next_cursor = cursor_write(query, last_position(&result->rows), arena);
    return status;
}

/* A vocabulary is small and read whole; the page is cut from it. */
static enum tf_status run_vocabulary(struct tf_store *store, const struct tf_query *query,
                                     struct tf_arena *arena, struct tf_result *result,
                                     struct tf_error *error)
{
    struct tf_vocabulary_rows *rows = &result->vocabulary;
    enum tf_status status =
        tf_store_vocabulary(store, tf_query_vocabulary(query->list), arena, rows, error);
    if (status != TF_OK)
        return status;
    size_t skip = 0;
    result->rows.total = rows->n;
    while (query->page.after.set && skip < rows->n &&
           tf_str_compare(rows->v[skip].entry.code, query->page.after.key) <= 0)
        skip++;
    if (skip)
        rows->v += skip;
    rows->n -= skip;
    result->rows.more = rows->n > query->page.limit;
    if (!result->rows.more)
        return TF_OK;
    rows->n = query->page.limit;
    struct tf_position last = {true, rows->v[rows->n - 1].entry.code, 0};
    result->next_cursor = cursor_write(query, &last, arena);
    return TF_OK;
}

enum tf_status tf_query_run(struct tf_store *store, const struct tf_query *query,
                            struct tf_arena *arena, struct tf_result *out, struct tf_error *error)
{
    struct tf_result result = {.has_total = query->page.count};
    result.rows.kind = list_kind(query->list);
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    status = tf_store_dataset_version(store, &result.dataset_version, error);
    if (status == TF_OK)
        status = tf_query_vocabulary(query->list)
                     ? run_vocabulary(store, query, arena, &result, error)
                     : run_rows(store, query, arena, &result, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK && tf_arena_failed(arena))
        status = tf_error_set(error, TF_NO_MEMORY, "the answer takes too much memory");
    if (status == TF_OK)
        *out = result;
    return status;
}
