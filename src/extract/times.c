/* SPDX-License-Identifier: MIT */
/* The walk over the terms of a unit: at every place that may begin a time,
 * qualifiers, a range, what stands behind it, and its traps. */
#include "times_internal.h"

#include <math.h>

struct finder {
    struct terms terms;
    struct tf_arena *arena;
    struct tf_time_expressions *out;
};

/* --- Bounds -------------------------------------------------------------- */

static enum tf_precision precision_of(const struct measure *m, const struct qualifier *q)
{
    if (m->vague)
        return TF_PRECISION_VAGUE;
    return m->approximate || q->approximate ? TF_PRECISION_APPROXIMATE : TF_PRECISION_EXACT;
}

/* A range keeps both ends whatever stands before it ("within 1 to 4 hours");
 * only what follows opens it ("2 to 4 weeks or longer"). */
static enum tf_bound bound_of(const struct measure *m, const struct qualifier *before,
                              const struct qualifier *behind)
{
    if (behind->bound != TF_BOUND_POINT)
        return behind->bound;
    if (m->range)
        return TF_BOUND_RANGE;
    if (before->bound != TF_BOUND_POINT)
        return before->bound;
    if (m->sessions ? isnan(m->max_count) : m->max.open)
        return TF_BOUND_AT_LEAST;
    return m->vague ? TF_BOUND_VAGUE : TF_BOUND_POINT;
}

static int count_of(double count, bool open)
{
    return open || isnan(count) ? -1 : (int)count;
}

static void set_bounds(struct tf_time_expression *e, struct measure *m, struct tf_arena *arena)
{
    bool no_min = e->bound == TF_BOUND_AT_MOST, no_max = e->bound == TF_BOUND_AT_LEAST;
    e->min_seconds = e->max_seconds = NAN;
    e->min_sessions = e->max_sessions = -1;
    e->basis = m->sessions ? TF_BASIS_SESSIONS : TF_BASIS_TIME;
    if (m->sessions) {
        e->min_sessions = count_of(m->min_count, no_min);
        e->max_sessions = count_of(m->max_count, no_max);
        return;
    }
    m->min.open = m->min.open || no_min;
    m->max.open = m->max.open || no_max;
    e->min_seconds = tf_length_seconds(&m->min);
    e->max_seconds = tf_length_seconds(&m->max);
    e->min_iso = tf_length_iso(&m->min, arena);
    e->max_iso = tf_length_iso(&m->max, arena);
}

static struct tf_time_expression *push(struct finder *f, uint32_t first, uint32_t end)
{
    struct tf_time_expression *e = TF_PUSH(f->arena, f->out);
    if (!e)
        return NULL;
    const struct tf_token *tokens = f->terms.tokens;
    *e = (struct tf_time_expression){.first = first,
                                     .end = end,
                                     .at = {tokens[first].at.start, tokens[end - 1].at.end},
                                     .listed = true};
    return e;
}

/* --- Expressions --------------------------------------------------------- */

/* "within the hour", "the next hour"; "next week" names a time, not a length. */
static bool read_named_one(const struct terms *terms, size_t *at, const struct qualifier *q,
                           struct measure *m)
{
    size_t next = *at;
    if (!q->names_one || !tf_times_one(terms, &next, m))
        return false;
    bool date = m->unit.part < PART_HOUR && q->bound == TF_BOUND_POINT;
    if (date)
        return false;
    *at = next;
    return true;
}

/* A single session, or the article's one, is a count only by its qualifier:
 * "after one session", but "one session type". */
static bool is_count(const struct measure *m, const struct qualifier *q)
{
    return !m->sessions || !m->single || q->any;
}

static bool read_expression(struct finder *f, size_t *at)
{
    const struct terms *terms = &f->terms;
    struct qualifier before, behind = {.bound = TF_BOUND_POINT};
    struct measure m;
    size_t next = *at;
    tf_times_prefix(terms, &next, &before);
    size_t core = next;
    if (!tf_times_range(terms, &next, before.between, before.any, &m) &&
        !read_named_one(terms, &next, &before, &m))
        return false;
    if (!is_count(&m, &before) || (before.needs_range && !m.range))
        return false;
    tf_times_suffix(terms, &next, &behind);
    before.approximate = before.approximate || behind.approximate;
    struct tf_time_expression *e = push(f, before.first, tf_term(terms, next - 1)->end);
    if (!e)
        return false;
    e->bound = bound_of(&m, &before, &behind);
    e->precision = precision_of(&m, &before);
    e->trap = before.trap;
    set_bounds(e, &m, f->arena);
    /* "aged over 48 years", "age 2.5 years": what warns stands before the whole */
    tf_times_trap(terms, before.any ? *at : core, next, &m, e);
    *at = next;
    return true;
}

/* "same day", "overnight", "immediately" */
static void read_special(struct finder *f, size_t at)
{
    const struct term *term = tf_term(&f->terms, at);
    struct tf_time_expression *e = push(f, term->first, term->end);
    struct unit unit = {.times = 1};
    if (!e)
        return;
    struct measure m = {.vague = true, .min.open = true, .max.open = true};
    if (tf_part_find(tf_lex_attribute(term->entry, "of"), &unit.part))
        tf_measure_set(&m, unit, tf_term_number(term, "min", 1), tf_term_number(term, "max", 1));
    e->bound = tf_term_bound(term);
    e->precision = e->bound == TF_BOUND_POINT ? TF_PRECISION_EXACT : TF_PRECISION_VAGUE;
    set_bounds(e, &m, f->arena);
}

/* "every 2 weeks" is a length, but of the pause; "every week" is not even that. */
static size_t read_rate(struct finder *f, size_t at)
{
    size_t next = at + 1, listed = f->out->n;
    if (tf_term(&f->terms, at)->kind != TERM_RATE)
        return at + 2;
    if (!read_expression(f, &next))
        return at + 1;
    f->out->v[listed].trap = TF_TRAP_RATE;
    return next;
}

static bool may_start(const struct terms *terms, size_t at)
{
    switch (terms->v[at].kind) {
    case TERM_NUMBER:
    case TERM_VAGUE:
    case TERM_ARTICLE:
    case TERM_WHOLE:
    case TERM_FRACTION:
    case TERM_ORDINAL:
    case TERM_UNIT:
    case TERM_QUALIFIER:
    case TERM_ADJECTIVE:
    case TERM_MARK:
        return true;
    default:
        return false;
    }
}

static size_t step(struct finder *f, size_t at)
{
    enum term_kind kind = f->terms.v[at].kind;
    if (kind == TERM_SPECIAL) {
        read_special(f, at);
        return at + 1;
    }
    if (kind == TERM_RATE || tf_times_rate(&f->terms, at))
        return read_rate(f, at);
    if (may_start(&f->terms, at))
        return read_expression(f, &at) ? at : at + 1;
    return at + 1;
}

static bool is_core(const struct terms *terms, size_t at)
{
    enum term_kind kind = terms->v[at].kind;
    return kind == TERM_UNIT || kind == TERM_SESSION || kind == TERM_SPECIAL ||
           (kind == TERM_MARK && terms->n == 2); /* a prime mark */
}

/* The next position, `at` or later, from where an expression could reach its
 * unit, session or special word; the end where there is none. */
static size_t near_core(const struct terms *terms, size_t at)
{
    enum { REACH = 24 }; /* terms; the longest expressions have half as many */
    size_t core = at;
    while (core < terms->n && !is_core(terms, core))
        core++;
    if (core == terms->n)
        return core;
    return core - at > REACH ? core - REACH : at;
}

void tf_times_find(const struct tf_token *tokens, size_t n, const struct tf_matches *matches,
                   struct tf_arena *arena, struct tf_time_expressions *out)
{
    enum { USUAL = 128 }; /* a sentence; only longer units need memory for their terms */
    struct term usual[USUAL], *room = usual;
    struct finder f = {.arena = arena, .out = out};
    if (!tf_terms_possible(tokens, n, matches))
        return;
    if (n > USUAL)
        room = TF_NEW_ARRAY(arena, struct term, n);
    if (!room)
        return;
    tf_terms_read(tokens, n, matches, room, &f.terms);
    for (size_t at = 0; (at = near_core(&f.terms, at)) < f.terms.n && !tf_arena_failed(arena);)
        at = step(&f, at);
}
