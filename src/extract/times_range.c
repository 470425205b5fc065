/* SPDX-License-Identifier: MIT */
/* Ranges: "2 to 4 hours", "30 minutes to an hour", "hours or days", "a day or
 * two", "the first or second session", "week four". */
#include "times_internal.h"

#include <math.h>

/* What stands between the ends of a range. A hyphen that joins two numbers
 * makes no token, and one that hangs ("4- to 8-week") comes before the word. */
static bool read_join(const struct terms *terms, size_t *at, bool and_joins)
{
    static const char *const dashes[] = {"-", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x88\x92",
                                         "\xe2\x80\x92"};
    size_t next = *at;
    bool dash = false;
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        dash = dash || tf_term_mark(terms, next, dashes[i]);
    next += dash;
    const struct term *word = tf_term(terms, next);
    bool is_and = tf_term_is(terms, next, "and");
    if (word->kind == TERM_JOIN && (!is_and || and_joins))
        next++;
    else if (!dash && (!tf_term_hyphen(terms, next) || word->kind == TERM_ARTICLE))
        return false;
    *at = next;
    return true;
}

static void set_counts(struct measure *m, double min, double max)
{
    m->min_count = min;
    m->max_count = max;
}

/* The number before "or" and "to" counts in the unit behind: "2 to 4 hours". */
static bool read_shared(const struct terms *terms, size_t *at, bool and_joins, struct measure *out)
{
    size_t next = *at, left_end;
    struct quantity q;
    if (!tf_times_quantity(terms, &next, &q) || q.article)
        return false;
    left_end = next;
    if (!read_join(terms, &next, and_joins))
        return false;
    struct measure right;
    if (!tf_times_measure(terms, &next, and_joins, &right) || right.bare)
        return false;
    struct measure left = right;
    left.vague = q.vague;
    left.range = left.article = left.single = false;
    if (right.sessions) {
        if (q.min != floor(q.min))
            return false;
        set_counts(&left, q.min, q.max);
    } else {
        tf_measure_set(&left, right.unit, q.min, q.max);
    }
    bool ascends = right.sessions ? !(left.min_count > right.max_count)
                                  : !(tf_length_seconds(&left.min) > tf_length_seconds(&right.max));
    if (!ascends) { /* "9 or 4.8 months": two lengths, the second one still to be read */
        *out = left;
        *at = left_end;
        return tf_term(terms, left_end)->kind == TERM_JOIN && tf_term_is(terms, left_end, "or");
    }
    *out = right;
    out->range = true;
    out->vague = left.vague || right.vague;
    out->min = left.min;
    out->min_count = left.min_count;
    *at = next;
    return true;
}

/* "a day or two", "an hour or so" is a suffix. */
static bool extend_or_two(const struct terms *terms, size_t *at, struct measure *m)
{
    double value;
    size_t next = *at + 1;
    if (!m->article || !tf_term_is(terms, *at, "or") || !tf_times_number(terms, &next, &value) ||
        value != 2)
        return false;
    enum term_kind after = tf_term(terms, next)->kind;
    if (after == TERM_UNIT || after == TERM_SESSION)
        return false;
    if (m->sessions)
        set_counts(m, 1, 2);
    else
        tf_measure_set(m, m->unit, 1, 2);
    m->range = m->approximate = true;
    m->single = false;
    *at = next;
    return true;
}

/* Joins a second measure: from the lower end of the one to the upper end of
 * the other. False leaves the first as it is. */
static bool extend(const struct terms *terms, size_t *at, bool and_joins, struct measure *m)
{
    size_t next = *at;
    struct measure right;
    if (extend_or_two(terms, at, m))
        return true;
    if (!read_join(terms, &next, and_joins) || !tf_times_measure(terms, &next, and_joins, &right) ||
        right.sessions != m->sessions)
        return false;
    if (m->sessions ? m->min_count > right.max_count
                    : tf_length_seconds(&m->min) > tf_length_seconds(&right.max))
        return false;
    m->max = right.max;
    m->max_count = right.max_count;
    m->vague = m->vague || right.vague;
    m->range = true;
    m->single = false;
    *at = next;
    return true;
}

/* "hours, days or weeks": a list of bare units runs from the first to the last. */
static bool extend_list(const struct terms *terms, size_t *at, struct measure *m)
{
    size_t next = *at + 1, end;
    struct measure middle, last;
    if (!m->bare || !tf_term_mark(terms, *at, ",") ||
        !tf_times_measure(terms, &next, true, &middle) || !middle.bare)
        return false;
    next += tf_term_mark(terms, next, ",");
    end = next;
    if (!read_join(terms, &end, false) || !tf_times_measure(terms, &end, true, &last) || !last.bare)
        return false;
    m->max = last.max;
    m->range = true;
    *at = end;
    return true;
}

/* --- Places in a row ----------------------------------------------------- */

/* "first", "third"; "second" is a unit by its line in the table. */
static bool read_ordinal(const struct terms *terms, size_t *at, double *value)
{
    const struct term *term = tf_term(terms, *at);
    *value = term->kind == TERM_ORDINAL ? term->value : tf_term_number(term, "ordinal", NAN);
    if (isnan(*value))
        return false;
    ++*at;
    return true;
}

/* "the first or second session", "the fourth week", "your third infusion" */
static bool read_ordinals(const struct terms *terms, size_t *at, struct measure *out)
{
    double first, last;
    size_t next = *at;
    if (tf_term(terms, next)->kind == TERM_DETERMINER)
        next++;
    if (!read_ordinal(terms, &next, &first))
        return false;
    last = first;
    size_t join = next;
    if (read_join(terms, &join, true)) {
        join += tf_term(terms, join)->kind == TERM_DETERMINER;
        if (read_ordinal(terms, &join, &last))
            next = join;
    }
    const struct term *noun = tf_term(terms, next);
    if (noun->kind == TERM_WORD && tf_term(terms, next + 1)->kind == TERM_SESSION)
        noun = tf_term(terms, ++next);
    enum part part;
    *out = (struct measure){.sessions = true, .range = last > first};
    if (noun->kind == TERM_UNIT && noun->form == FORM_ONE && !tf_term_has(noun, "of", "second") &&
        tf_part_find(tf_lex_attribute(noun->entry, "of"), &part))
        tf_measure_set(out, (struct unit){part, tf_term_number(noun, "times", 1)}, first, last);
    else if (noun->kind == TERM_SESSION)
        set_counts(out, first, last);
    else
        return false;
    *at = next + 1;
    return last >= first;
}

/* "week four", "days 3 to 5", "week 2 to week 6" */
static bool read_numbered(const struct terms *terms, size_t *at, struct measure *out)
{
    const struct term *noun = tf_term(terms, *at);
    size_t next = *at + 1, more;
    double first, last;
    enum part part;
    if (noun->kind != TERM_UNIT || (noun->form != FORM_ONE && noun->form != FORM_MANY) ||
        !tf_part_find(tf_lex_attribute(noun->entry, "of"), &part) || part >= PART_HOUR ||
        part == PART_YEAR || !tf_times_number(terms, &next, &first))
        return false;
    last = first;
    more = next;
    double value;
    bool joined = read_join(terms, &more, false);
    if (joined && tf_term(terms, more)->entry == noun->entry)
        more++;
    if (joined && tf_times_number(terms, &more, &value) && value > first) {
        last = value;
        next = more;
    }
    enum term_kind after = tf_term(terms, next)->kind;
    if (after == TERM_UNIT || after == TERM_SESSION)
        return false;
    *out = (struct measure){.range = last > first};
    tf_measure_set(out, (struct unit){part, tf_term_number(noun, "times", 1)}, first, last);
    *at = next;
    return true;
}

bool tf_times_range(const struct terms *terms, size_t *at, bool and_joins, bool qualified,
                    struct measure *out)
{
    if (qualified && (read_ordinals(terms, at, out) || read_numbered(terms, at, out)))
        return true;
    if (read_shared(terms, at, and_joins, out))
        return true;
    if (!tf_times_measure(terms, at, and_joins, out))
        return false;
    if (!extend_list(terms, at, out))
        extend(terms, at, and_joins, out);
    return true;
}
