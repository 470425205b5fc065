/* SPDX-License-Identifier: MIT */
/* Numbers in digits, words and fractions; how many of a unit. */
#include "times_internal.h"

#include <math.h>

/* More of anything is no length that a text on care speaks of, and would not
 * print as a whole number. */
static const double NUMBER_MAX = 1e9;

static bool is_word(const struct term *term)
{
    return term->kind == TERM_NUMBER && term->entry;
}

static bool is_digits(const struct term *term)
{
    return term->kind == TERM_NUMBER && !term->entry;
}

static bool is_and(const struct terms *terms, size_t at)
{
    return tf_term(terms, at)->kind == TERM_JOIN && tf_term_is(terms, at, "and");
}

/* --- Numbers ------------------------------------------------------------- */

/* "twenty", "twenty-four", "twenty and four", "seven". The ones of "twenty
 * eight-second scans" belong to the scans: a hyphen binds them to their unit,
 * and no hyphen to the tens. */
static bool read_below_hundred(const struct terms *terms, size_t *at, double *value)
{
    const struct term *tens = tf_term(terms, *at);
    if (!is_word(tens) || tens->value >= 100)
        return false;
    *value = tens->value;
    size_t next = *at + 1;
    *at = next;
    if (tens->value < 20)
        return true;
    if (is_and(terms, next))
        next++;
    const struct term *ones = tf_term(terms, next);
    if (!is_word(ones) || ones->value > 9)
        return true;
    if (!tf_term_hyphen(terms, next) && tf_term_hyphen(terms, next + 1))
        return true;
    *value += ones->value;
    *at = next + 1;
    return true;
}

static bool read_words(const struct terms *terms, size_t *at, double *value)
{
    size_t next = *at;
    if (!read_below_hundred(terms, &next, value))
        return false;
    const struct term *hundred = tf_term(terms, next);
    if (is_word(hundred) && hundred->value == 100) {
        *value *= 100;
        next++;
        size_t rest = next + (is_and(terms, next) ? 1 : 0);
        double ones;
        if (read_below_hundred(terms, &rest, &ones)) {
            *value += ones;
            next = rest;
        }
    }
    *at = next;
    return true;
}

/* "1/2". 24/7 is no fraction: only proper ones are. */
static bool read_slashed(const struct terms *terms, size_t *at, double *value)
{
    const struct term *top = tf_term(terms, *at), *bottom = tf_term(terms, *at + 2);
    if (!is_digits(top) || !tf_term_mark(terms, *at + 1, "/") || !is_digits(bottom) ||
        !(top->value < bottom->value))
        return false;
    *value = top->value / bottom->value;
    *at += 3;
    return true;
}

/* "2:30 hours" */
static bool read_clock(const struct terms *terms, size_t *at, double *value)
{
    const struct term *whole = tf_term(terms, *at), *sixtieths = tf_term(terms, *at + 2);
    const struct term *unit = tf_term(terms, *at + 3);
    if (!is_digits(whole) || !tf_term_mark(terms, *at + 1, ":") || !is_digits(sixtieths) ||
        sixtieths->value >= 60 || unit->kind != TERM_UNIT ||
        !(tf_term_has(unit, "of", "hour") || tf_term_has(unit, "of", "minute")))
        return false;
    *value = whole->value + sixtieths->value / 60;
    *at += 3;
    return true;
}

static bool read_digits(const struct terms *terms, size_t *at, double *value)
{
    if (!is_digits(tf_term(terms, *at)))
        return false;
    if (read_slashed(terms, at, value) || read_clock(terms, at, value))
        return true;
    if (tf_term_mark(terms, *at + 1, "/") && is_digits(tf_term(terms, *at + 2)))
        return false;
    *value = tf_term(terms, *at)->value;
    size_t next = *at + 1;
    double fraction;
    const struct term *sign = tf_term(terms, next);
    bool whole = *value == floor(*value);
    if (whole && read_slashed(terms, &next, &fraction))
        *value += fraction; /* "1 1/2" */
    else if (whole && is_digits(sign) && sign->value > 0 && sign->value < 1 &&
             !tf_term_hyphen(terms, next) && terms->tokens[sign->first].fold.data[0] != '0')
        *value += tf_term(terms, next++)->value; /* "1 ½" */
    *at = next;
    return true;
}

/* "two (2)" says its number twice. */
static void skip_repeated(const struct terms *terms, size_t *at, double value)
{
    const struct term *again = tf_term(terms, *at + 1);
    if (tf_term_mark(terms, *at, "(") && again->kind == TERM_NUMBER && again->value == value &&
        tf_term_mark(terms, *at + 2, ")"))
        *at += 3;
}

bool tf_times_number(const struct terms *terms, size_t *at, double *value)
{
    size_t next = *at;
    if (!read_digits(terms, &next, value) && !read_words(terms, &next, value))
        return false;
    if (*value > NUMBER_MAX)
        return false;
    skip_repeated(terms, &next, *value);
    *at = next;
    return true;
}

/* --- Quantities ---------------------------------------------------------- */

static void skip_of(const struct terms *terms, size_t *at)
{
    if (tf_term(terms, *at)->kind != TERM_OF)
        return;
    ++*at;
    if (tf_term(terms, *at)->kind == TERM_ARTICLE)
        ++*at;
}

/* "half an", "a quarter of an", "three quarters of an", "a half" */
static bool read_fraction(const struct terms *terms, size_t *at, double *value)
{
    size_t next = *at;
    double count = 1;
    if (tf_term(terms, next)->kind == TERM_ARTICLE)
        next++;
    else
        tf_times_number(terms, &next, &count);
    const struct term *fraction = tf_term(terms, next);
    if (fraction->kind != TERM_FRACTION)
        return false;
    *value = count * fraction->value;
    next++;
    if (tf_term(terms, next)->kind == TERM_ARTICLE)
        next++;
    else
        skip_of(terms, &next);
    *at = next;
    return true;
}

/* "and a half" after a number; a range's "and" never has a fraction behind it. */
static void add_fraction(const struct terms *terms, size_t *at, double *value)
{
    size_t next = *at + 1;
    double fraction;
    if (is_and(terms, *at) && read_fraction(terms, &next, &fraction)) {
        *value += fraction;
        *at = next;
    } else if (*value < 1) {
        skip_of(terms, at); /* "3/4 of an hour" */
    }
}

static bool read_vague(const struct terms *terms, size_t *at, struct quantity *out)
{
    const struct term *term = tf_term(terms, *at);
    if (term->kind != TERM_VAGUE)
        return false;
    *out = (struct quantity){tf_term_number(term, "min", 1), tf_term_number(term, "max", NAN), true,
                             false};
    ++*at;
    return true;
}

static bool read_one(const struct terms *terms, size_t *at, struct quantity *out)
{
    enum term_kind kind = tf_term(terms, *at)->kind;
    if (kind != TERM_ARTICLE && kind != TERM_WHOLE)
        return false;
    ++*at;
    if (kind == TERM_ARTICLE && tf_term(terms, *at)->kind == TERM_WHOLE)
        ++*at;
    *out = (struct quantity){1, 1, false, true};
    return true;
}

/* "6+ weeks", "six or more weeks" */
static bool is_more(const struct terms *terms, size_t at)
{
    if (tf_term_mark(terms, at, "+"))
        return !tf_term_spaced(terms, at);
    enum term_kind after = tf_term(terms, at + 1)->kind;
    return tf_term(terms, at)->kind == TERM_SUFFIX &&
           tf_term_bound(tf_term(terms, at)) == TF_BOUND_AT_LEAST &&
           (after == TERM_UNIT || after == TERM_SESSION);
}

static bool read_exact(const struct terms *terms, size_t *at, struct quantity *out)
{
    double value;
    size_t next = *at;
    /* "a hundred" */
    if (tf_term(terms, next)->kind == TERM_ARTICLE && is_word(tf_term(terms, next + 1)) &&
        tf_term(terms, next + 1)->value >= 12) {
        value = tf_term(terms, next + 1)->value;
        next += 2;
    } else if (!read_fraction(terms, &next, &value)) {
        if (!tf_times_number(terms, &next, &value))
            return false;
        add_fraction(terms, &next, &value);
    }
    *out = (struct quantity){value, value, false, false};
    if (is_more(terms, next)) {
        out->max = NAN;
        next++;
    }
    *at = next;
    return true;
}

bool tf_times_quantity(const struct terms *terms, size_t *at, struct quantity *out)
{
    /* "another few", "another 2": the article adds nothing */
    size_t next = *at;
    enum term_kind after = tf_term(terms, next + 1)->kind;
    if (tf_term_is(terms, next, "another") && (after == TERM_NUMBER || after == TERM_VAGUE))
        next++;
    if (!read_vague(terms, &next, out) && !read_exact(terms, &next, out) &&
        !read_one(terms, &next, out))
        return false;
    for (int fillers = 0; fillers < 2; fillers++) {
        enum term_kind kind = tf_term(terms, next)->kind;
        if (kind == TERM_FILLER || kind == TERM_WHOLE)
            next++;
    }
    *at = next;
    return true;
}
