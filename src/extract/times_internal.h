/* SPDX-License-Identifier: MIT */
/*
 * Inside the reader of times. Tokens become terms (a term is one match of
 * lexicon/time.tsv, one number or one other token); small functions read
 * number, quantity, measure, range, then qualifiers around them.
 *
 * A reading function takes a position by pointer and moves it only when it
 * succeeds. All lookahead is bounded.
 */
#ifndef TF_EXTRACT_TIMES_INTERNAL_H
#define TF_EXTRACT_TIMES_INTERNAL_H

#include "times.h"

/* The codes of lexicon/time.tsv, then what has no line there. */
enum term_kind {
#define X(name, code) TERM_##name = TF_TIME_##name,
    TF_TIME_MAP(X)
#undef X
        TERM_WORD = TF_TIME__MAX,
    TERM_MARK,
    TERM_END, /* beyond either end of the unit */
};

/* Units and session words: one thing, many, a short form that needs a number
 * ("hrs"), a single letter that needs digits ("h"). */
enum form { FORM_NONE, FORM_ONE, FORM_MANY, FORM_SHORT, FORM_LETTER };

struct term {
    enum term_kind kind;
    uint32_t first, end;              /* tokens */
    const struct tf_lex_entry *entry; /* NULL: digits, or no line of the table */
    double value;                     /* of numbers, fractions and ordinals */
    enum form form;
};

struct terms {
    const struct tf_token *tokens;
    struct term *v;
    size_t n;
};

/* Can anything in the unit be a time: is there a unit, a session, a special word
 * or a prime mark? */
bool tf_terms_possible(const struct tf_token *tokens, size_t n, const struct tf_matches *matches);

/* Fills `room`, which holds n terms. */
void tf_terms_read(const struct tf_token *tokens, size_t n, const struct tf_matches *matches,
                   struct term *room, struct terms *out);

/* The term at a position, TERM_END beyond either end (position -1 included). */
const struct term *tf_term(const struct terms *terms, size_t at);
bool tf_term_is(const struct terms *terms, size_t at, const char *folded); /* one token */
bool tf_term_hyphen(const struct terms *terms, size_t at); /* a hyphen joins it to the one before */
bool tf_term_spaced(const struct terms *terms, size_t at); /* white space before it */
bool tf_term_mark(const struct terms *terms, size_t at, const char *mark);
double tf_term_number(const struct term *term, const char *key, double otherwise);
bool tf_term_has(const struct term *term, const char *key, const char *value);

/* --- Numbers ------------------------------------------------------------- */

struct quantity {
    double min, max; /* max NAN: open above ("multiple", "6+") */
    bool vague;
    bool article; /* "a", "another", "the whole": one thing, named without a number */
};

bool tf_times_number(const struct terms *terms, size_t *at, double *value);
bool tf_times_quantity(const struct terms *terms, size_t *at, struct quantity *out);

/* --- Lengths ------------------------------------------------------------- */

enum part {
    PART_YEAR,
    PART_MONTH,
    PART_WEEK,
    PART_DAY,
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND,
    PART__MAX
};

struct length {
    double part[PART__MAX]; /* as written: 1 hour and 30 minutes has two parts */
    bool open;
};

double tf_length_seconds(const struct length *length); /* NAN: open */
struct tf_str tf_length_iso(const struct length *length, struct tf_arena *arena);

struct unit {
    enum part part;
    double times; /* fortnight: 2 weeks */
};

bool tf_part_find(struct tf_str name, enum part *out);
double tf_unit_seconds(struct unit unit);

/* What was read: a length of time or a number of sessions. */
struct measure {
    bool sessions;
    struct unit unit; /* the first one written */
    struct length min, max;
    double min_count, max_count; /* sessions; NAN: open */
    bool vague, approximate, range;
    bool bare;    /* "hours" */
    bool article; /* "an hour" */
    bool single;  /* one session, in words that need a qualifier to be a count */
};

/* and_joins: "and" stands between the ends of a range, so it adds nothing. */
bool tf_times_measure(const struct terms *terms, size_t *at, bool and_joins, struct measure *out);

/* A singular unit without its "one": the day in "within the next day". */
bool tf_times_one(const struct terms *terms, size_t *at, struct measure *out);

/* A measure or a range of two. qualified: something stands before it that
 * makes "week four" or "the first session" a length. */
bool tf_times_range(const struct terms *terms, size_t *at, bool and_joins, bool qualified,
                    struct measure *out);

void tf_measure_set(struct measure *m, struct unit unit, double min, double max);

/* --- Qualifiers ---------------------------------------------------------- */

struct qualifier {
    uint32_t first;      /* the token where the expression starts */
    bool any;            /* a qualifier was read, or an adjective */
    enum tf_bound bound; /* AT_MOST or AT_LEAST; POINT: neither */
    bool approximate;
    bool between;     /* "and" joins the ends of a range */
    bool needs_range; /* no qualifier of a single length: "from" */
    bool names_one;   /* ends in "the" or "next": "within the hour" */
    enum tf_trap trap;
};

void tf_times_prefix(const struct terms *terms, size_t *at, struct qualifier *out);
void tf_times_suffix(const struct terms *terms, size_t *at, struct qualifier *q);

enum tf_bound tf_term_bound(const struct term *term);
enum tf_trap tf_term_trap(const struct term *term);

/* --- Traps --------------------------------------------------------------- */

/* Sets trap and listed of an expression whose terms run from first to end. */
void tf_times_trap(const struct terms *terms, size_t first, size_t end, const struct measure *m,
                   struct tf_time_expression *e);

/* Is the article at `at` the one of "twice a day"? */
bool tf_times_rate(const struct terms *terms, size_t at);

#endif
