/* SPDX-License-Identifier: MIT */
/*
 * Full text over claims, FAQs and sources, ranked together. Each kind has an
 * index of its own, so each is asked for its best hits and the three answers
 * are merged by score, as search engines merge their shards. Snippets are cut
 * only for the hits that are shown.
 */
#include "store_internal.h"

#include <string.h>

const char *const tf_hit_type_names[TF_HIT_TYPE__MAX] = {
#define X(name, word) word,
    TF_HIT_TYPE_MAP(X)
#undef X
};

enum { TYPE_COUNT = TF_HIT_TYPE__MAX };

/* The statements of one type: its hits in order and how many there are, each
 * without a filter and with one, and what is shown of one. */
static const struct {
    enum statement hits[2], count[2], show;
} statements[TYPE_COUNT] = {
    [TF_HIT_CLAIM] = {{SEARCH_ALL_CLAIMS, SEARCH_CLAIMS},
                      {COUNT_ALL_CLAIM_HITS, COUNT_CLAIM_HITS},
                      SHOW_CLAIM_HIT},
    [TF_HIT_FAQ] = {{SEARCH_ALL_FAQS, SEARCH_FAQS},
                    {COUNT_ALL_FAQ_HITS, COUNT_FAQ_HITS},
                    SHOW_FAQ_HIT},
    [TF_HIT_SOURCE] = {{SEARCH_ALL_SOURCES, SEARCH_SOURCES},
                       {COUNT_ALL_SOURCE_HITS, COUNT_SOURCE_HITS},
                       SHOW_SOURCE_HIT},
};

static bool is_filtered(const struct tf_filter *filter)
{
    return filter->values[TF_FILTER_TREATMENT].n || filter->values[TF_FILTER_CONDITION].n ||
           filter->values[TF_FILTER_SOURCE].n;
}

static struct tf_position position_of(double score, enum tf_hit_type type, int64_t row)
{
    return (struct tf_position){true,
                                {{.type = TF_SCALAR_REAL, .real = score},
                                 {.type = TF_SCALAR_INTEGER, .integer = (int64_t)type},
                                 {.type = TF_SCALAR_INTEGER, .integer = row}}};
}

static int64_t row_of(const struct tf_hit *hit)
{
    return hit->position.part[2].integer;
}

/* Best first. */
static bool precedes(const struct tf_hit *a, const struct tf_hit *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    return a->type != b->type ? a->type < b->type : row_of(a) < row_of(b);
}

static bool wanted(unsigned types, int type)
{
    return !types || (types >> type & 1);
}

static void bind_search(struct run *run, const struct tf_filter *filter)
{
    run_text(run, ":match", filter->match);
    if (!is_filtered(filter))
        return;
    run_text(run, ":treatment", list_values(&filter->values[TF_FILTER_TREATMENT], run->arena));
    run_text(run, ":condition", list_values(&filter->values[TF_FILTER_CONDITION], run->arena));
    run_text(run, ":source", list_values(&filter->values[TF_FILTER_SOURCE], run->arena));
}

/* A row at which a page of this type goes on: behind the last one's row in its
 * own type, at its score in a later type, below it in an earlier one. */
static void bind_after(struct run *run, const struct tf_position *after, enum tf_hit_type type)
{
    double score = after->part[0].real;
    int64_t last = after->part[1].integer, row = after->part[2].integer;
    if (!after->set)
        return;
    run_real(run, ":score", score);
    run_int(run, ":row", (int64_t)type == last ? row : (int64_t)type > last ? -1 : INT64_MAX);
}

static bool is_place(const struct tf_position *after)
{
    return !after->set || (after->part[0].type == TF_SCALAR_REAL &&
                           after->part[1].type == TF_SCALAR_INTEGER &&
                           after->part[2].type == TF_SCALAR_INTEGER);
}

/* The best of one type, as many as a page could need of it. */
static enum tf_status read_hits(struct tf_store *store, enum tf_hit_type type,
                                const struct tf_filter *filter, const struct tf_page *page,
                                struct tf_arena *arena, struct tf_hits *out,
                                struct tf_error *error)
{
    struct run run = run_begin(store, statements[type].hits[is_filtered(filter)], arena);
    bind_search(&run, filter);
    bind_after(&run, &page->after, type);
    run_int(&run, ":limit", (int64_t)page->limit + 1);
    while (run_row(&run)) {
        struct tf_hit *hit = TF_PUSH(arena, out);
        if (!hit)
            break;
        int64_t row = get_int(&run, 1, INT64_MAX);
        hit->type = type;
        hit->score = get_real(&run);
        hit->position = position_of(hit->score, type, row);
    }
    return run_end(&run, error);
}

static enum tf_status count_hits(struct tf_store *store, enum tf_hit_type type,
                                 const struct tf_filter *filter, struct tf_arena *arena,
                                 uint64_t *out, struct tf_error *error)
{
    uint64_t count = 0;
    struct run run = run_begin(store, statements[type].count[is_filtered(filter)], arena);
    bind_search(&run, filter);
    if (run_row(&run))
        count = (uint64_t)get_int(&run, 0, INT64_MAX);
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *out = count;
    return status;
}

/* Merges what is sorted by type into one order; n is at most three pages. */
static void sort_hits(struct tf_hits *hits)
{
    for (size_t i = 1; i < hits->n; i++) {
        struct tf_hit hit = hits->v[i];
        size_t at = i;
        for (; at > 0 && precedes(&hit, &hits->v[at - 1]); at--)
            hits->v[at] = hits->v[at - 1];
        hits->v[at] = hit;
    }
}

static void get_source_ref(struct run *run, struct tf_source_ref *source)
{
    source->id = get_uuid(run);
    source->revision = (int)get_int(run, 1, INT32_MAX);
    source->current = true;
    source->key = get_text(run);
    source->title = get_text(run);
    source->publisher = get_text(run);
    source->url = get_text(run);
    source->language = get_text(run);
}

static enum tf_status show_hit(struct tf_store *store, const struct tf_filter *filter,
                               struct tf_arena *arena, struct tf_hit *hit, struct tf_error *error)
{
    struct run run = run_begin(store, statements[hit->type].show, arena);
    run_text(&run, ":match", filter->match);
    run_int(&run, ":row", row_of(hit));
    bool found = run_row(&run);
    if (found) {
        hit->id = get_uuid(&run);
        hit->title = get_text(&run);
        hit->snippet = get_text(&run);
        get_source_ref(&run, &hit->source);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK && !found)
        status = tf_error_set(error, TF_CORRUPT, "%s: a %s that was found is not all there",
                              store->path, tf_hit_type_names[hit->type]);
    return status;
}

static enum tf_status search(struct tf_store *store, const struct tf_filter *filter,
                             unsigned types, const struct tf_page *page, struct tf_arena *arena,
                             struct tf_hits *hits, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (int type = 0; status == TF_OK && type < TYPE_COUNT; type++) {
        if (!wanted(types, type))
            continue;
        status = count_hits(store, (enum tf_hit_type)type, filter, arena, &hits->total[type],
                            error);
        if (status == TF_OK)
            status = read_hits(store, (enum tf_hit_type)type, filter, page, arena, hits, error);
    }
    if (status != TF_OK)
        return status;
    sort_hits(hits);
    hits->more = hits->n > page->limit;
    if (hits->more)
        hits->n = page->limit;
    for (size_t i = 0; status == TF_OK && i < hits->n; i++)
        status = show_hit(store, filter, arena, &hits->v[i], error);
    return status;
}

enum tf_status tf_store_search(struct tf_store *store, const struct tf_filter *filter,
                               unsigned types, const struct tf_page *page, struct tf_arena *arena,
                               struct tf_hits *out, struct tf_error *error)
{
    struct tf_hits hits = {0};
    TF_ASSERT(filter->match.data);
    if (!is_place(&page->after))
        return tf_error_set(error, TF_INTERNAL, "%s: no place in a search", store->path);
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    status = search(store, filter, types, page, arena, &hits, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK)
        *out = hits;
    return status;
}

enum tf_status tf_store_kin(struct tf_store *store, struct tf_arena *arena, struct tf_kin *out,
                            struct tf_error *error)
{
    struct tf_kin kin = {0};
    struct run run = run_begin(store, READ_KIN, arena);
    while (run_row(&run)) {
        struct tf_kin_pair *pair = TF_PUSH(arena, &kin);
        if (!pair)
            break;
        pair->a = get_uuid(&run);
        pair->b = get_uuid(&run);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *out = kin;
    return status;
}
