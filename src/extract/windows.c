/* SPDX-License-Identifier: MIT */
/*
 * Time windows: which expressions of time say how soon, how long, and of what.
 * The measure is voted by cues near the expression (lexicon/measures.tsv), then
 * by headers, stem and heading; the treatment is the nearest subject before it.
 */
#include "extract_internal.h"

#include <math.h>

enum {
    NEAR = 2,          /* tokens between a cue with near=yes and the expression */
    TRAP_REACH = 6,    /* a trap is one only beside the expression */
    CONTEXT = 10,      /* scale of a header's cue */
    HEADING_SCALE = 4, /* and of a heading's */
    ENOUGH = 10,       /* votes that make a measure */
    ACROSS = 4,        /* a cue of another clause is worth a fourth */
};

/* What a weight of 1 is worth by distance in tokens: the verb beside the
 * expression speaks louder than one at the other end of the sentence. */
static const struct {
    uint32_t within;
    int scale;
} reach[] = {{2, 14}, {5, 10}, {9, 6}, {14, 4}, {UINT32_MAX, 2}};

enum { NO_WINDOW = TF_MEASURE__MAX, MEASURES };

struct ballot {
    int votes[MEASURES];
    const struct tf_lex_entry *cue[MEASURES]; /* the one that spoke loudest, for the reason */
    int loudest[MEASURES];
};

static void cast(struct ballot *ballot, int measure, const struct tf_lex_entry *cue, int vote)
{
    ballot->votes[measure] += vote;
    if (vote > ballot->loudest[measure]) {
        ballot->loudest[measure] = vote;
        ballot->cue[measure] = cue;
    }
}

static int measure_of(const struct tf_lex_entry *entry)
{
    if (tf_str_is(entry->code, "none"))
        return NO_WINDOW;
    return tf_name_find(tf_measure_names, TF_MEASURE__MAX, entry->code);
}

static int scale_at(uint32_t distance)
{
    size_t i = 0;
    while (distance > reach[i].within)
        i++;
    return reach[i].scale;
}

/* Distance in tokens, 0 where they touch or overlap; *before: the cue stands
 * before the expression. */
static uint32_t distance_of(const struct tf_match *cue, const struct tf_time_expression *t,
                            bool *before)
{
    *before = cue->first < t->first;
    if (cue->end <= t->first)
        return t->first - cue->end;
    return cue->first >= t->end ? cue->first - t->end : 0;
}

static bool is_clause_break(const struct tf_reading *r, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && i < r->n; i++)
        if (tf_token_is(&r->tokens[i], ";") || tf_token_is(&r->tokens[i], "\xe2\x80\x94"))
            return true;
    return false;
}

static bool beyond_break(const struct tf_reading *r, const struct tf_match *cue,
                         const struct tf_time_expression *t)
{
    bool sides = (r->clause[cue->first] & TF_CLAUSE_SIDE) != (r->clause[t->first] & TF_CLAUSE_SIDE);
    return sides || (cue->end <= t->first ? is_clause_break(r, cue->end, t->first)
                                          : is_clause_break(r, t->end, cue->first));
}

static void vote_near(struct ballot *ballot, const struct tf_reading *r,
                      const struct tf_time_expression *t)
{
    const struct tf_match *cue;
    for (size_t from = 0; (cue = tf_match_next(r, TF_LEX_MEASURE, NULL, &from));) {
        int measure = measure_of(cue->entry);
        bool before;
        uint32_t distance = distance_of(cue, t, &before);
        struct tf_str side = tf_lex_attribute(cue->entry, "side");
        bool near = tf_str_is(tf_lex_attribute(cue->entry, "near"), "yes");
        bool inside = cue->first >= t->first && cue->end <= t->end;
        if (measure < 0 || inside || (near && distance > NEAR) ||
            (tf_str_is(side, "before") && !before) || (tf_str_is(side, "after") && before) ||
            (measure == NO_WINDOW && distance > TRAP_REACH))
            continue;
        int vote = cue->entry->weight * scale_at(distance);
        cast(ballot, measure, cue->entry, beyond_break(r, cue, t) ? vote / ACROSS : vote);
    }
}

static void vote_context(struct ballot *ballot, const struct tf_extractor *x, uint32_t index,
                         int scale)
{
    if (index == TF_NONE)
        return;
    const struct tf_match *cue;
    const struct tf_reading *r = &x->units.v[index];
    for (size_t from = 0; (cue = tf_match_next(r, TF_LEX_MEASURE, NULL, &from));) {
        int measure = measure_of(cue->entry);
        if (measure >= 0 && measure != NO_WINDOW)
            cast(ballot, measure, cue->entry, cue->entry->weight * scale);
    }
}

/* What the claim is about hints at the measure where no cue is near. */
static void vote_topic(struct ballot *ballot, enum tf_topic topic)
{
    static const struct {
        enum tf_topic topic;
        int measure;
    } hints[] = {{TF_TOPIC_ONSET, TF_MEASURE_ONSET},
                 {TF_TOPIC_DURATION, TF_MEASURE_DURATION},
                 {TF_TOPIC_REGIMEN, TF_MEASURE_COURSE}};
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (hints[i].topic == topic)
            ballot->votes[hints[i].measure] += ENOUGH;
}

/* A number of sessions tells how soon or how many; no session lasts sessions. */
static void weigh_sessions(struct ballot *ballot, const struct tf_reading *r,
                           const struct tf_time_expression *t)
{
    ballot->votes[TF_MEASURE_SESSION] = 0;
    ballot->votes[TF_MEASURE_OBSERVATION] = 0;
    ballot->votes[TF_MEASURE_DURATION] /= ACROSS;
    bool reached = tf_token_is(&r->tokens[t->first], "after") ||
                   tf_token_is(&r->tokens[t->first], "by") ||
                   tf_token_is(&r->tokens[t->first], "following");
    ballot->votes[reached ? TF_MEASURE_ONSET : TF_MEASURE_COURSE] += 3 * ENOUGH;
}

static void move_votes(struct ballot *ballot, enum tf_measure from, enum tf_measure to)
{
    ballot->votes[to] += ballot->votes[from];
    ballot->votes[from] = 0;
}

/* What lasts days is no single session but a course, what lasts minutes no
 * course but a session; nobody is watched for weeks. */
static void weigh_length(struct ballot *ballot, const struct tf_time_expression *t)
{
    enum { HOUR = 3600, DAY = 24 * HOUR };
    double length = isnan(t->max_seconds) ? t->min_seconds : t->max_seconds;
    if (isnan(length))
        return;
    if (length > DAY)
        move_votes(ballot, TF_MEASURE_SESSION, TF_MEASURE_COURSE);
    if (length < 12 * HOUR)
        move_votes(ballot, TF_MEASURE_COURSE, TF_MEASURE_SESSION);
    if (length > 14.0 * DAY)
        move_votes(ballot, TF_MEASURE_OBSERVATION, TF_MEASURE_COURSE);
}

static int elect(const struct ballot *ballot)
{
    int best = 0;
    for (int i = 1; i < MEASURES; i++)
        if (ballot->votes[i] > ballot->votes[best])
            best = i;
    return ballot->votes[best] >= ENOUGH ? best : NO_WINDOW;
}

/* "rather than weeks": the comparator is denied, not stated; nor is anything
 * said by "not immediate" or "not overnight". */
static bool is_denied(const struct tf_reading *r, const struct tf_time_expression *t)
{
    bool word = t->precision == TF_PRECISION_VAGUE && isnan(t->min_seconds);
    for (uint32_t i = t->first; i > 0 && i + 2 > t->first; i--)
        if (tf_token_has(r, i - 1, TF_LEX_NEGATION, "contrast") ||
            (word && tf_token_has(r, i - 1, TF_LEX_NEGATION, "negation")))
            return true;
    return false;
}

/* "2 in 100,000 treatments" counts cases, not sessions. */
static bool is_rate_base(const struct tf_time_expression *t)
{
    enum { MOST_SESSIONS = 300 };
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

static int find_measure(const struct tf_extractor *x, const struct tf_reading *r,
                        const struct tf_time_expression *t, struct tf_str *reason)
{
    struct ballot ballot = {0};
    vote_near(&ballot, r, t);
    vote_context(&ballot, x, r->column_header, CONTEXT);
    vote_context(&ballot, x, r->row_header, CONTEXT);
    vote_context(&ballot, x, r->stem, CONTEXT);
    vote_context(&ballot, x, r->heading, HEADING_SCALE);
    vote_topic(&ballot, x->facts->claims.v[r->claim].topic);
    if (t->basis == TF_BASIS_SESSIONS)
        weigh_sessions(&ballot, r, t);
    else
        weigh_length(&ballot, t);
    int measure = elect(&ballot);
    const struct tf_lex_entry *cue = ballot.cue[measure];
    const char *name =
        measure == NO_WINDOW ? "nothing says what it measures" : tf_measure_names[measure];
    *reason = cue ? tf_arena_printf(x->arena, "%s by %s:%u", measure == NO_WINDOW ? "a trap" : name,
                                    cue->file, cue->line)
                  : tf_str_of(name);
    return measure;
}

/* --- Whose window -------------------------------------------------------- */

static bool is_named(const struct tf_match *match)
{
    return match->entry->category == TF_LEX_TREATMENT && !tf_str_is(match->entry->code, "-");
}

/* "X is an antidepressant": what X is, not another treatment. */
static bool is_predicate(const struct tf_reading *r, const struct tf_match *match)
{
    if (match->first < 2)
        return false;
    const struct tf_token *article = &r->tokens[match->first - 1];
    return (tf_token_is(article, "a") || tf_token_is(article, "an")) &&
           tf_token_has(r, match->first - 2, TF_LEX_GRAMMAR, "copula");
}

/* Named only to compare with: "well before X", "faster than X". */
static bool is_compared(const struct tf_reading *r, const struct tf_match *match)
{
    enum { REACH = 4 };
    for (uint32_t i = match->first; i > 0 && i + REACH > match->first; i--)
        if (tf_token_has(r, i - 1, TF_LEX_GRAMMAR, "comparator") ||
            tf_token_is(&r->tokens[i - 1], "before") || tf_token_is(&r->tokens[i - 1], "than"))
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
        if (r->tokens[i].kind != TF_TOKEN_MARK &&
            !tf_token_has(r, i, TF_LEX_GRAMMAR, "coordinator") &&
            !tf_token_has(r, i, TF_LEX_GRAMMAR, "example"))
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

static struct tf_strs window_treatments(struct tf_extractor *x, const struct tf_reading *r,
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

static struct tf_str window_route(const struct tf_extractor *x, const struct tf_reading *r,
                                  int measure)
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

static struct tf_str window_condition(const struct tf_extractor *x, const struct tf_reading *r)
{
    struct tf_str condition = condition_of(r);
    const uint32_t context[] = {r->column_header, r->row_header, r->stem, r->heading};
    for (size_t i = 0; i < sizeof context / sizeof *context && !condition.data; i++)
        if (context[i] != TF_NONE)
            condition = condition_of(&x->units.v[context[i]]);
    return condition;
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
                            .treatments = window_treatments(x, r, t),
                            .route = window_route(x, r, (int)measure),
                            .condition = window_condition(x, r),
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
    if (is_rate_base(t)) {
        add_time(x, t, false, TF_REASON("what cases are counted in"));
        return;
    }
    if (is_anchor(r, t)) {
        add_time(x, t, false, TF_REASON("where another length is counted from"));
        return;
    }
    struct tf_str reason;
    int measure = find_measure(x, r, t, &reason);
    add_time(x, t, measure != NO_WINDOW, reason);
    if (measure == NO_WINDOW)
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
