/* SPDX-License-Identifier: MIT */
/* A page of a query, its cursor and the version it was read at. */
#include "query_internal.h"

#include <stdlib.h>

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

static enum tf_status run_facets(struct tf_store *store, const struct tf_query *query,
                                 struct tf_arena *arena, struct tf_result *result,
                                 struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < query->facets.n; i++) {
        struct tf_facet_values *values = TF_PUSH(arena, &result->facets);
        if (values)
            status = tf_store_facet(store, list_kind(query->list), &query->filter,
                                    query->facets.v[i], arena, values, error);
    }
    return status;
}

static enum tf_status run_rows(struct tf_store *store, const struct tf_query *query,
                               struct tf_arena *arena, struct tf_result *result,
                               struct tf_error *error)
{
    enum tf_status status = tf_store_list(store, list_kind(query->list), &query->filter,
                                          &query->page, arena, &result->rows, error);
    if (status == TF_OK && result->rows.more && result->rows.n)
        result->end = *last_position(&result->rows);
    return status == TF_OK ? run_facets(store, query, arena, result, error) : status;
}

/* --- Vocabularies: small, read whole, sorted and cut here ----------------- */

struct vocabulary_order {
    enum tf_sort sort;
    bool descending;
};

static int compare_terms(const void *a, const void *b, void *context)
{
    const struct vocabulary_order *order = context;
    const struct tf_vocabulary_row *x = a, *y = b;
    int result = 0;
    if (order->sort == TF_SORT_LABEL)
        result = tf_str_compare(x->entry.label, y->entry.label);
    else if (order->sort == TF_SORT_CLAIMS)
        result = (x->claims > y->claims) - (x->claims < y->claims);
    if (!result)
        result = tf_str_compare(x->entry.code, y->entry.code);
    return order->descending ? -result : result;
}

/* How many come up to the row that the page before ended with. */
static size_t count_before(const struct tf_vocabulary_rows *rows, const struct tf_position *after)
{
    for (size_t i = 0; after->set && i < rows->n; i++)
        if (tf_str_equal(rows->v[i].entry.code, after->part[0].text))
            return i + 1;
    return 0;
}

static enum tf_status run_vocabulary(struct tf_store *store, const struct tf_query *query,
                                     struct tf_arena *arena, struct tf_result *result,
                                     struct tf_error *error)
{
    struct tf_vocabulary_rows *rows = &result->vocabulary;
    struct vocabulary_order order = {query->page.sort, query->page.descending};
    enum tf_status status =
        tf_store_vocabulary(store, tf_query_vocabulary(query->list), arena, rows, error);
    if (status != TF_OK)
        return status;
    if (rows->n)
        qsort_r(rows->v, rows->n, sizeof *rows->v, compare_terms, &order);
    result->rows.total = rows->n;
    size_t skip = count_before(rows, &query->page.after);
    if (skip)
        rows->v += skip;
    rows->n -= skip;
    result->rows.more = rows->n > query->page.limit;
    if (!result->rows.more)
        return TF_OK;
    rows->n = query->page.limit;
    result->end.set = true;
    result->end.part[0] =
        (struct tf_scalar){.type = TF_SCALAR_TEXT, .text = rows->v[rows->n - 1].entry.code};
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
    status = tf_store_dataset(store, &result.dataset, error);
    if (status == TF_OK)
        status = tf_query_vocabulary(query->list)
                     ? run_vocabulary(store, query, arena, &result, error)
                     : run_rows(store, query, arena, &result, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK && result.end.set)
        result.next_cursor = cursor_write(query, &result.end, arena);
    if (status == TF_OK && tf_arena_failed(arena))
        status = tf_error_set(error, TF_NO_MEMORY, "the answer takes too much memory");
    if (status == TF_OK)
        *out = result;
    return status;
}
