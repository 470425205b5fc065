/* SPDX-License-Identifier: MIT */
/*
 * times: every expression of a length of time, or of a number of sessions, in
 * the tokens of one unit (sentence, item or cell), with its bounds.
 *
 * Conventions: a month counts 30 days, a year 365. Vague words have fixed
 * bounds ("hours" 1 hour to 1 day, "a few" 2 to 4, "several" 3 to 7) and say
 * so in their precision. What an expression measures (onset, duration, ...) is
 * not decided here; what can be no time window at all carries a trap.
 */
#ifndef TF_EXTRACT_TIMES_H
#define TF_EXTRACT_TIMES_H

#include <treatfacts/facts.h>
#include <treatfacts/lexicon.h>

/* Why an expression is no time window, and the words for a reader. */
#define TF_TRAP_MAP(X)                                                                             \
    X(NONE, "")                                                                                    \
    X(AGE, "an age")                                                                               \
    X(HISTORY, "looks back")                                                                       \
    X(RATE, "how often, not how long")                                                             \
    X(CLOCK, "opening hours")                                                                      \
    X(DISTANCE, "how far apart, or by how much")

enum tf_trap {
#define X(name, words) TF_TRAP_##name,
    TF_TRAP_MAP(X)
#undef X
        TF_TRAP__MAX
};
extern const char *const tf_trap_words[TF_TRAP__MAX];

struct tf_time_expression {
    uint32_t first, end; /* tokens, half-open */
    struct tf_range at;  /* the exact words with their qualifier, without a leading for/over/take */
    enum tf_basis basis;
    double min_seconds, max_seconds; /* NAN: open, or the basis is sessions */
    struct tf_str min_iso, max_iso;  /* ISO 8601 in the unit as written; absent: open */
    int min_sessions, max_sessions;  /* -1: open, or the basis is time */
    enum tf_bound bound;
    enum tf_precision precision;
    enum tf_trap trap;
    bool listed; /* false: not even a length of time ("a 67-year-old man") */
};

struct tf_time_expressions {
    struct tf_time_expression *v;
    size_t n, cap;
};

/*
 * Appends the expressions in text order; they do not overlap. matches is what
 * tf_lexicon_match found in these tokens (other categories than TF_LEX_TIME
 * are passed over). Time is linear in the tokens; a unit without a time word
 * costs one pass over its matches.
 */
void tf_times_find(const struct tf_token *tokens, size_t n, const struct tf_matches *matches,
                   struct tf_arena *arena, struct tf_time_expressions *out);

#endif
