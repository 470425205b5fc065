/* SPDX-License-Identifier: MIT */
/*
 * Shared inside extract/: what is known of each unit, and the steps in their
 * order. A step fills its part of every unit and reads what earlier steps
 * filled; facts are put together at the end.
 */
#ifndef TF_EXTRACT_INTERNAL_H
#define TF_EXTRACT_INTERNAL_H

#include <treatfacts/document.h>
#include <treatfacts/extract.h>

#include "times.h"

/* A role, label or bound together with the rule that gave it. */
#define TF_REASON(literal) TF_STR(literal)

/* Bits of clause[], one entry a token. */
enum tf_clause_bit {
    TF_CLAUSE_SIDE = 1,    /* in a subordinate or relative clause */
    TF_CLAUSE_PATIENT = 2, /* describes the people: "who have not responded to ..." */
    TF_CLAUSE_LABEL = 4,   /* before the colon of "Label: statement" */
};

struct tf_reading {
    const struct tf_unit *unit;
    const struct tf_block *block;
    struct tf_token *tokens;
    uint32_t n;
    struct tf_matches matches;
    uint64_t *tags; /* per token: of the matches that cover it */
    uint64_t seen;  /* of all matches */
    struct tf_time_expressions times;
    uint8_t *clause;     /* per token */
    bool verb;           /* has a finite verb outside its label */
    bool titled;         /* an item of a list that stands right below a title */
    bool self_contained; /* an item that states something without its stem */
    bool reference;      /* of a note or list of references */

    enum tf_role role;
    struct tf_str reason;

    /* Context: indices of other readings, TF_NONE where there is none. */
    uint32_t heading, stem, row_header, column_header;

    uint32_t claim;                        /* index in the facts, TF_NONE if it is none */
    struct tf_strs treatments, conditions; /* of a claim; also of headings, stems and headers */
    struct tf_strs routes;
};

struct tf_readings {
    struct tf_reading *v;
    size_t n;
};

struct tf_extractor {
    const struct tf_lexicon *lexicon;
    const struct tf_text *text;
    struct tf_arena *arena;
    struct tf_uuid source;
    struct tf_document document;
    struct tf_readings units;
    struct tf_strs main_treatments; /* what the text as a whole is about */
    bool titled;                    /* its title says so */
    uint32_t title;                 /* the unit that names the text, TF_NONE */
    struct tf_extraction *facts;
};

/* The steps. */
void tf_read_units(struct tf_extractor *x);        /* reading.c: tokens, matches, times, clauses */
void tf_find_context(struct tf_extractor *x);      /* context.c: stems, table headers */
void tf_give_roles(struct tf_extractor *x);        /* roles.c, with: */
void tf_mark_references(struct tf_extractor *x);   /* references.c */
void tf_mark_testimonials(struct tf_extractor *x); /* promo.c, */
bool tf_has_words(const struct tf_reading *r);     /* roles.c; or a length of time */
bool tf_names_clinic(const struct tf_reading *r);  /* also for roles.c */
bool tf_is_call(const struct tf_reading *r);
void tf_find_sections(struct tf_extractor *x); /* context.c: headings, which need roles */
/* Does "after", "within" or the like begin the length? window_measure.c */
bool tf_is_reached(const struct tf_reading *r, const struct tf_time_expression *t);
/* Is the unit the first, but for "Yes.", below a question? context.c */
bool tf_answers_at_once(const struct tf_extractor *x, const struct tf_reading *r);
void tf_find_subjects(struct tf_extractor *x); /* subjects.c: treatments, conditions, routes */
void tf_make_claims(struct tf_extractor *x);   /* claims.c */
void tf_make_windows(struct tf_extractor *x);  /* windows.c */
void tf_make_faqs(struct tf_extractor *x);     /* faqs.c */
void tf_make_studies(struct tf_extractor *x);  /* studies.c */

int tf_month_of(struct tf_str fold); /* published.c; 1 to 12 for a name or its short form, else 0 */
struct tf_str tf_find_published(const struct tf_extractor *x); /* published.c; "YYYY-MM-DD" */

/* For each of n facts, how many with the same name stand before it (their ids
 * tell them apart by that); NULL: no memory. occurrences.c */
uint32_t *tf_count_occurrences(struct tf_extractor *x, size_t n,
                               struct tf_str (*name)(const struct tf_extractor *x, size_t i));

/* labels: topic.c, certainty.c */
enum tf_topic tf_find_topic(const struct tf_extractor *x, const struct tf_reading *r,
                            struct tf_str *reason);
enum tf_certainty tf_find_certainty(const struct tf_extractor *x, const struct tf_reading *r,
                                    struct tf_strs *hedges);
enum tf_polarity tf_find_polarity(const struct tf_reading *r);

/* clauses.c */
void tf_find_clauses(struct tf_extractor *x, struct tf_reading *r);

/* --- Helpers over matches and tokens (reading.c) -------------------------- */

/* The first match with that tag at or after *from, NULL if none; *from becomes
 * the place after it. */
const struct tf_match *tf_match_next(const struct tf_reading *r, enum tf_tag tag, size_t *from);

static inline bool tf_has(const struct tf_reading *r, enum tf_tag tag)
{
    return r->seen & tf_tag_bit(tag);
}

/* The code "-" marks a look-alike: matched, so that nothing shorter is, but
 * without a meaning. */
static inline bool tf_is_lookalike(const struct tf_match *match)
{
    return tf_str_is(match->entry->code, "-");
}

/* Does a match with that tag cover the token? */
static inline bool tf_token_has(const struct tf_reading *r, uint32_t token, enum tf_tag tag)
{
    return token < r->n && (r->tags[token] & tf_tag_bit(tag));
}

struct tf_span tf_span_of(const struct tf_extractor *x, struct tf_range at);
struct tf_str tf_unit_text(const struct tf_extractor *x, const struct tf_reading *r);
/* The last character that is no closing quote or bracket, '\0' for none. */
char tf_last_mark(const struct tf_reading *r);
bool tf_strs_add(struct tf_arena *arena, struct tf_strs *list, struct tf_str s); /* if not there */

#endif
