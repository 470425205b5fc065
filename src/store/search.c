/* SPDX-License-Identifier: MIT */
/*
 * Full text over claims, FAQs and sources, ranked together. Each kind has an
 * index of its own, so each is asked for its best hits and the three answers
 * are merged by score, as search engines merge their shards. Where very many
 * match, only the latest of them are ranked and counted. Snippets are cut only
 * for the hits that are shown.
 */
#include "store_internal.h"

#include <stdlib.h>

const char *const tf_hit_type_names[TF_HIT_TYPE__MAX] = {
#define X(name, word) word,
    TF_HIT_TYPE_MAP(X)
#undef X
};

enum {
    TYPE_COUNT = TF_HIT_TYPE__MAX,
    LOOKED_AT = 20000, /* hits, the latest, before a filter that many sources pass */
};

/* The statements of one type: its hits without a filter and with one, and what is
 * shown of some. */
static const struct {
    enum statement hits[2], show;
    enum statement least; /* the oldest hit that is looked at; COMMIT: all are */
} statements[TYPE_COUNT] = {
    [TF_HIT_CLAIM] = {{SEARCH_ALL_CLAIMS, SEARCH_CLAIMS}, SHOW_CLAIM_HITS, LEAST_CLAIM_HIT},
    [TF_HIT_FAQ] = {{SEARCH_ALL_FAQS, SEARCH_FAQS}, SHOW_FAQ_HITS, LEAST_FAQ_HIT},
    [TF_HIT_SOURCE] = {{SEARCH_ALL_SOURCES, SEARCH_SOURCES}, SHOW_SOURCE_HITS, COMMIT},
};

static bool is_filtered(const struct tf_filter *filter)
{
    return filter->values[TF_FILTER_TREATMENT].n || filter->values[TF_FILTER_CONDITION].n ||
           filter->values[TF_FILTER_SOURCE].n;
}

/* A hit before it is known whether it is shown. */
struct candidate {
    double score;
    int64_t row;
    enum tf_hit_type type;
};
struct candidates {
    struct candidate *v;
    size_t n, cap;
};

static struct tf_position position_of(const struct candidate *c)
{
    return (struct tf_position){true,
                                {{.type = TF_SCALAR_REAL, .real = c->score},
                                 {.type = TF_SCALAR_INTEGER, .integer = (int64_t)c->type},
                                 {.type = TF_SCALAR_INTEGER, .integer = c->row}}};
}

/* Best first. */
static int by_score(const void *a, const void *b)
{
    const struct candidate *one = a, *other = b;
    int order = (one->score < other->score) - (one->score > other->score);
    if (!order)
        order = (int)one->type - (int)other->type;
    return order ? order : (one->row > other->row) - (one->row < other->row);
}

static bool wanted(unsigned types, int type)
{
    return !types || (types >> type & 1);
}

struct search {
    struct tf_store *store;
    const struct tf_filter *filter;
    struct tf_arena *arena;
    bool few; /* sources pass the filter */
};

static void bind_search(struct run *run, const struct search *search, enum tf_hit_type type,
                        int64_t least)
{
    const struct tf_filter *filter = search->filter;
    run_text(run, ":match", filter->match);
    if (!is_filtered(filter))
        return;
    run_text(run, ":treatment", list_values(&filter->values[TF_FILTER_TREATMENT], run->arena));
    run_text(run, ":condition", list_values(&filter->values[TF_FILTER_CONDITION], run->arena));
    run_text(run, ":source", list_values(&filter->values[TF_FILTER_SOURCE], run->arena));
    if (type != TF_HIT_SOURCE)
        run_int(run, ":least", least);
}

static enum tf_status find_few(struct search *search, struct tf_error *error)
{
    static const enum tf_filter_key keys[] = {TF_FILTER_TREATMENT, TF_FILTER_CONDITION};
    const struct tf_filter *filter = search->filter;
    enum tf_status status = TF_OK;
    search->few = filter->values[TF_FILTER_SOURCE].n > 0;
    for (size_t i = 0; status == TF_OK && !search->few && i < 2; i++) {
        int64_t sources = FEW_SOURCES;
        if (filter->values[keys[i]].n)
            status = list_few_sources(search->store, filter, TF_KIND_CLAIM, keys[i], search->arena,
                                      &sources, error);
        search->few = sources < FEW_SOURCES;
    }
    return status;
}

/* The row before which hits are not looked at. */
static enum tf_status find_least(const struct search *search, enum tf_hit_type type, int64_t *out,
                                 struct tf_error *error)
{
    *out = 0;
    if (!is_filtered(search->filter) || search->few || statements[type].least == COMMIT)
        return TF_OK;
    struct run run = run_begin(search->store, statements[type].least, NULL);
    run_text(&run, ":match", search->filter->match);
    run_int(&run, ":most", LOOKED_AT - 1);
    if (run_row(&run))
        *out = get_int(&run, 0, INT64_MAX);
    return run_end(&run, error);
}

/* Is it on a page that begins behind this place? */
static bool follows(const struct candidate *c, const struct tf_position *after)
{
    struct candidate last = {after->part[0].real, after->part[2].integer,
                             (enum tf_hit_type)after->part[1].integer};
    return !after->set || by_score(&last, c) < 0;
}

bool tf_store_is_hit_place(const struct tf_position *position)
{
    const struct tf_scalar *part = position->part;
    return part[0].type == TF_SCALAR_REAL && part[1].type == TF_SCALAR_INTEGER &&
           part[1].integer >= 0 && part[1].integer < TF_HIT_TYPE__MAX &&
           part[2].type == TF_SCALAR_INTEGER;
}

static enum tf_status read_candidates(const struct search *search, enum tf_hit_type type,
                                      int64_t least, const struct tf_page *page,
                                      struct candidates *out, struct tf_hits *hits,
                                      struct tf_error *error)
{
    uint64_t count = 0;
    bool more;
    struct run run =
        run_begin(search->store, statements[type].hits[is_filtered(search->filter)], search->arena);
    bind_search(&run, search, type, least);
    run_int(&run, ":most", TF_HITS_MAX + 1);
    while ((more = run_row(&run)) && count < TF_HITS_MAX) {
        struct candidate candidate = {.row = get_int(&run, 1, INT64_MAX), .type = type};
        candidate.score = get_real(&run);
        struct candidate *slot =
            follows(&candidate, &page->after) ? TF_PUSH(search->arena, out) : NULL;
        if (slot)
            *slot = candidate;
        count++;
    }
    hits->total[type] = count;
    hits->capped = hits->capped || more || least > 0;
    return run_end(&run, error);
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

/* --- What is shown -------------------------------------------------------- */

/* Of one type, in the order in which they are read: the latest first. */
struct shown {
    int64_t row;
    struct tf_hit *hit;
};
struct all_shown {
    struct shown *v;
    size_t n, cap;
};

static int by_row_down(const void *a, const void *b)
{
    const struct shown *one = a, *other = b;
    return (one->row < other->row) - (one->row > other->row);
}

static void get_shown(struct run *run, struct tf_hit *hit)
{
    hit->id = get_uuid(run);
    hit->title = get_text(run);
    hit->snippet = get_text(run);
    get_source_ref(run, &hit->source);
}

static struct tf_str rows_json(const struct all_shown *all, struct tf_arena *arena)
{
    struct tf_buf json;
    tf_buf_init(&json);
    for (size_t i = 0; i < all->n; i++)
        tf_buf_printf(&json, "%c%lld", i ? ',' : '[', (long long)all->v[i].row);
    tf_buf_add_char(&json, ']');
    return tf_buf_move(&json, arena);
}

/* Of one type, at least one. */
static enum tf_status show(const struct search *search, enum tf_hit_type type,
                           struct all_shown *all, struct tf_error *error)
{
    size_t found = 0;
    qsort(all->v, all->n, sizeof *all->v, by_row_down);
    struct tf_str rows = rows_json(all, search->arena);
    if (tf_arena_failed(search->arena))
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    struct run run = run_begin(search->store, statements[type].show, search->arena);
    run_text(&run, ":match", search->filter->match);
    run_text(&run, ":rows", rows);
    run_int(&run, ":first", all->v[all->n - 1].row);
    run_int(&run, ":last", all->v[0].row);
    run_int(&run, ":count", (int64_t)all->n);
    while (found < all->n && run_row(&run) && get_int(&run, 1, INT64_MAX) == all->v[found].row)
        get_shown(&run, all->v[found++].hit);
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK && found < all->n)
        status = tf_error_set(error, TF_CORRUPT, "%s: a %s that was found is not all there",
                              search->store->path, tf_hit_type_names[type]);
    return status;
}

static enum tf_status show_all(const struct search *search, const struct candidate *candidates,
                               struct tf_hits *hits, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (int type = 0; status == TF_OK && type < TYPE_COUNT; type++) {
        struct all_shown all = {0};
        for (size_t i = 0; i < hits->n; i++) {
            struct shown *slot =
                (int)candidates[i].type == type ? TF_PUSH(search->arena, &all) : NULL;
            if (slot)
                *slot = (struct shown){candidates[i].row, &hits->v[i]};
        }
        if (tf_arena_failed(search->arena))
            status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
        else if (all.n)
            status = show(search, (enum tf_hit_type)type, &all, error);
    }
    return status;
}

/* --- Finding -------------------------------------------------------------- */

static enum tf_status find_candidates(struct search *search, unsigned types,
                                      const struct tf_page *page, struct candidates *out,
                                      struct tf_hits *hits, struct tf_error *error)
{
    enum tf_status status = is_filtered(search->filter) ? find_few(search, error) : TF_OK;
    for (int i = 0; status == TF_OK && i < TYPE_COUNT; i++) {
        enum tf_hit_type type = (enum tf_hit_type)i;
        int64_t least = 0;
        if (!wanted(types, i))
            continue;
        status = find_least(search, type, &least, error);
        if (status == TF_OK)
            status = read_candidates(search, type, least, page, out, hits, error);
    }
    if (status == TF_OK && tf_arena_failed(search->arena))
        status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    return status;
}

static enum tf_status find_hits(struct search *search, unsigned types, const struct tf_page *page,
                                struct tf_hits *hits, struct tf_error *error)
{
    struct candidates found = {0};
    enum tf_status status = find_candidates(search, types, page, &found, hits, error);
    if (status != TF_OK)
        return status;
    if (found.n)
        qsort(found.v, found.n, sizeof *found.v, by_score);
    hits->more = found.n > page->limit;
    for (size_t i = 0; i < found.n && i < page->limit; i++) {
        struct tf_hit *hit = TF_PUSH(search->arena, hits);
        if (!hit)
            return tf_error_set(error, TF_NO_MEMORY, "out of memory");
        hit->type = found.v[i].type;
        hit->score = found.v[i].score;
        hit->position = position_of(&found.v[i]);
    }
    return show_all(search, found.v, hits, error);
}

enum tf_status tf_store_search(struct tf_store *store, const struct tf_filter *filter,
                               unsigned types, const struct tf_page *page, struct tf_arena *arena,
                               struct tf_hits *out, struct tf_error *error)
{
    struct tf_hits hits = {0};
    TF_ASSERT(filter->match.data);
    if (page->after.set && !tf_store_is_hit_place(&page->after))
        return tf_error_set(error, TF_INTERNAL, "%s: no place in a search", store->path);
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    struct search search = {store, filter, arena, false};
    status = find_hits(&search, types, page, &hits, error);
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
