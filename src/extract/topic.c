/* SPDX-License-Identifier: MIT */
/* The topic of a claim: votes of cues, its own words first, then what
 * completes it, then the heading it stands under. */
#include "extract_internal.h"

/* Percent of a vote's weight, by where the cue stands. */
enum { OWN = 100, LABEL = 150, COLUMN = 220, ROW = 160, STEM = 80, HEADING = 45, SIDE = 50 };

struct tally {
    int votes[TF_TOPIC__MAX];
    const struct tf_lex_entry *best[TF_TOPIC__MAX]; /* weightiest cue, for the reason */
};

static void vote(struct tally *tally, const struct tf_reading *r, int percent)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_LEX_TOPIC, NULL, &from));) {
        int topic = tf_name_find(tf_topic_names, TF_TOPIC__MAX, match->entry->code);
        if (topic < 0)
            continue;
        int share = percent;
        if (percent == OWN && (r->clause[match->first] & (TF_CLAUSE_SIDE | TF_CLAUSE_PATIENT)))
            share = SIDE;
        if (percent == OWN && (r->clause[match->first] & TF_CLAUSE_LABEL))
            share = LABEL;
        tally->votes[topic] += match->entry->weight * share;
        if (!tally->best[topic] || match->entry->weight > tally->best[topic]->weight)
            tally->best[topic] = match->entry;
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
    vote_context(&tally, x, r->column_header, COLUMN);
    vote_context(&tally, x, r->row_header, ROW);
    if (r->stem != TF_NONE && x->units.v[r->stem].role != TF_ROLE_HEADING)
        vote_context(&tally, x, r->stem, STEM);
    vote_context(&tally, x, r->heading, HEADING);

    int best = TF_TOPIC_BACKGROUND;
    for (int i = 0; i < TF_TOPIC__MAX; i++)
        if (tally.votes[i] > tally.votes[best])
            best = i;
    const struct tf_lex_entry *cue = tally.best[best];
    *reason = cue ? tf_arena_printf(x->arena, "topic %s by %s:%u", tf_topic_names[best], cue->file,
                                    cue->line)
                  : TF_REASON("no cue of a topic");
    return (enum tf_topic)best;
}
