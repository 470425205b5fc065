/* SPDX-License-Identifier: MIT */
/* Ages, looks back, rates and opening hours: lengths that are no time windows. */
#include "times_internal.h"

enum { PERFECT_TERMS = 8 };

const char *const tf_trap_words[TF_TRAP__MAX] = {
#define X(name, words) [TF_TRAP_##name] = words,
    TF_TRAP_MAP(X)
#undef X
};

static bool is_one_unit(const struct terms *terms, size_t at)
{
    const struct term *term = tf_term(terms, at);
    return term->kind == TERM_UNIT && term->form == FORM_ONE;
}

/* "a day" of "twice a day", "two sessions a week", "50 mg a day" */
bool tf_times_rate(const struct terms *terms, size_t at)
{
    if (tf_term(terms, at)->kind != TERM_ARTICLE || tf_term_is(terms, at, "another") ||
        !is_one_unit(terms, at + 1))
        return false;
    const struct term *before = tf_term(terms, at - 1);
    switch (before->kind) {
    case TERM_FREQUENCY:
    case TERM_NUMBER:
        return true;
    case TERM_UNIT:
    case TERM_SESSION:
        return before->form != FORM_ONE || tf_term(terms, at - 2)->kind == TERM_NUMBER;
    default:
        return false;
    }
}

/* Does "per week", "every 2 days", "a day", "/week" follow? "Each" and "per
 * session" say how long each one is. */
static bool rate_follows(const struct terms *terms, size_t at)
{
    if (tf_term(terms, at)->kind == TERM_RATE) {
        enum term_kind next = tf_term(terms, at + 1)->kind;
        return next == TERM_UNIT || next == TERM_NUMBER || next == TERM_VAGUE;
    }
    if (tf_term_mark(terms, at, "/"))
        return is_one_unit(terms, at + 1);
    return tf_times_rate(terms, at);
}

/* "has been in use for over 50 years", "have spent years": in a perfect tense
 * years look back. */
static bool is_perfect(const struct terms *terms, size_t first, const struct measure *m,
                       const struct tf_time_expression *e)
{
    if (m->sessions || m->unit.part != PART_YEAR)
        return false;
    bool span = e->first > 0 && tf_token_is(&terms->tokens[e->first - 1], "for");
    if (!span && !m->bare)
        return false;
    for (size_t back = 1; back <= PERFECT_TERMS; back++) {
        enum term_kind kind = tf_term(terms, first - back)->kind;
        if (kind == TERM_PERFECT)
            return true;
        if (kind == TERM_MARK || kind == TERM_END)
            return false;
    }
    return false;
}

/* "for decades", "over centuries" */
static bool is_ages(const struct measure *m)
{
    return m->bare && m->unit.part == PART_YEAR && m->unit.times > 1;
}

/* of=year: the word warns behind years only ("ten years later"). */
static bool concerns(const struct term *term, const struct measure *m)
{
    enum part part;
    struct tf_str of = term->entry ? tf_lex_attribute(term->entry, "of") : TF_STR_NULL;
    return !of.data || (tf_part_find(of, &part) && !m->sessions && m->unit.part == part);
}

static void set_trap(struct tf_time_expression *e, const struct term *term)
{
    if (e->trap == TF_TRAP_NONE)
        e->trap = tf_term_trap(term);
    if (tf_term_has(term, "listed", "no"))
        e->listed = false;
}

void tf_times_trap(const struct terms *terms, size_t first, size_t end, const struct measure *m,
                   struct tf_time_expression *e)
{
    const struct term *before = tf_term(terms, first - 1), *after = tf_term(terms, end);
    if (after->kind == TERM_AFTER && concerns(after, m))
        set_trap(e, after);
    if (before->kind == TERM_BEFORE)
        set_trap(e, before);
    if (e->trap != TF_TRAP_NONE)
        return;
    if (rate_follows(terms, end))
        e->trap = TF_TRAP_RATE;
    else if (is_ages(m) || is_perfect(terms, first, m, e))
        e->trap = TF_TRAP_HISTORY;
}
