/* SPDX-License-Identifier: MIT */
/* What stands around a length: "within about", "no sooner than", "or longer". */
#include "times_internal.h"

enum { PREFIX_TERMS = 6, SUFFIX_TERMS = 2 };

enum tf_bound tf_term_bound(const struct term *term)
{
    struct tf_str word = term->entry ? tf_lex_attribute(term->entry, "bound") : TF_STR_NULL;
    int bound = word.data ? tf_name_find(tf_bound_names, TF_BOUND__MAX, word) : -1;
    return bound < 0 ? TF_BOUND_POINT : (enum tf_bound)bound;
}

enum tf_trap tf_term_trap(const struct term *term)
{
    static const struct {
        const char *word;
        enum tf_trap trap;
    } traps[] = {{"age", TF_TRAP_AGE},
                 {"history", TF_TRAP_HISTORY},
                 {"rate", TF_TRAP_RATE},
                 {"clock", TF_TRAP_CLOCK},
                 {"distance", TF_TRAP_DISTANCE}};
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        if (tf_term_has(term, "trap", traps[i].word))
            return traps[i].trap;
    return TF_TRAP_NONE;
}

/* --- Before -------------------------------------------------------------- */

static bool read_sign(const struct terms *terms, size_t at, struct qualifier *q)
{
    static const struct {
        const char *sign;
        enum tf_bound bound;
        bool approximate;
    } signs[] = {
        {"~", TF_BOUND_POINT, true},
        {"\xe2\x88\xbc", TF_BOUND_POINT, true}, /* U+223C tilde operator */
        {"\xe2\x89\x88", TF_BOUND_POINT, true}, /* almost equal to */
        {"<", TF_BOUND_AT_MOST, false},
        {">", TF_BOUND_AT_LEAST, false},
        {"\xe2\x89\xa4", TF_BOUND_AT_MOST, false},
        {"\xe2\x89\xa5", TF_BOUND_AT_LEAST, false},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (tf_term_mark(terms, at, signs[i].sign)) {
            q->approximate = q->approximate || signs[i].approximate;
            if (signs[i].bound != TF_BOUND_POINT)
                q->bound = signs[i].bound;
            return true;
        }
    return false;
}

/* The innermost bound counts: "within as little as two hours" is a lower one. */
static void add_qualifier(const struct term *term, struct qualifier *q)
{
    enum tf_bound bound = tf_term_bound(term);
    if (bound != TF_BOUND_POINT)
        q->bound = bound;
    q->approximate = q->approximate || tf_term_has(term, "approximate", "yes");
    q->between = q->between || tf_term_has(term, "between", "yes");
    q->needs_range = q->needs_range || tf_term_has(term, "needs", "range");
    q->names_one = false;
    if (q->trap == TF_TRAP_NONE)
        q->trap = tf_term_trap(term);
}

static void add_adjective(const struct term *term, struct qualifier *q)
{
    if (q->trap == TF_TRAP_NONE)
        q->trap = tf_term_trap(term);
    q->names_one = true;
}

/* "the first 24 hours": an ordinal before a number only points. */
static bool is_pointing(const struct terms *terms, size_t at)
{
    enum term_kind next = tf_term(terms, at + 1)->kind;
    return tf_term(terms, at)->kind == TERM_ORDINAL && (next == TERM_NUMBER || next == TERM_VAGUE);
}

static bool read_prefix_term(const struct terms *terms, size_t at, struct qualifier *q)
{
    const struct term *term = tf_term(terms, at);
    switch (term->kind) {
    case TERM_QUALIFIER:
        add_qualifier(term, q);
        return true;
    case TERM_ADJECTIVE:
        add_adjective(term, q);
        return true;
    case TERM_FILLER:
        return q->any;
    case TERM_DETERMINER:
        /* the ordinals of "after the first or second" are no part of it */
        q->names_one = q->any;
        return q->any;
    case TERM_ORDINAL:
        return is_pointing(terms, at);
    default:
        return read_sign(terms, at, q);
    }
}

/* Words of the first term that the expression leaves out ("for" of "for over"). */
static uint32_t start_token(const struct term *term)
{
    uint32_t start = term->first + (uint32_t)tf_term_number(term, "lead", 0);
    return start < term->end ? start : term->end;
}

void tf_times_prefix(const struct terms *terms, size_t *at, struct qualifier *out)
{
    *out = (struct qualifier){.first = start_token(tf_term(terms, *at)), .bound = TF_BOUND_POINT};
    size_t next = *at;
    for (int i = 0; i < PREFIX_TERMS && read_prefix_term(terms, next, out); i++) {
        out->any = true;
        next++;
    }
    /* a dropped word takes the article behind it along: "at the first ..." */
    const struct term *leading = tf_term(terms, *at);
    if (out->any && out->first == leading->end && leading->kind == TERM_QUALIFIER)
        out->first = tf_term(terms, *at + 1)->kind == TERM_DETERMINER ? tf_term(terms, *at + 1)->end
                                                                      : out->first;
    *at = next;
}

/* --- Behind -------------------------------------------------------------- */

static bool starts_length(const struct terms *terms, size_t at)
{
    enum term_kind kind = tf_term(terms, at)->kind;
    return (kind >= TERM_NUMBER && kind <= TERM_UNIT) || kind == TERM_QUALIFIER;
}

/* "2 weeks at most", where the same words do not begin another length. */
static bool is_trailing_qualifier(const struct terms *terms, size_t at)
{
    return tf_term_has(tf_term(terms, at), "behind", "yes") && !starts_length(terms, at + 1);
}

static bool read_suffix_term(const struct terms *terms, size_t at, struct qualifier *q)
{
    const struct term *term = tf_term(terms, at);
    if (tf_term_mark(terms, at, "+") && !tf_term_spaced(terms, at)) {
        q->bound = TF_BOUND_AT_LEAST;
        return true;
    }
    if (term->kind != TERM_SUFFIX && !is_trailing_qualifier(terms, at))
        return false;
    add_qualifier(term, q);
    return true;
}

void tf_times_suffix(const struct terms *terms, size_t *at, struct qualifier *q)
{
    for (int i = 0; i < SUFFIX_TERMS && read_suffix_term(terms, *at, q); i++)
        ++*at;
}
