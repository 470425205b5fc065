/* SPDX-License-Identifier: MIT */
/*
 * How a list is read. A filter that few sources or facts pass is where to
 * start; else the order of the list is walked until a page is full, which is
 * soon when much passes. What is few is found out by counting, no further than
 * up to the bounds below.
 */
#include "store_internal.h"

#include <math.h>

enum {
    FEW_FACTS = 2000, /* that can be sorted for a page */
    FEW_MATCHES = 5000,
};

static enum tf_status count_some(struct run *run, int64_t most, int64_t *out,
                                 struct tf_error *error)
{
    run_int(run, ":most", most);
    *out = run_row(run) ? get_int(run, 0, most) : 0;
    return run_end(run, error);
}

enum tf_status list_few_sources(struct tf_store *store, const struct tf_filter *filter,
                                enum tf_kind kind, enum tf_filter_key key, struct tf_arena *arena,
                                int64_t *out, struct tf_error *error)
{
    struct run run = run_begin(store, SOME_SOURCES, NULL);
    run_code(&run, ":facet", list_tally(kind, key));
    run_text(&run, ":values", list_values(&filter->values[key], arena));
    return count_some(&run, FEW_SOURCES, out, error);
}

static bool is_by_place(const struct list_spec *spec)
{
    return spec->sort == TF_SORT_PLACE || spec->sort == TF_SORT_KEY;
}

static enum tf_status plan_match(struct tf_store *store, struct list_spec *spec,
                                 struct tf_error *error)
{
    int64_t matches = 0;
    spec->plan = PLAN_MATCH;
    if (spec->form != LIST_PAGE || !is_by_place(spec))
        return TF_OK;
    struct run run =
        run_begin(store, spec->kind == TF_KIND_FAQ ? SOME_FAQ_HITS : SOME_CLAIM_HITS, NULL);
    run_text(&run, ":match", spec->filter->match);
    enum tf_status status = count_some(&run, FEW_MATCHES, &matches, error);
    if (matches == FEW_MATCHES)
        spec->plan = PLAN_MATCH_WALK;
    return status;
}

static enum tf_status plan_range(struct tf_store *store, struct list_spec *spec,
                                 struct tf_error *error)
{
    const struct tf_filter *filter = spec->filter;
    bool by_max = !isnan(filter->max_lte);
    int64_t windows = 0;
    struct run run = run_begin(store, by_max ? SOME_UP_TO : SOME_FROM, NULL);
    run_real(&run, ":value", by_max ? filter->max_lte : filter->min_gte);
    enum tf_status status = count_some(&run, FEW_FACTS, &windows, error);
    if (windows < FEW_FACTS)
        spec->plan = PLAN_RANGE;
    return status;
}

static enum tf_status plan_studies(struct tf_store *store, struct list_spec *spec,
                                   struct tf_arena *arena, struct tf_error *error)
{
    int64_t studies = 0;
    struct run run = run_begin(store, SOME_STUDIES, NULL);
    run_text(&run, ":study", list_values(&spec->filter->values[TF_FILTER_STUDY], arena));
    enum tf_status status = count_some(&run, FEW_FACTS, &studies, error);
    if (studies < FEW_FACTS)
        spec->plan = PLAN_RANGE;
    return status;
}

static enum tf_status plan_updated(struct tf_store *store, struct list_spec *spec,
                                   struct tf_error *error)
{
    int64_t revisions = 0;
    struct run run = run_begin(store, SOME_UPDATED, NULL);
    run_text(&run, ":since", spec->filter->updated_since);
    enum tf_status status = count_some(&run, FEW_SOURCES, &revisions, error);
    if (revisions < FEW_SOURCES)
        spec->plan = PLAN_REVISIONS;
    return status;
}

/* The filter that the fewest sources pass. */
static enum tf_status find_lead(struct tf_store *store, struct list_spec *spec,
                                struct tf_arena *arena, int64_t *sources, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    *sources = INT64_MAX;
    for (int key = 0; status == TF_OK && key < TF_FILTER__MAX; key++) {
        enum tf_filter_key filter = (enum tf_filter_key)key;
        int64_t found = 0;
        if (!spec->filter->values[key].n || !list_tally(spec->kind, filter))
            continue;
        status = list_few_sources(store, spec->filter, spec->kind, filter, arena, &found, error);
        if (found < *sources) {
            *sources = found;
            spec->lead = filter;
        }
    }
    return status;
}

/* The tallies of one value are in the order of places; those of several are not. */
static enum tf_status plan_lead(struct tf_store *store, struct list_spec *spec,
                                struct tf_arena *arena, struct tf_error *error)
{
    int64_t sources = 0;
    enum tf_status status = find_lead(store, spec, arena, &sources, error);
    if (status != TF_OK || sources == INT64_MAX)
        return status;
    bool one = spec->filter->values[spec->lead].n == 1;
    if (one && (is_by_place(spec) || spec->form != LIST_PAGE))
        spec->plan = PLAN_TALLY;
    else if (sources < FEW_SOURCES || spec->form != LIST_PAGE)
        spec->plan = PLAN_SOURCES;
    return status;
}

/* Sources that are named are few; in the order of places they are walked anyway. */
static void plan_named(struct list_spec *spec)
{
    if (spec->form == LIST_PAGE && is_by_place(spec))
        return;
    spec->plan = PLAN_SOURCES;
    spec->lead = TF_FILTER_SOURCE;
}

/* Whether the tallies alone know the number: there is no filter, or just one
 * value of one that they count. */
static bool is_tallied(const struct list_spec *spec)
{
    const struct tf_filter *filter = spec->filter;
    size_t values = 0;
    bool known = true;
    if (filter->match.data || !isnan(filter->max_lte) || !isnan(filter->min_gte) ||
        filter->updated_since.data || spec->form == LIST_PAGE)
        return false;
    for (int key = 0; key < TF_FILTER__MAX; key++) {
        values += filter->values[key].n;
        known = known &&
                (!filter->values[key].n || list_is_tallied(spec->kind, (enum tf_filter_key)key));
    }
    if (spec->form == LIST_COUNT)
        return values == 0 || (known && values == 1);
    return values == 0 && spec->facet != TF_FACET_SOURCE && spec->kind != TF_KIND_SOURCE &&
           spec->kind != TF_KIND_SEGMENT;
}

enum tf_status list_plan(struct tf_store *store, struct list_spec *spec, struct tf_arena *arena,
                         struct tf_error *error)
{
    const struct tf_filter *filter = spec->filter;
    enum tf_status status = TF_OK;
    spec->plan = PLAN_WALK;
    spec->tallied = is_tallied(spec);
    if (filter->match.data)
        return plan_match(store, spec, error);
    if (filter->values[TF_FILTER_CLAIM].n) {
        spec->plan = PLAN_REVISIONS;
        return TF_OK;
    }
    if (filter->values[TF_FILTER_SOURCE].n) {
        plan_named(spec);
        return TF_OK;
    }
    if (filter->values[TF_FILTER_STUDY].n)
        status = plan_studies(store, spec, arena, error);
    if (status == TF_OK && spec->plan == PLAN_WALK && filter->updated_since.data)
        status = plan_updated(store, spec, error);
    if (status == TF_OK && spec->plan == PLAN_WALK &&
        (!isnan(filter->max_lte) || !isnan(filter->min_gte)))
        status = plan_range(store, spec, error);
    if (status == TF_OK && spec->plan == PLAN_WALK)
        status = plan_lead(store, spec, arena, error);
    return status;
}
