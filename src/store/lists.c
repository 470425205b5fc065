/* SPDX-License-Identifier: MIT */
/* The list statements of a connection: each is prepared once and kept, under a
 * signature of what it was put together from. */
#include "store_internal.h"

#include <math.h>

/* --- Signatures ---------------------------------------------------------- */

/* Bits above the filters in a signature. */
enum {
    BIT_MATCH = TF_FILTER__MAX,
    BIT_MAX,
    BIT_MIN,
    BIT_SINCE,
    BIT_AFTER,
    BIT_DESCENDING,
    BIT_FORM,
    BIT_KIND = BIT_FORM + 3,
    BIT_SORT = BIT_KIND + 3,
    BIT_FACET = BIT_SORT + 4,
    BIT_PLAN = BIT_FACET + 5,
    BIT_LEAD = BIT_PLAN + 3,
    BIT_TALLIED = BIT_LEAD + 5,
};

static uint64_t bit(int place, bool on)
{
    return on ? (uint64_t)1 << place : 0;
}

static uint64_t signature_of(const struct list_spec *spec)
{
    const struct tf_filter *filter = spec->filter;
    uint64_t signature = (uint64_t)spec->kind << BIT_KIND | (uint64_t)spec->form << BIT_FORM;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        signature |= bit(key, filter->values[key].n > 0);
    signature |= bit(BIT_MATCH, filter->match.data) | bit(BIT_MAX, !isnan(filter->max_lte)) |
                 bit(BIT_MIN, !isnan(filter->min_gte)) | bit(BIT_SINCE, filter->updated_since.data);
    signature |= (uint64_t)spec->plan << BIT_PLAN | bit(BIT_TALLIED, spec->tallied);
    if (spec->plan == PLAN_TALLY || spec->plan == PLAN_SOURCES)
        signature |= (uint64_t)spec->lead << BIT_LEAD;
    if (spec->form == LIST_FACET)
        return signature | (uint64_t)spec->facet << BIT_FACET;
    if (spec->form != LIST_PAGE)
        return signature;
    return signature | bit(BIT_AFTER, spec->after) | bit(BIT_DESCENDING, spec->descending) |
           (uint64_t)spec->sort << BIT_SORT;
}

/* --- Cache --------------------------------------------------------------- */

static struct cached_list *slot_for(struct tf_store *store, uint64_t signature)
{
    struct cached_list *oldest = &store->lists[0];
    for (size_t i = 0; i < CACHED_LISTS; i++) {
        struct cached_list *slot = &store->lists[i];
        if (slot->stmt && slot->signature == signature)
            return slot;
        if (!slot->stmt || (oldest->stmt && slot->used < oldest->used))
            oldest = slot;
    }
    sqlite3_finalize(oldest->stmt);
    *oldest = (struct cached_list){NULL, signature, 0};
    return oldest;
}

enum tf_status list_prepare(struct tf_store *store, const struct list_spec *spec,
                            sqlite3_stmt **out, struct tf_error *error)
{
    uint64_t signature = signature_of(spec);
    if (!list_supported(spec))
        return tf_error_set(error, TF_INTERNAL, "%s: a list of %s cannot be asked so", store->path,
                            tf_kind_names[spec->kind]);
    struct cached_list *slot = slot_for(store, signature);
    if (!slot->stmt) {
        struct tf_buf sql;
        tf_buf_init(&sql);
        list_sql(spec, &sql);
        int code = sql.failed ? SQLITE_NOMEM
                              : sqlite3_prepare_v3(store->db, sql.data, -1,
                                                   SQLITE_PREPARE_PERSISTENT, &slot->stmt, NULL);
        tf_buf_clear(&sql);
        if (code != SQLITE_OK)
            return store_fail(store, code, error);
    }
    slot->used = ++store->tick;
    *out = slot->stmt;
    return TF_OK;
}

/* Each kind's plain list, the one with every filter, a match and the one by id: what
 * a database that is not as it should be cannot answer shows when it is opened.
 * Tests go over all others. */
static enum tf_status prepare_kind(struct tf_store *store, enum tf_kind kind,
                                   struct tf_error *error)
{
    struct tf_filter none = {.max_lte = NAN, .min_gte = NAN}, all = none;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        all.values[key].n = list_takes(kind, (enum tf_filter_key)key);
    all.updated_since = TF_STR("");
    if (kind == TF_KIND_WINDOW)
        all.max_lte = all.min_gte = 0;
    struct tf_filter match = none;
    match.match = TF_STR("");
    const struct list_spec specs[] = {
        {.kind = kind, .form = LIST_PAGE, .filter = &none},
        {.kind = kind, .form = LIST_PAGE, .filter = &all, .after = true},
        {.kind = kind, .form = LIST_PAGE, .filter = &match, .after = true, .plan = PLAN_MATCH},
        {.kind = kind, .form = LIST_ONE, .filter = &none},
    };
    enum tf_status status = TF_OK;
    sqlite3_stmt *stmt;
    for (size_t i = 0; status == TF_OK && i < sizeof specs / sizeof *specs; i++)
        if (list_supported(&specs[i]))
            status = list_prepare(store, &specs[i], &stmt, error);
    return status;
}

enum tf_status list_prepare_all(struct tf_store *store, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (int kind = 0; status == TF_OK && kind < TF_KIND__MAX; kind++)
        status = prepare_kind(store, (enum tf_kind)kind, error);
    return status;
}

void list_forget(struct tf_store *store)
{
    for (size_t i = 0; i < CACHED_LISTS; i++)
        sqlite3_finalize(store->lists[i].stmt);
}
