/* SPDX-License-Identifier: MIT */
/* Of what a window speaks: treatments, route, condition. */
#include "windows.h"

/* --- Whose window -------------------------------------------------------- */

static bool is_named(const struct tf_match *match)
{
    return (match->entry->tags & tf_tag_bit(TF_TAG_TREATMENT)) && !tf_is_lookalike(match);
}

/* "X is an antidepressant": what X is, not another treatment. */
static bool is_predicate(const struct tf_reading *r, const struct tf_match *match)
{
    if (match->first < 2)
        return false;
    const struct tf_token *article = &r->tokens[match->first - 1];
    return (tf_token_is(article, "a") || tf_token_is(article, "an")) &&
           tf_token_has(r, match->first - 2, TF_TAG_COPULA);
}

/* Named only to compare with: "well before X", "faster than X". */
static bool is_compared(const struct tf_reading *r, const struct tf_match *match)
{
    enum { REACH = 4 };
    for (uint32_t i = match->first; i > 0 && i + REACH > match->first; i--)
        if (tf_token_has(r, i - 1, TF_TAG_COMPARATOR) || tf_token_is(&r->tokens[i - 1], "before") ||
            tf_token_is(&r->tokens[i - 1], "than"))
            return true;
    return false;
}

/* Are two treatments named side by side: "SSRIs, SNRIs and CBT", "SSRIs or
 * therapy"? Only commas, coordinators and examples stand between them. */
static bool side_by_side(const struct tf_reading *r, uint32_t from, uint32_t to)
{
    if (to > from + 4)
        return false;
    for (uint32_t i = from; i < to; i++)
        if (r->tokens[i].kind != TF_TOKEN_MARK && !tf_token_has(r, i, TF_TAG_COORDINATOR) &&
            !tf_token_has(r, i, TF_TAG_EXAMPLE))
            return false;
    return true;
}

/* The nearest treatments named before the expression, with those beside them.
 * Those of a side clause that is over by then do not count. */
static void nearest_before(struct tf_extractor *x, const struct tf_reading *r,
                           const struct tf_time_expression *t, struct tf_strs *out)
{
    uint32_t next = TF_NONE;
    bool in_side = r->clause[t->first] & TF_CLAUSE_SIDE;
    for (size_t i = r->matches.n; i > 0; i--) {
        const struct tf_match *match = &r->matches.v[i - 1];
        if (!is_named(match) || match->end > t->first || is_predicate(r, match))
            continue;
        if (!in_side && (r->clause[match->first] & (TF_CLAUSE_SIDE | TF_CLAUSE_PATIENT)))
            continue;
        if (next != TF_NONE && !side_by_side(r, match->end, next))
            return;
        tf_strs_add(x->arena, out, match->entry->code);
        next = match->first;
    }
}

/* Are the claim's own treatments only compared with, after the expression? */
static bool only_compared(const struct tf_reading *r, const struct tf_time_expression *t)
{
    bool any = false;
    for (size_t i = 0; i < r->matches.n; i++) {
        const struct tf_match *match = &r->matches.v[i];
        if (!is_named(match))
            continue;
        any = true;
        if (match->first < t->end || !is_compared(r, match))
            return false;
    }
    return any;
}

struct tf_strs tf_window_treatments(struct tf_extractor *x, const struct tf_reading *r,
                                    const struct tf_time_expression *t)
{
    struct tf_strs out = {0};
    if (r->unit->kind != TF_UNIT_CELL)
        nearest_before(x, r, t, &out);
    if (out.n == 0 && x->main_treatments.n > 0 && only_compared(r, t))
        return x->main_treatments;
    return out.n ? out : r->treatments;
}

/* --- Route and condition ------------------------------------------------- */

struct tf_str tf_window_route(const struct tf_extractor *x, const struct tf_reading *r, int measure)
{
    if (r->routes.n > 0)
        return r->routes.v[0];
    if (r->row_header != TF_NONE && x->units.v[r->row_header].routes.n > 0)
        return x->units.v[r->row_header].routes.v[0];
    if (r->stem != TF_NONE && x->units.v[r->stem].routes.n > 0)
        return x->units.v[r->stem].routes.v[0];
    /* a session or its observation is that of the route spoken of just before */
    bool of_session = measure == TF_MEASURE_SESSION || measure == TF_MEASURE_OBSERVATION;
    for (const struct tf_reading *before = r;
         of_session && before > x->units.v && before[-1].unit->block == r->unit->block; before--)
        if (before[-1].routes.n > 0)
            return before[-1].routes.v[0];
    return TF_STR_NULL;
}

static struct tf_str condition_of(const struct tf_reading *r)
{
    for (size_t i = 0; i < r->conditions.n; i++)
        if (!tf_str_is(r->conditions.v[i], "treatment_resistant"))
            return r->conditions.v[i];
    return TF_STR_NULL;
}

struct tf_str tf_window_condition(const struct tf_extractor *x, const struct tf_reading *r)
{
    struct tf_str condition = condition_of(r);
    const uint32_t context[] = {r->column_header, r->row_header, r->stem, r->heading};
    for (size_t i = 0; i < sizeof context / sizeof *context && !condition.data; i++)
        if (context[i] != TF_NONE)
            condition = condition_of(&x->units.v[context[i]]);
    return condition;
}
