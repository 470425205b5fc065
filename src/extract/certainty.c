/* SPDX-License-Identifier: MIT */
/* Certainty and polarity: of the main assertion only. */
#include "extract_internal.h"

/* Words of side clauses, labels and descriptions of patients say nothing about
 * the main assertion. */
static bool is_main(const struct tf_reading *r, const struct tf_match *match)
{
    return !(r->clause[match->first] & (TF_CLAUSE_SIDE | TF_CLAUSE_PATIENT | TF_CLAUSE_LABEL));
}

/* "show promise", "promising": inside the words that say treatments failed. */
static bool in_description(const struct tf_reading *r, const struct tf_match *match)
{
    return tf_token_has(r, match->first, TF_TAG_TREATMENT_RESISTANT);
}

enum tf_certainty tf_find_certainty(const struct tf_extractor *x, const struct tf_reading *r,
                                    struct tf_strs *hedges)
{
    enum { COUNTS = 3 };
    enum tf_certainty certainty = TF_CERTAINTY_ASSERTED;
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_HEDGE, &from));) {
        if (tf_is_lookalike(match) || match->entry->weight < COUNTS || !is_main(r, match) ||
            in_description(r, match))
            continue;
        struct tf_range at = {r->tokens[match->first].at.start, r->tokens[match->end - 1].at.end};
        struct tf_str words = tf_text_slice(x->text, at);
        char *lower = tf_arena_alloc(x->arena, words.size + 1);
        for (size_t i = 0; lower && i < words.size; i++)
            lower[i] = words.data[i] >= 'A' && words.data[i] <= 'Z' ? (char)(words.data[i] | 0x20)
                                                                    : words.data[i];
        if (lower)
            tf_strs_add(x->arena, hedges, (struct tf_str){lower, words.size});
        certainty = TF_CERTAINTY_HEDGED;
    }
    return certainty;
}

/* "without relief", "no side effects" deny a phrase. They deny the whole at the
 * start ("No evidence shows ...") and behind the verb ("there is no ...", "found
 * no ..."). */
static bool denies_main(const struct tf_reading *r, const struct tf_match *match)
{
    if (!tf_str_is(tf_lex_attribute(match->entry, "scope"), "phrase"))
        return true;
    if (tf_token_is(&r->tokens[match->first], "without"))
        return false;
    return match->first == 0 || tf_token_has(r, match->first - 1, TF_TAG_COPULA) ||
           tf_token_has(r, match->first - 1, TF_TAG_REPORTING);
}

enum tf_polarity tf_find_polarity(const struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_NEGATION_ANY, &from));) {
        struct tf_str code = match->entry->code;
        bool prohibits = tf_str_is(code, "prohibition") && is_main(r, match);
        if (prohibits || tf_str_is(code, "myth"))
            return TF_POLARITY_NEGATED;
        if (tf_str_is(code, "negation") && is_main(r, match) && !in_description(r, match) &&
            denies_main(r, match))
            return TF_POLARITY_NEGATED;
    }
    return TF_POLARITY_AFFIRMED;
}
