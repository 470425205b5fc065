/* SPDX-License-Identifier: MIT */
/*
 * What a length of time measures by the grammar of its clause: the verb that
 * governs it and that verb's subject (lexicon/frames.tsv).
 */
#include "windows.h"

#include <math.h>

enum { VERB_REACH = 5, SUBJECT_REACH = 14 };

static bool is_boundary(const struct tf_reading *r, uint32_t i)
{
    const struct tf_token *token = &r->tokens[i];
    if (token->kind == TF_TOKEN_MARK)
        return !tf_token_is(token, "(") && !tf_token_is(token, ")") && !tf_token_is(token, "'");
    return tf_token_is(token, "and") || tf_token_is(token, "but") || tf_token_is(token, "while") ||
           tf_token_is(token, "whereas");
}

static bool is_frame_verb(const struct tf_reading *r, uint32_t i)
{
    return tf_token_has(r, i, TF_TAG_TAKES) || tf_token_has(r, i, TF_TAG_LASTS) ||
           tf_token_has(r, i, TF_TAG_BEGINS) || tf_token_has(r, i, TF_TAG_ENDS);
}

/* The verb that governs the expression: before it, with only adverbs and
 * prepositions between. TF_NONE where there is none. */
static uint32_t governing_verb(const struct tf_reading *r, const struct tf_time_expression *t)
{
    for (uint32_t i = t->first; i > 0 && i + VERB_REACH > t->first; i--) {
        if (is_frame_verb(r, i - 1))
            return i - 1;
        if (is_boundary(r, i - 1) || tf_token_has(r, i - 1, TF_TAG_VERB) ||
            tf_token_has(r, i - 1, TF_TAG_COPULA))
            return TF_NONE;
    }
    return TF_NONE;
}

static bool is_frame_noun(const struct tf_reading *r, uint32_t i)
{
    return tf_token_has(r, i, TF_TAG_EVENT) || tf_token_has(r, i, TF_TAG_EFFECT) ||
           tf_token_has(r, i, TF_TAG_COURSE) || tf_token_has(r, i, TF_TAG_UNWANTED) ||
           tf_token_has(r, i, TF_TAG_ILLNESS);
}

/* The head noun among the words from `start` to the verb: the last before a
 * preposition ("the EFFECT of a session"). */
static uint32_t head_noun(const struct tf_reading *r, uint32_t start, uint32_t verb)
{
    uint32_t head = TF_NONE;
    for (uint32_t i = start; i < verb; i++) {
        if (is_frame_noun(r, i))
            head = i;
        else if (head != TF_NONE && tf_token_has(r, i, TF_TAG_PREPOSITION))
            break;
    }
    return head;
}

static uint32_t clause_start(const struct tf_reading *r, uint32_t verb)
{
    uint32_t start = verb;
    while (start > 0 && verb - start < SUBJECT_REACH && !is_boundary(r, start - 1))
        start--;
    return start;
}

static bool only_adverbs(const struct tf_reading *r, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        struct tf_str fold = r->tokens[i].fold;
        bool adverb = fold.size > 3 && memcmp(fold.data + fold.size - 2, "ly", 2) == 0;
        if (!adverb && !tf_token_has(r, i, TF_TAG_FREQUENCY) &&
            !tf_token_has(r, i, TF_TAG_CONNECTIVE) && !tf_token_has(r, i, TF_TAG_AUXILIARY) &&
            !tf_token_is(&r->tokens[i], "then"))
            return false;
    }
    return true;
}

/* The verb's subject; a verb that follows its coordinator at once shares the
 * subject of the one before ("begins within hours and lasts for days"). */
static uint32_t subject_of(const struct tf_reading *r, uint32_t verb)
{
    enum { SHARED = 2 };
    for (int clauses = 0; clauses <= SHARED; clauses++) {
        uint32_t start = clause_start(r, verb), head = head_noun(r, start, verb);
        if (head != TF_NONE)
            return head;
        if (start == 0 || !only_adverbs(r, start, verb))
            return TF_NONE;
        verb = start - 1;
        while (verb > 0 && is_boundary(r, verb))
            verb--;
        verb++;
    }
    return TF_NONE;
}

/* "takes two weeks to work", "takes an hour before it is felt" */
static bool has_goal(const struct tf_reading *r, const struct tf_time_expression *t)
{
    return t->end < r->n &&
           (tf_token_is(&r->tokens[t->end], "to") || tf_token_is(&r->tokens[t->end], "before") ||
            tf_token_is(&r->tokens[t->end], "until") || tf_token_is(&r->tokens[t->end], "for"));
}

/* What subject and verb measure together; TF_FRAME_OPEN where they leave it open. */
static int measure_of(const struct tf_reading *r, uint32_t subject, uint32_t verb,
                                  bool goal)
{
    static const struct {
        enum tf_tag subject, verb;
        int measure;
    } frames[] = {
        {TF_TAG_EVENT, TF_TAG_TAKES, TF_MEASURE_SESSION},
        {TF_TAG_EVENT, TF_TAG_LASTS, TF_MEASURE_SESSION},
        {TF_TAG_UNWANTED, TF_TAG_LASTS, TF_MEASURE_DURATION},
        {TF_TAG_UNWANTED, TF_TAG_ENDS, TF_MEASURE_DURATION},
        {TF_TAG_EFFECT, TF_TAG_LASTS, TF_MEASURE_DURATION},
        {TF_TAG_EFFECT, TF_TAG_BEGINS, TF_MEASURE_ONSET},
        {TF_TAG_EFFECT, TF_TAG_ENDS, TF_MEASURE_DURATION},
        {TF_TAG_ILLNESS, TF_TAG_LASTS, TF_MEASURE_TRAP},
        {TF_TAG_COURSE, TF_TAG_TAKES, TF_MEASURE_COURSE},
        {TF_TAG_COURSE, TF_TAG_LASTS, TF_MEASURE_COURSE},
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        bool takes = frames[i].verb == TF_TAG_TAKES && frames[i].subject != TF_TAG_EFFECT;
        if (tf_token_has(r, subject, frames[i].subject) && tf_token_has(r, verb, frames[i].verb))
            return takes && goal ? TF_FRAME_OPEN : frames[i].measure;
    }
    return TF_FRAME_OPEN;
}

int tf_window_frame(const struct tf_reading *r, const struct tf_time_expression *t,
                                const struct tf_lex_entry **cue)
{
    uint32_t verb = tf_has(r, TF_TAG_FRAME) ? governing_verb(r, t) : TF_NONE;
    uint32_t subject = verb == TF_NONE ? TF_NONE : subject_of(r, verb);
    if (subject == TF_NONE)
        return TF_FRAME_OPEN;
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_FRAME, &from));)
        if (match->first <= subject && subject < match->end)
            *cue = match->entry;
    return measure_of(r, subject, verb, has_goal(r, t));
}
