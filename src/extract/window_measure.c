/* SPDX-License-Identifier: MIT */
/*
 * What a length of time measures. Cues of lexicon/measures.tsv vote, the
 * nearer the louder; headers, stem and heading vote where they stand above.
 * The code "none" votes for a trap: an age, a price, opening hours.
 */
#include "windows.h"

#include <math.h>

/* How loud a question above speaks to the first unit of its answer, which may
 * give no more than the length: "About 20 minutes." */
enum { QUESTION_SCALE = 9, SURE = 4 };

enum {
    NEAR = 4,          /* tokens between a cue with near=yes and the expression */
    TRAP_REACH = 6,    /* a trap is one only beside the expression */
    CONTEXT = 10,      /* scale of a header's cue */
    HEADING_SCALE = 4, /* and of a heading's */
    ENOUGH = 10,       /* votes that make a measure */
    GRAMMAR = 100,     /* what the grammar of the clause says: more than words beside it */
    ACROSS = 4,        /* a cue of another clause is worth a fourth */
};

/* What a weight of 1 is worth by distance in tokens: the verb beside the
 * expression speaks louder than one at the other end of the sentence. */
static const struct {
    uint32_t within;
    int scale;
} reach[] = {{2, 14}, {5, 10}, {9, 6}, {14, 4}, {UINT32_MAX, 2}};

enum { NO_WINDOW = TF_NO_WINDOW, MEASURES };

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

/* "and wears off", "but lasts": another verb of the same subject. */
static bool joins_verb(const struct tf_reading *r, uint32_t i)
{
    return tf_token_has(r, i, TF_TAG_COORDINATOR) && i + 1 < r->n &&
           (tf_token_has(r, i + 1, TF_TAG_VERB) || tf_token_has(r, i + 1, TF_TAG_LASTS) ||
            tf_token_has(r, i + 1, TF_TAG_BEGINS) || tf_token_has(r, i + 1, TF_TAG_ENDS));
}

static bool is_clause_break(const struct tf_reading *r, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && i < r->n; i++)
        if (tf_token_is(&r->tokens[i], ";") || tf_token_is(&r->tokens[i], "\xe2\x80\x94") ||
            joins_verb(r, i))
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
    for (size_t from = 0; (cue = tf_match_next(r, TF_TAG_MEASURE, &from));) {
        int measure = cue->entry->value;
        bool before;
        uint32_t distance = distance_of(cue, t, &before);
        struct tf_str side = tf_lex_attribute(cue->entry, "side");
        struct tf_str nearness = tf_lex_attribute(cue->entry, "near");
        bool near = tf_str_is(nearness, "yes"), beside = tf_str_is(nearness, "beside");
        bool inside = cue->first >= t->first && cue->end <= t->end;
        if (measure < 0 || inside || (near && distance > NEAR) || (beside && distance > 0) ||
            (tf_str_is(side, "before") && !before) || (tf_str_is(side, "after") && before) ||
            (measure == NO_WINDOW && distance > TRAP_REACH))
            continue;
        int vote = cue->entry->weight * scale_at(distance);
        /* what touches the expression speaks of it, whatever clause it opens */
        bool across = distance > 0 && beyond_break(r, cue, t);
        cast(ballot, measure, cue->entry, across ? vote / ACROSS : vote);
    }
}

/* The grammar of the clause speaks louder than any word beside it. */
static void vote_frame(struct ballot *ballot, const struct tf_reading *r,
                       const struct tf_time_expression *t)
{
    const struct tf_lex_entry *cue = NULL;
    int measure = tf_window_frame(r, t, &cue);
    if (measure != TF_FRAME_OPEN)
        cast(ballot, measure, cue, GRAMMAR);
}

static void vote_context(struct ballot *ballot, const struct tf_extractor *x, uint32_t index,
                         int scale)
{
    if (index == TF_NONE)
        return;
    const struct tf_match *cue;
    const struct tf_reading *r = &x->units.v[index];
    for (size_t from = 0; (cue = tf_match_next(r, TF_TAG_MEASURE, &from));) {
        int measure = cue->entry->value;
        bool local = tf_lex_attribute(cue->entry, "near").data;
        if (local || (scale == QUESTION_SCALE && cue->entry->weight < SURE))
            continue; /* "May I take it with ...?" */
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

/* "after two sessions", "within two weeks": a point that is reached. */
bool tf_is_reached(const struct tf_reading *r, const struct tf_time_expression *t)
{
    static const char *const words[] = {"after", "by", "following", "not", "until", "within"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tf_token_is(&r->tokens[t->first], words[i]))
            return true;
    return false;
}

/* A number of sessions tells how soon or how many; no session lasts sessions. */
static void weigh_sessions(struct ballot *ballot, const struct tf_reading *r,
                           const struct tf_time_expression *t)
{
    ballot->votes[TF_MEASURE_SESSION] = 0;
    ballot->votes[TF_MEASURE_OBSERVATION] = 0;
    ballot->votes[TF_MEASURE_DURATION] /= ACROSS;
    bool goal = t->end < r->n && (tf_token_is(&r->tokens[t->end], "before") ||
                                  tf_token_is(&r->tokens[t->end], "until"));
    ballot->votes[goal || tf_is_reached(r, t) ? TF_MEASURE_ONSET : TF_MEASURE_COURSE] += 3 * ENOUGH;
}

static void move_votes(struct ballot *ballot, enum tf_measure from, enum tf_measure to)
{
    ballot->votes[to] += ballot->votes[from];
    ballot->votes[from] = 0;
}

/* "take sertraline (for six months)": is the treatment right before this token
 * what someone takes or stays on? */
static bool is_taken(const struct tf_reading *r, uint32_t end)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_TREATMENT, &from));)
        if (match->end == end) {
            uint32_t i = match->first;
            if (i > 0 &&
                (tf_token_is(&r->tokens[i - 1], "a") || tf_token_is(&r->tokens[i - 1], "an")))
                i--;
            return i > 0 &&
                   (tf_token_has(r, i - 1, TF_TAG_TAKES) || tf_token_is(&r->tokens[i - 1], "on"));
        }
    return false;
}

/* "improved for two weeks": what goes on for a time is no onset, and what is taken
 * for a time is a course. */
static void weigh_for(struct ballot *ballot, const struct tf_reading *r,
                      const struct tf_time_expression *t)
{
    enum { REACH = 5 };
    if (t->first == 0 || !tf_token_is(&r->tokens[t->first - 1], "for"))
        return;
    for (uint32_t i = t->first - 1; i > 0 && i + REACH > t->first; i--)
        if (tf_token_has(r, i - 1, TF_TAG_NEGATION))
            return; /* "is not felt for two weeks" */
    move_votes(ballot, TF_MEASURE_ONSET, TF_MEASURE_DURATION);
    if (is_taken(r, t->first - 1))
        ballot->votes[TF_MEASURE_COURSE] += GRAMMAR;
}

/* "drips into a vein over 30 minutes": what is done over minutes is a session,
 * unless something else says more. */
static void weigh_over(struct ballot *ballot, const struct tf_reading *r,
                       const struct tf_time_expression *t)
{
    enum { HALF_DAY = 12 * 3600 };
    bool over = t->first > 0 && tf_token_is(&r->tokens[t->first - 1], "over");
    if (over && t->max_seconds <= HALF_DAY)
        ballot->votes[TF_MEASURE_SESSION] += 3 * ENOUGH;
}

/* What lasts days is no single session but a course, what lasts minutes no
 * course but a session. */
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
}

static int elect(const struct ballot *ballot)
{
    int best = 0;
    for (int i = 1; i < MEASURES; i++)
        if (ballot->votes[i] > ballot->votes[best])
            best = i;
    return ballot->votes[best] >= ENOUGH ? best : NO_WINDOW;
}

int tf_window_measure(const struct tf_extractor *x, const struct tf_reading *r,
                      const struct tf_time_expression *t, struct tf_str *reason)
{
    struct ballot ballot = {0};
    vote_near(&ballot, r, t);
    vote_frame(&ballot, r, t);
    vote_context(&ballot, x, r->column_header, CONTEXT);
    vote_context(&ballot, x, r->row_header, CONTEXT);
    vote_context(&ballot, x, r->stem, CONTEXT);
    vote_context(&ballot, x, r->heading, tf_answers_at_once(x, r) ? QUESTION_SCALE : HEADING_SCALE);
    vote_topic(&ballot, x->facts->claims.v[r->claim].topic);
    weigh_for(&ballot, r, t);
    weigh_over(&ballot, r, t);
    if (t->basis == TF_BASIS_SESSIONS)
        weigh_sessions(&ballot, r, t);
    else
        weigh_length(&ballot, t);
    int measure = elect(&ballot);
    const struct tf_lex_entry *cue = ballot.cue[measure];
    if (cue)
        *reason = cue->cite;
    else
        *reason = tf_str_of(measure == NO_WINDOW ? "nothing says what it measures"
                                                 : tf_measure_names[measure]);
    return measure;
}
