/* SPDX-License-Identifier: MIT */
/*
 * Who says how soon, and how far they agree: windows are put into groups by
 * what the client asks, within a group by source, and compared as intervals.
 */
#include "query_internal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const tf_agreement_names[TF_AGREEMENT__MAX] = {
#define X(name, word) word,
    TF_AGREEMENT_MAP(X)
#undef X
};

/* --- Intervals ----------------------------------------------------------- */

/* An open beginning is 0: nothing takes effect before it is given. */
static struct tf_interval interval_of(const struct tf_window *w)
{
    bool time = w->basis == TF_BASIS_TIME;
    double least = w->min_sessions < 0 ? NAN : (double)w->min_sessions;
    double most = w->max_sessions < 0 ? NAN : (double)w->max_sessions;
    double min = time ? w->min_seconds : least, max = time ? w->max_seconds : most;
    return (struct tf_interval){isnan(min) ? 0 : min, isnan(max) ? INFINITY : max};
}

/* Neither beginning nor end: words such as "immediate", with which no time can
 * be compared. */
static bool is_open(struct tf_interval interval)
{
    return interval.min <= 0 && isinf(interval.max);
}

static bool exclude(struct tf_interval a, struct tf_interval b)
{
    return a.max < b.min || b.max < a.min;
}

static bool lies_within(struct tf_interval a, struct tf_interval b)
{
    return a.min >= b.min && a.max <= b.max;
}

/* --- Families: sources that copy each other -------------------------------- */

static unsigned root_of(unsigned *parents, unsigned i)
{
    while (parents[i] != i)
        i = parents[i] = parents[parents[i]];
    return i;
}

/* All sources that are a copy of some other, ascending by id. */
struct families {
    struct tf_uuid *ids;
    unsigned *parents;
    unsigned *numbers; /* of a root in the group at hand, 0: not met yet */
    size_t n;
};

static unsigned family_place(const struct families *families, struct tf_uuid id)
{
    const struct tf_uuid *found =
        families->n ? bsearch(&id, families->ids, families->n, sizeof id, tf_uuid_order) : NULL;
    return found ? (unsigned)(found - families->ids) : UINT_MAX;
}

static size_t sort_ids(struct tf_uuid *ids, size_t n)
{
    size_t kept = 0;
    qsort(ids, n, sizeof *ids, tf_uuid_order);
    for (size_t i = 0; i < n; i++)
        if (!kept || tf_uuid_order(&ids[kept - 1], &ids[i]) != 0)
            ids[kept++] = ids[i];
    return kept;
}

/* n == 0 where there are none, or no memory, which the arena remembers. */
static struct families families_of(const struct tf_kin *kin, struct tf_arena *arena)
{
    struct families families = {
        .ids = TF_NEW_ARRAY(arena, struct tf_uuid, 2 * kin->n + 1),
        .parents = TF_NEW_ARRAY(arena, unsigned, 2 * kin->n + 1),
        .numbers = TF_NEW_ARRAY(arena, unsigned, 2 * kin->n + 1),
    };
    if (!families.ids || !families.parents || !families.numbers)
        return (struct families){.n = 0};
    for (size_t i = 0; i < kin->n; i++) {
        families.ids[2 * i] = kin->v[i].a;
        families.ids[2 * i + 1] = kin->v[i].b;
    }
    families.n = sort_ids(families.ids, 2 * kin->n);
    for (unsigned i = 0; i < families.n; i++)
        families.parents[i] = i;
    for (size_t i = 0; i < kin->n; i++) {
        unsigned a = root_of(families.parents, family_place(&families, kin->v[i].a));
        unsigned b = root_of(families.parents, family_place(&families, kin->v[i].b));
        families.parents[a > b ? a : b] = a > b ? b : a;
    }
    return families;
}

/* Where the number of a source's family in the group at hand stands; NULL: it is
 * no copy. */
static unsigned *family_number(struct families *families, const struct tf_summary_source *source)
{
    unsigned place = family_place(families, source->source->id);
    return place == UINT_MAX ? NULL : &families->numbers[root_of(families->parents, place)];
}

/* Numbers the families of a group in the order of their first source. */
static void number_families(struct tf_summary_group *group, struct families *families)
{
    for (size_t i = 0; i < group->sources.n; i++) {
        unsigned *known = family_number(families, &group->sources.v[i]);
        group->sources.v[i].family = known && *known ? *known : ++group->families;
        if (known)
            *known = group->sources.v[i].family;
    }
    for (size_t i = 0; i < group->sources.n; i++) {
        unsigned *known = family_number(families, &group->sources.v[i]);
        if (known)
            *known = 0;
    }
}

/* --- Groups -------------------------------------------------------------- */

/* A window of two treatments speaks of both: it stands in the group of each. */
struct member {
    const struct tf_window_row *row;
    struct tf_str key[TF_GROUP__MAX];
};
struct members {
    struct member *v;
    size_t n, cap;
};

static void add_member(struct members *members, const struct tf_window_row *row,
                       unsigned group_by, struct tf_str treatment, struct tf_arena *arena)
{
    struct member *member = TF_PUSH(arena, members);
    if (!member)
        return;
    *member = (struct member){.row = row};
    if (group_by >> TF_GROUP_TREATMENT & 1)
        member->key[TF_GROUP_TREATMENT] = treatment;
    if (group_by >> TF_GROUP_ROUTE & 1)
        member->key[TF_GROUP_ROUTE] = row->window.route;
    if (group_by >> TF_GROUP_CONDITION & 1)
        member->key[TF_GROUP_CONDITION] = row->window.condition;
}

static void add_members(struct members *members, const struct tf_window_row *row,
                        unsigned group_by, struct tf_arena *arena)
{
    const struct tf_strs *treatments = &row->window.treatments;
    if (!(group_by >> TF_GROUP_TREATMENT & 1) || !treatments->n)
        add_member(members, row, group_by, TF_STR_NULL, arena);
    else
        for (size_t i = 0; i < treatments->n; i++)
            add_member(members, row, group_by, treatments->v[i], arena);
}

/* What is not said comes last. */
static int compare_keys(struct tf_str a, struct tf_str b)
{
    if (!a.data || !b.data)
        return (a.data == NULL) - (b.data == NULL);
    return tf_str_compare(a, b);
}

static int compare_groups(const struct member *a, const struct member *b)
{
    int result = 0;
    for (int key = 0; !result && key < TF_GROUP__MAX; key++)
        result = compare_keys(a->key[key], b->key[key]);
    return result ? result : (int)a->row->window.basis - (int)b->row->window.basis;
}

/* By group, within it as the rows came: by source and place. */
static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int result = compare_groups(x, y);
    return result ? result : (x->row > y->row) - (x->row < y->row);
}

/* Rows come by source, so that a source that is known is the last one. */
static void add_window(struct tf_summary_group *group, const struct tf_window_row *row,
                       struct tf_arena *arena)
{
    struct tf_summary_source *source =
        group->sources.n ? &group->sources.v[group->sources.n - 1] : NULL;
    if (!source || !tf_uuid_equal(source->source->id, row->source.id)) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a list with room has an array */
        source = TF_PUSH(arena, &group->sources);
        if (source)
            source->source = &row->source;
    }
    const struct tf_window_row **slot = source ? TF_PUSH(arena, &source->windows) : NULL;
    if (slot)
        *slot = row;
}

/* --- Comparing ----------------------------------------------------------- */

/* A window as it is compared. */
struct stated {
    struct tf_interval at;
    unsigned family;
    const struct tf_window_row *row;
};

static void add_conflict(struct tf_summary_group *group, const struct stated *a,
                         const struct stated *b, struct tf_arena *arena)
{
    group->conflicts_truncated = group->conflicts.n == TF_CONFLICTS_MAX;
    if (group->conflicts_truncated)
        return;
    bool turned = b->at.min < a->at.min;
    struct tf_conflict *conflict = TF_PUSH(arena, &group->conflicts);
    if (conflict)
        *conflict = turned ? (struct tf_conflict){b->row, a->row}
                           : (struct tf_conflict){a->row, b->row};
}

static void compare(struct tf_summary_group *group, const struct stated *a, const struct stated *b,
                    struct tf_arena *arena)
{
    enum tf_agreement found = TF_AGREEMENT_AGREE;
    if (exclude(a->at, b->at)) {
        found = TF_AGREEMENT_CONFLICT;
        add_conflict(group, a, b, arena);
    } else if (!lies_within(a->at, b->at) && !lies_within(b->at, a->at)) {
        found = TF_AGREEMENT_PARTIAL;
    }
    if (found > group->agreement)
        group->agreement = found;
}

/* Each with each of another family; until all is known that will be told. */
static void compare_all(struct tf_summary_group *group, const struct stated *stated, size_t n,
                        struct tf_arena *arena)
{
    for (size_t i = 0; i < n && !group->conflicts_truncated; i++)
        for (size_t k = i + 1; k < n && !group->conflicts_truncated; k++)
            if (stated[i].family != stated[k].family)
                compare(group, &stated[i], &stated[k], arena);
}

static void span_all(struct tf_summary_group *group, const struct stated *stated, size_t n)
{
    struct tf_interval envelope = {n ? INFINITY : 0, n ? 0 : INFINITY}, common = {0, INFINITY};
    for (size_t i = 0; i < n; i++) {
        envelope.min = fmin(envelope.min, stated[i].at.min);
        envelope.max = fmax(envelope.max, stated[i].at.max);
        common.min = fmax(common.min, stated[i].at.min);
        common.max = fmin(common.max, stated[i].at.max);
    }
    group->envelope = envelope;
    group->common = common;
    group->has_common = n && common.min <= common.max;
}

static void judge(struct tf_summary_group *group, struct families *families,
                  struct tf_arena *arena)
{
    size_t n = 0, windows = 0;
    number_families(group, families);
    for (size_t i = 0; i < group->sources.n; i++)
        windows += group->sources.v[i].windows.n;
    struct stated *stated = TF_NEW_ARRAY(arena, struct stated, windows);
    if (!stated)
        return;
    for (size_t i = 0; i < group->sources.n; i++) {
        const struct tf_summary_source *source = &group->sources.v[i];
        for (size_t k = 0; k < source->windows.n; k++) {
            const struct tf_window_row *row = source->windows.v[k];
            struct tf_interval at = interval_of(&row->window);
            if (!is_open(at))
                stated[n++] = (struct stated){at, source->family, row};
        }
    }
    span_all(group, stated, n);
    group->agreement = group->families > 1 ? TF_AGREEMENT_AGREE : TF_AGREEMENT_SINGLE;
    compare_all(group, stated, n, arena);
}

void tf_query_summarise(const struct tf_window_row *rows, size_t count, const struct tf_kin *kin,
                        unsigned group_by, struct tf_arena *arena, struct tf_summary *out)
{
    struct members members = {0};
    struct tf_summary_group *group = NULL;
    for (size_t i = 0; i < count; i++)
        add_members(&members, &rows[i], group_by, arena);
    if (members.n)
        qsort(members.v, members.n, sizeof *members.v, compare_members);
    for (size_t i = 0; i < members.n; i++) {
        const struct member *member = &members.v[i];
        if (i == 0 || compare_groups(&members.v[i - 1], member) != 0) {
            group = TF_PUSH(arena, &out->groups);
            if (!group)
                return;
            memcpy(group->key, member->key, sizeof group->key);
            group->basis = member->row->window.basis;
        }
        add_window(group, member->row, arena);
    }
    struct families families = families_of(kin, arena);
    for (size_t i = 0; i < out->groups.n; i++)
        judge(&out->groups.v[i], &families, arena);
    out->windows = count;
}

/* --- From the store ------------------------------------------------------ */

static enum tf_status too_many(struct tf_arena *arena, struct tf_violations *violations,
                               struct tf_error *error)
{
    struct tf_violation *violation = TF_PUSH(arena, violations);
    if (violation)
        *violation = (struct tf_violation){
            TF_STR("treatment"),
            tf_arena_printf(arena, "more than %d windows; narrow them, for example by treatment",
                            TF_SUMMARY_WINDOWS_MAX)};
    return tf_error_set(error, TF_PARAMETER, "too many windows");
}

enum tf_status tf_query_summary(struct tf_store *store, const struct tf_query *query,
                                struct tf_arena *arena, struct tf_summary *out,
                                struct tf_violations *violations, struct tf_error *error)
{
    struct tf_summary summary = {.windows = 0};
    struct tf_page page = {.limit = TF_SUMMARY_WINDOWS_MAX};
    struct tf_rows rows = {.n = 0};
    struct tf_kin kin = {0};
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    status = tf_store_dataset(store, &summary.dataset, error);
    if (status == TF_OK)
        status = tf_store_list(store, TF_KIND_WINDOW, &query->filter, &page, arena, &rows, error);
    if (status == TF_OK)
        status = tf_store_kin(store, arena, &kin, error);
    tf_store_snapshot_end(store);
    if (status == TF_OK && rows.more)
        return too_many(arena, violations, error);
    if (status != TF_OK)
        return status;
    tf_query_summarise(rows.windows, rows.n, &kin, query->group_by, arena, &summary);
    if (tf_arena_failed(arena))
        return tf_error_set(error, TF_NO_MEMORY, "the answer takes too much memory");
    *out = summary;
    return TF_OK;
}
