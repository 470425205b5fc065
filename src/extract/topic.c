/* SPDX-License-Identifier: MIT */
/* The topic of a claim: votes of cues, its own words first, then what
 * completes it, then the heading it stands under. */
#include "extract_internal.h"

/* Percent of a vote's weight, by where the cue stands. */
enum { OWN = 100, LABEL = 150, COLUMN = 220, ROW = 160, STEM = 150, HEADING = 40, SIDE = 25 };

/* And by what stands in the subject, before the main verb: "Rapid relief gives
 * hope" takes the speed for granted, "Dependence can build up" is about the risk. */
enum { GIVEN = 50, ABOUT = 150 };

struct tally {
    int votes[TF_TOPIC__MAX];
    const struct tf_lex_entry *best[TF_TOPIC__MAX]; /* weightiest cue, for the reason */
};

/* The first verb of the main clause, behind at least one word; n if it has none. */
static uint32_t main_verb(const struct tf_reading *r)
{
    for (uint32_t i = 1; i < r->n; i++)
        if (!(r->clause[i] & (TF_CLAUSE_SIDE | TF_CLAUSE_LABEL | TF_CLAUSE_PATIENT)) &&
            (tf_token_has(r, i, TF_TAG_VERB) || tf_token_has(r, i, TF_TAG_COPULA)))
            return i;
    return r->n;
}

static int share_of_subject(int topic)
{
    return topic == TF_TOPIC_ONSET ? GIVEN : topic == TF_TOPIC_SAFETY ? ABOUT : 100;
}

/* "CGRP" in "CGRP antibodies": a word of a treatment's name says nothing of its own. */
static bool is_in_name(const struct tf_reading *r, const struct tf_match *cue)
{
    const struct tf_match *name;
    if (!tf_token_has(r, cue->first, TF_TAG_TREATMENT))
        return false;
    for (size_t from = 0; (name = tf_match_next(r, TF_TAG_TREATMENT, &from));)
        if (name->first <= cue->first && cue->end < name->end)
            return true;
    return false;
}

static void vote(struct tally *tally, const struct tf_reading *r, int percent)
{
    uint32_t verb = percent == OWN ? main_verb(r) : r->n;
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_TOPIC, &from));) {
        int topic = match->entry->value;
        if (topic < 0 || is_in_name(r, match))
            continue;
        int share = percent;
        if (r->clause[match->first] & (TF_CLAUSE_SIDE | TF_CLAUSE_PATIENT))
            share = percent * SIDE / 100;
        else if (percent == OWN && (r->clause[match->first] & TF_CLAUSE_LABEL))
            share = LABEL;
        else if (verb < r->n && match->end <= verb)
            share = percent * share_of_subject(topic) / 100;
        tally->votes[topic] += match->entry->weight * share;
        if (!tally->best[topic] || match->entry->weight > tally->best[topic]->weight)
            tally->best[topic] = match->entry;
    }
}

/* What a measure is about. Observation is safety only by its own cues. */
static int topic_of_measure(int measure)
{
    static const struct {
        int measure;
        enum tf_topic topic;
    } means[] = {{TF_MEASURE_ONSET, TF_TOPIC_ONSET},
                 {TF_MEASURE_DURATION, TF_TOPIC_DURATION},
                 {TF_MEASURE_SESSION, TF_TOPIC_DURATION},
                 {TF_MEASURE_COURSE, TF_TOPIC_REGIMEN}};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        if (measure == means[i].measure)
            return (int)means[i].topic;
    return -1;
}

/* A length of time in the claim's own words votes for what it measures, by the
 * cues next to it; a number of sessions for the regimen. */
static void vote_times(struct tally *tally, const struct tf_reading *r)
{
    enum { NEAR = 6, WEIGHT = 3 };
    if (tf_has(r, TF_TAG_SIDE_EFFECT))
        return; /* how long a side effect lasts is a matter of safety */
    for (size_t k = 0; k < r->times.n; k++) {
        const struct tf_time_expression *t = &r->times.v[k];
        if (t->trap != TF_TRAP_NONE)
            continue;
        if (t->basis == TF_BASIS_SESSIONS && !tf_is_reached(r, t)) {
            tally->votes[TF_TOPIC_REGIMEN] += WEIGHT * OWN;
            continue;
        }
        const struct tf_match *cue;
        for (size_t from = 0; (cue = tf_match_next(r, TF_TAG_MEASURE, &from));) {
            int topic = topic_of_measure(cue->entry->value);
            if (topic >= 0 && cue->end + NEAR > t->first && cue->first < t->end + NEAR)
                tally->votes[topic] += WEIGHT * OWN;
        }
    }
}

/* A length under a header that says what it measures: "Length of visit: 20
 * minutes". */
static void vote_measured(struct tally *tally, const struct tf_extractor *x,
                          const struct tf_reading *r, uint32_t index)
{
    enum { SURE = 4, WEIGHT = 3 };
    if (index == TF_NONE || r->times.n == 0)
        return;
    const struct tf_reading *header = &x->units.v[index];
    const struct tf_match *cue;
    for (size_t from = 0; (cue = tf_match_next(header, TF_TAG_MEASURE, &from));) {
        int topic = topic_of_measure(cue->entry->value);
        if (topic >= 0 && cue->entry->weight >= SURE)
            tally->votes[topic] += WEIGHT * OWN;
    }
}

static void vote_context(struct tally *tally, const struct tf_extractor *x, uint32_t index,
                         int percent)
{
    if (index != TF_NONE)
        vote(tally, &x->units.v[index], percent);
}

enum tf_topic tf_find_topic(const struct tf_extractor *x, const struct tf_reading *r,
                            struct tf_str *reason)
{
    struct tally tally = {0};
    vote(&tally, r, OWN);
    vote_times(&tally, r);
    vote_context(&tally, x, r->column_header, COLUMN);
    vote_context(&tally, x, r->row_header, ROW);
    vote_measured(&tally, x, r, r->column_header);
    vote_measured(&tally, x, r, r->stem);
    if (tf_answers_at_once(x, r))
        vote_measured(&tally, x, r, r->heading);
    if (r->stem != TF_NONE && x->units.v[r->stem].role != TF_ROLE_HEADING)
        vote_context(&tally, x, r->stem, STEM);
    vote_context(&tally, x, r->heading, HEADING);

    int best = TF_TOPIC_BACKGROUND;
    for (int i = 0; i < TF_TOPIC__MAX; i++)
        if (tally.votes[i] > tally.votes[best])
            best = i;
    const struct tf_lex_entry *cue = tally.best[best];
    *reason = cue ? cue->cite : TF_REASON("no cue of a topic");
    return (enum tf_topic)best;
}
