/* SPDX-License-Identifier: MIT */
/* Time windows: which expressions of time say how soon or how long, and of what. */
#include "windows.h"

#include <math.h>

/* --- What is no window --------------------------------------------------- */

/* "rather than weeks": the comparator is denied, not stated; nor is anything
 * said by "not immediate" or "not overnight". */
static bool is_denied(const struct tf_reading *r, const struct tf_time_expression *t)
{
    bool word = t->precision == TF_PRECISION_VAGUE && isnan(t->min_seconds);
    if (tf_token_is(&r->tokens[t->first], "not"))
        return false; /* "and not before week four" */
    for (uint32_t i = t->first; i > 0 && i + 2 > t->first; i--)
        if (tf_token_has(r, i - 1, TF_TAG_CONTRAST) ||
            (word && tf_token_has(r, i - 1, TF_TAG_NEGATION)))
            return true;
    return false;
}

/* "does not work overnight", "no one feels well after a single visit": an onset
 * that is denied. Not "no sooner than", which is part of the expression, nor "not
 * for four weeks", which says when. */
static bool is_denied_onset(const struct tf_extractor *x, const struct tf_reading *r,
                            const struct tf_time_expression *t)
{
    enum { REACH = 10 };
    bool reached = t->bound == TF_BOUND_AT_MOST || t->basis == TF_BASIS_SESSIONS ||
                   (isnan(t->min_seconds) && isnan(t->max_seconds));
    if (!reached || x->facts->claims.v[r->claim].polarity != TF_POLARITY_NEGATED)
        return false;
    for (uint32_t i = t->first; i > 0 && i + REACH > t->first; i--) {
        if (r->tokens[i - 1].kind == TF_TOKEN_MARK && !tf_token_is(&r->tokens[i - 1], "'"))
            return false;
        if (tf_token_has(r, i - 1, TF_TAG_NEGATION))
            return true;
    }
    return false;
}

/* "the hours you sleep", "tired days": a plural that something else than a
 * preposition or a verb brings in is a thing, not a length. */
static bool is_thing(const struct tf_reading *r, const struct tf_time_expression *t)
{
    if (t->precision != TF_PRECISION_VAGUE || t->end != t->first + 1 || t->first == 0 ||
        r->unit->kind == TF_UNIT_CELL || t->basis != TF_BASIS_TIME || isnan(t->min_seconds))
        return false;
    static const enum tf_tag bringers[] = {TF_TAG_PREPOSITION, TF_TAG_TAKES, TF_TAG_LASTS,
                                           TF_TAG_BEGINS, TF_TAG_VERB, TF_TAG_COORDINATOR,
                                           TF_TAG_COPULA, TF_TAG_FREQUENCY};
    uint32_t before = t->first - 1;
    for (size_t i = 0; i < sizeof bringers / sizeof *bringers; i++)
        if (tf_token_has(r, before, bringers[i]))
            return false;
    static const char *const words[] = {"after", "before", "over", "only", "just", "mere", "then",
                                        "often", "even", "past", "outlast", "additional", "not"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tf_token_is(&r->tokens[before], words[i]))
            return false;
    return r->tokens[before].kind != TF_TOKEN_MARK;
}

/* "2 in 100,000 treatments" counts cases, not sessions. */
static bool is_rate_base(const struct tf_time_expression *t)
{
    enum { MOST_SESSIONS = 100 };
    return t->basis == TF_BASIS_SESSIONS &&
           (t->min_sessions > MOST_SESSIONS || t->max_sessions > MOST_SESSIONS);
}

/* "for weeks following a single session": where the weeks are counted from. */
static bool is_anchor(const struct tf_reading *r, const struct tf_time_expression *t)
{
    bool one = t->basis == TF_BASIS_SESSIONS && t->min_sessions == 1 && t->max_sessions == 1;
    for (size_t i = 0; one && i < r->times.n; i++)
        if (r->times.v[i].basis == TF_BASIS_TIME && r->times.v[i].trap == TF_TRAP_NONE)
            return true;
    return false;
}

/* --- Facts --------------------------------------------------------------- */

static unsigned count_same(const struct tf_extraction *facts, struct tf_uuid claim,
                           struct tf_str expression)
{
    unsigned same = 0;
    for (size_t i = facts->windows.n; i > 0; i--) {
        const struct tf_window *w = &facts->windows.v[i - 1];
        if (!tf_uuid_equal(w->claim, claim))
            break; /* the windows of a claim stand together */
        same += tf_str_equal(w->expression, expression);
    }
    return same;
}

static void add_window(struct tf_extractor *x, const struct tf_reading *r,
                       const struct tf_time_expression *t, enum tf_measure measure)
{
    const struct tf_claim *claim = &x->facts->claims.v[r->claim];
    struct tf_str expression = tf_text_slice(x->text, t->at);
    unsigned occurrence = count_same(x->facts, claim->id, expression);
    struct tf_window *w = TF_PUSH(x->arena, &x->facts->windows);
    if (!w)
        return;
    *w = (struct tf_window){.id = tf_window_id(claim->id, expression, occurrence),
                            .claim = claim->id,
                            .measure = measure,
                            .basis = t->basis,
                            .min = t->min_iso,
                            .max = t->max_iso,
                            .min_seconds = t->min_seconds,
                            .max_seconds = t->max_seconds,
                            .min_sessions = t->min_sessions,
                            .max_sessions = t->max_sessions,
                            .bound = t->bound,
                            .precision = t->precision,
                            .treatments = tf_window_treatments(x, r, t),
                            .route = tf_window_route(x, r, (int)measure),
                            .condition = tf_window_condition(x, r),
                            .at = tf_span_of(x, t->at),
                            .expression = expression};
}

static void add_time(struct tf_extractor *x, const struct tf_time_expression *t, bool window,
                     struct tf_str reason)
{
    struct tf_time *time = TF_PUSH(x->arena, &x->facts->times);
    if (time)
        *time = (struct tf_time){tf_span_of(x, t->at),
                                 tf_text_slice(x->text, t->at),
                                 t->basis,
                                 t->min_seconds,
                                 t->max_seconds,
                                 t->min_sessions,
                                 t->max_sessions,
                                 t->bound,
                                 t->precision,
                                 window,
                                 reason};
}

static void read_time(struct tf_extractor *x, const struct tf_reading *r,
                      const struct tf_time_expression *t)
{
    if (r->claim == TF_NONE) {
        add_time(x, t, false, TF_REASON("not in a claim"));
        return;
    }
    if (t->trap != TF_TRAP_NONE) {
        add_time(x, t, false, tf_str_of(tf_trap_words[t->trap]));
        return;
    }
    if (is_denied(r, t)) {
        add_time(x, t, false, TF_REASON("a comparator that is denied"));
        return;
    }
    if (is_thing(r, t)) {
        add_time(x, t, false, TF_REASON("a word for time, no length"));
        return;
    }
    if (is_rate_base(t)) {
        add_time(x, t, false, TF_REASON("what cases are counted in"));
        return;
    }
    if (is_anchor(r, t)) {
        add_time(x, t, false, TF_REASON("where another length is counted from"));
        return;
    }
    struct tf_str reason;
    int measure = tf_window_measure(x, r, t, &reason);
    if (measure == TF_MEASURE_ONSET && is_denied_onset(x, r, t)) {
        measure = TF_NO_WINDOW;
        reason = TF_REASON("an onset that is denied");
    }
    add_time(x, t, measure != TF_NO_WINDOW, reason);
    if (measure == TF_NO_WINDOW)
        return;
    add_window(x, r, t, (enum tf_measure)measure);
}

void tf_make_windows(struct tf_extractor *x)
{
    for (size_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        for (size_t k = 0; k < r->times.n; k++)
            if (r->times.v[k].listed)
                read_time(x, r, &r->times.v[k]);
    }
}
