/* SPDX-License-Identifier: MIT */
/* One length of time ("an hour and a half", "2 days 1 hour", "hours") or one
 * number of sessions ("six infusions"). */
#include "times_internal.h"

#include <math.h>

/* --- Units --------------------------------------------------------------- */

static bool unit_of(const struct term *term, struct unit *out)
{
    struct tf_str part = term->entry ? tf_lex_attribute(term->entry, "of") : TF_STR_NULL;
    if (!part.data || !tf_part_find(part, &out->part))
        return false;
    out->times = tf_term_number(term, "times", 1);
    return true;
}

/* Minutes and seconds as 2' and 1": feet and inches unless they are all there is. */
static bool read_prime(const struct terms *terms, size_t *at, struct unit *out)
{
    bool minutes = tf_term_mark(terms, *at, "'");
    if (terms->n != 2 || (!minutes && !tf_term_mark(terms, *at, "\"")))
        return false;
    *out = (struct unit){minutes ? PART_MINUTE : PART_SECOND, 1};
    ++*at;
    return true;
}

/* A sign right behind a letter makes it a factor of a compound unit: s−1, m/s. */
static bool is_factor(const struct terms *terms, size_t at)
{
    static const char *const signs[] = {"\xe2\x88\x92", "/",        "^",
                                        "\xc2\xb7",     "\xc2\xb2", "\xe2\x81\xbb"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (tf_term_mark(terms, at + 1, signs[i]) && !tf_term_spaced(terms, at + 1))
            return true;
    return false;
}

/* h, d, w and so on: only behind digits, capitals and m (which is also
 * metres) only right behind them, and 2D to 4D are dimensions. */
static bool is_letter_unit(const struct terms *terms, size_t at)
{
    const struct term *letter = tf_term(terms, at), *number = tf_term(terms, at - 1);
    if (number->kind != TERM_NUMBER || number->entry || is_factor(terms, at))
        return false;
    bool capital = terms->tokens[letter->first].flags & TF_TOKEN_CAPITAL;
    bool alone = terms->n == 2;
    if (tf_term_spaced(terms, at))
        return !capital && (alone || !tf_term_has(letter, "glued", "yes"));
    if (capital)
        return tf_term_has(letter, "capital", "yes") &&
               !(tf_term_is(terms, at, "d") && number->value < 5);
    /* "the 1960s", "in their 40s" */
    return !tf_term_is(terms, at, "s") || fmod(number->value, 10) != 0 || number->value < 20;
}

/* "A second" is a length only where no noun follows for it to count. */
static bool is_ordinal_second(const struct terms *terms, size_t at, const struct quantity *q)
{
    if (!q->article || !tf_term_is(terms, at, "second"))
        return false;
    enum term_kind next = tf_term(terms, at + 1)->kind;
    return next == TERM_WORD || next == TERM_SESSION || next == TERM_NUMBER || next == TERM_UNIT ||
           next == TERM_FREQUENCY;
}

static bool fits(const struct terms *terms, size_t at, const struct quantity *q)
{
    switch (tf_term(terms, at)->form) {
    case FORM_ONE:
        return !is_ordinal_second(terms, at, q);
    case FORM_MANY:
        return !q->article;
    case FORM_LETTER:
        return is_letter_unit(terms, at);
    default:
        return true;
    }
}

static bool read_unit(const struct terms *terms, size_t *at, const struct quantity *q,
                      struct unit *out)
{
    const struct term *term = tf_term(terms, *at);
    if (term->kind == TERM_MARK)
        return read_prime(terms, at, out);
    if (term->kind != TERM_UNIT || !fits(terms, *at, q) || !unit_of(term, out))
        return false;
    ++*at;
    return true;
}

void tf_measure_set(struct measure *m, struct unit unit, double min, double max)
{
    m->sessions = false;
    m->unit = unit;
    m->min = m->max = (struct length){0};
    m->min.part[unit.part] = min * unit.times;
    if (isnan(max))
        m->max.open = true;
    else
        m->max.part[unit.part] = max * unit.times;
}

/* --- Compounds ----------------------------------------------------------- */

static void add(struct measure *m, struct unit unit, double value)
{
    m->min.part[unit.part] += value * unit.times;
    m->max.part[unit.part] += value * unit.times;
}

static bool is_and(const struct terms *terms, size_t at)
{
    return tf_term(terms, at)->kind == TERM_JOIN && tf_term_is(terms, at, "and");
}

/* "an hour and a half", "a year and a quarter" */
static bool add_half(const struct terms *terms, size_t *at, struct measure *m)
{
    size_t next = *at + 1;
    if (!is_and(terms, *at))
        return false;
    double count = 1;
    if (tf_term(terms, next)->kind == TERM_ARTICLE)
        next++;
    else
        tf_times_number(terms, &next, &count);
    const struct term *fraction = tf_term(terms, next);
    enum term_kind after = tf_term(terms, next + 1)->kind;
    if (fraction->kind != TERM_FRACTION || after == TERM_UNIT || after == TERM_ARTICLE)
        return false;
    add(m, m->unit, count * fraction->value);
    *at = next + 1;
    return true;
}

/* "1 hour thirty": minutes, where nothing follows for the number to count. */
static bool add_trailing(const struct terms *terms, size_t *at, struct measure *m)
{
    size_t next = *at + (is_and(terms, *at) ? 1 : 0);
    double value;
    if (m->unit.part != PART_HOUR || !tf_times_number(terms, &next, &value) || value < 1 ||
        value >= 60 || value != floor(value))
        return false;
    bool ends = tf_term(terms, next)->kind == TERM_END || tf_term_mark(terms, next, ".") ||
                tf_term_mark(terms, next, ",") || tf_term_mark(terms, next, ";");
    if (!ends)
        return false;
    add(m, (struct unit){PART_MINUTE, 1}, value);
    *at = next;
    return true;
}

/* "and 30 minutes", ", 5 minutes", " 5 minutes": behind "and" or a comma the
 * amount must fit into one of the unit before, else it is another length. */
static bool add_part(const struct terms *terms, size_t *at, bool and_joins, struct unit *last,
                     struct measure *m)
{
    size_t next = *at;
    bool comma = tf_term_mark(terms, next, ","), joined = comma;
    next += comma;
    if (is_and(terms, next) && !and_joins) {
        next++;
        joined = true;
    }
    struct quantity q;
    struct unit unit;
    if (!tf_times_quantity(terms, &next, &q) || q.vague || !read_unit(terms, &next, &q, &unit) ||
        unit.part == last->part)
        return false;
    /* "2 hours a day" is a rate */
    if (joined ? q.min * tf_unit_seconds(unit) >= tf_unit_seconds(*last) : q.article)
        return false;
    add(m, unit, q.min);
    *last = unit;
    *at = next;
    return true;
}

static void add_parts(const struct terms *terms, size_t *at, bool and_joins, struct measure *m)
{
    struct unit last = m->unit;
    if (!and_joins && add_half(terms, at, m))
        return;
    for (int parts = 0; parts < PART__MAX; parts++)
        if (!add_part(terms, at, and_joins, &last, m))
            break;
    if (!and_joins && last.part == m->unit.part)
        add_trailing(terms, at, m);
}

/* --- Sessions ------------------------------------------------------------ */

/* "17 twice-weekly sessions": how often stands before the word for what. */
static void skip_frequency(const struct terms *terms, size_t *at)
{
    if (tf_term(terms, *at)->kind == TERM_FREQUENCY && tf_term_hyphen(terms, *at + 1))
        *at += 2;
    else if (tf_term(terms, *at)->kind == TERM_FILLER)
        ++*at;
}

/* A word may stand between number and noun ("six ketamine infusions", "two
 * 40-minute sessions"), but no participle: "two patients received infusions". */
static void skip_modifiers(const struct terms *terms, size_t *at)
{
    size_t next = *at;
    skip_frequency(terms, &next);
    const struct term *term = tf_term(terms, next);
    if (term->kind == TERM_WORD) {
        struct tf_str word = terms->tokens[term->first].fold;
        bool participle =
            word.size > 4 && word.data[word.size - 2] == 'e' && word.data[word.size - 1] == 'd';
        next += word.size > 1 && !participle;
    } else if (term->kind == TERM_NUMBER && tf_term_hyphen(terms, next + 1)) {
        next += 2;
    }
    if (tf_term(terms, next)->kind == TERM_SESSION)
        *at = next;
}

static bool read_sessions(const struct terms *terms, size_t *at, const struct quantity *q,
                          struct measure *out)
{
    size_t next = *at;
    skip_modifiers(terms, &next);
    const struct term *noun = tf_term(terms, next);
    bool singular = noun->form == FORM_ONE;
    bool whole = q->min == floor(q->min);
    if (noun->kind != TERM_SESSION || !whole || q->min < 1 || (singular && q->vague) ||
        (q->article && !singular))
        return false;
    *out = (struct measure){.sessions = true,
                            .min_count = q->min,
                            .max_count = q->max,
                            .vague = q->vague,
                            .article = q->article,
                            .single = singular && q->min == 1};
    *at = next + 1;
    return true;
}

/* --- Measures ------------------------------------------------------------ */

/* "hours": 1 hour to 1 day. "a week-long course": one week. */
static bool read_bare(const struct terms *terms, size_t *at, struct measure *out)
{
    const struct term *term = tf_term(terms, *at);
    struct unit unit;
    if (term->kind != TERM_UNIT || !unit_of(term, &unit))
        return false;
    *out = (struct measure){0};
    if (term->form == FORM_ONE && tf_term_hyphen(terms, *at + 1) &&
        tf_term_is(terms, *at + 1, "long")) {
        tf_measure_set(out, unit, 1, 1);
        ++*at;
        return true;
    }
    enum part next;
    /* no bare units: "off-days", "weeks 1-4", years whose number was refused */
    enum term_kind before = tf_term(terms, *at - 1)->kind;
    bool bound = before == TERM_NUMBER || tf_term(terms, *at + 1)->kind == TERM_NUMBER ||
                 (before == TERM_WORD && tf_term_hyphen(terms, *at));
    if (term->form != FORM_MANY || bound ||
        !tf_part_find(tf_lex_attribute(term->entry, "next"), &next))
        return false;
    tf_measure_set(out, unit, 1, 1);
    out->max = (struct length){0};
    out->max.part[next] = tf_term_number(term, "nexts", 1);
    out->vague = out->bare = true;
    ++*at;
    return true;
}

bool tf_times_one(const struct terms *terms, size_t *at, struct measure *out)
{
    const struct term *term = tf_term(terms, *at);
    struct unit unit;
    if (term->kind != TERM_UNIT || term->form != FORM_ONE || tf_term_has(term, "of", "second") ||
        !unit_of(term, &unit))
        return false;
    *out = (struct measure){.article = true};
    tf_measure_set(out, unit, 1, 1);
    ++*at;
    add_parts(terms, at, false, out);
    return true;
}

bool tf_times_measure(const struct terms *terms, size_t *at, bool and_joins, struct measure *out)
{
    struct quantity q;
    struct unit unit;
    size_t next = *at;
    if (!tf_times_quantity(terms, &next, &q))
        return read_bare(terms, at, out);
    if (read_unit(terms, &next, &q, &unit)) {
        *out = (struct measure){.vague = q.vague, .article = q.article};
        tf_measure_set(out, unit, q.min, q.max);
        if (!q.vague)
            add_parts(terms, &next, and_joins, out);
    } else if (!read_sessions(terms, &next, &q, out)) {
        return false;
    }
    *at = next;
    return true;
}
