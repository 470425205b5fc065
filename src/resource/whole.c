/* SPDX-License-Identifier: MIT */
/* Whole lists, a page at a time. */
#include "facts.h"

#include <stdlib.h>

enum { ARENAS = 2 }; /* the page at hand and the one before, which ends where it begins */
static const size_t page_memory = (size_t)64 * 1024 * 1024;

struct tf_whole {
    struct tf_store *store;
    struct tf_arena *keep; /* the query */
    struct tf_arena *pages[ARENAS];
    unsigned turn;
    struct tf_query query;
    enum tf_format format;
    struct tf_dataset dataset;
    struct tf_json document; /* of linked data, which is one from first to last */
    bool begun, ended;
};

/* --- The query, which may outlive its parameters --------------------------- */

static struct tf_strs copy_strs(const struct tf_strs *strs, struct tf_arena *arena)
{
    struct tf_strs copy = {0};
    for (size_t i = 0; i < strs->n; i++)
        tf_strs_push(arena, &copy, tf_arena_str(arena, strs->v[i]));
    return copy;
}

/* No form that is written so has room for counts. */
static struct tf_query copy_query(const struct tf_query *query, struct tf_arena *arena)
{
    TF_ASSERT(!query->facets.n && !query->page.count);
    struct tf_query copy = *query;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        copy.filter.values[key] = copy_strs(&query->filter.values[key], arena);
    copy.filter.match = tf_arena_str(arena, query->filter.match);
    copy.filter.updated_since = tf_arena_str(arena, query->filter.updated_since);
    copy.fields = copy_strs(&query->fields, arena);
    copy.page.limit = TF_LIMIT_MAX;
    return copy;
}

/* --- Pages --------------------------------------------------------------- */

void tf_resource_records(enum tf_format format, const struct tf_query *query,
                         const struct tf_result *result, bool first, struct tf_buf *out)
{
    size_t count = tf_resource_rows(query->list, result);
    if (format == TF_FORMAT_CSV && first)
        tf_resource_csv_header(query->list, &query->fields, out);
    for (size_t i = 0; i < count; i++) {
        if (format == TF_FORMAT_CSV)
            tf_resource_csv_row(query->list, result, i, &query->fields, out);
        else
            tf_resource_row_line(query->list, result, i, &query->fields, out);
    }
}

static void put_linked(struct tf_whole *whole, const struct tf_rows *rows, struct tf_buf *out)
{
    if (!whole->begun)
        whole->document = tf_jsonld_begin(rows->kind, out);
    whole->document.out = out;
    tf_jsonld_rows(&whole->document, rows);
    if (whole->ended)
        tf_jsonld_end(&whole->document);
    out->failed = out->failed || whole->document.failed;
}

enum tf_status tf_resource_whole_next(struct tf_whole *whole, struct tf_buf *out, bool *more,
                                      struct tf_error *error)
{
    TF_ASSERT(!whole->ended);
    struct tf_result result;
    struct tf_arena *arena = whole->pages[whole->turn++ % ARENAS];
    tf_arena_reset(arena);
    enum tf_status status = tf_query_run(whole->store, &whole->query, arena, &result, error);
    if (status != TF_OK)
        return status;
    whole->dataset = result.dataset;
    whole->query.page.after = result.end;
    whole->ended = !result.end.set;
    if (whole->format == TF_FORMAT_JSONLD)
        put_linked(whole, &result.rows, out);
    else
        tf_resource_records(whole->format, &whole->query, &result, !whole->begun, out);
    whole->begun = true;
    *more = !whole->ended;
    return TF_OK;
}

/* --- Life ---------------------------------------------------------------- */

enum tf_status tf_resource_whole_new(struct tf_store *store, const struct tf_query *query,
                                     enum tf_format format, struct tf_whole **out,
                                     struct tf_error *error)
{
    struct tf_whole *whole = calloc(1, sizeof *whole);
    if (!whole)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    whole->store = store;
    whole->format = format;
    whole->keep = tf_arena_new(page_memory);
    bool made = whole->keep != NULL;
    for (int i = 0; i < ARENAS; i++) {
        whole->pages[i] = tf_arena_new(page_memory);
        made = made && whole->pages[i];
    }
    if (made)
        whole->query = copy_query(query, whole->keep);
    if (!made || tf_arena_failed(whole->keep)) {
        tf_resource_whole_free(whole);
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    }
    *out = whole;
    return TF_OK;
}

void tf_resource_whole_free(struct tf_whole *whole)
{
    if (!whole)
        return;
    tf_arena_free(whole->keep);
    for (int i = 0; i < ARENAS; i++)
        tf_arena_free(whole->pages[i]);
    free(whole);
}

const struct tf_dataset *tf_resource_whole_dataset(const struct tf_whole *whole)
{
    return &whole->dataset;
}
