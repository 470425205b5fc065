/* SPDX-License-Identifier: MIT */
/* What the files of query/ share. */
#ifndef TREATFACTS_QUERY_INTERNAL_H
#define TREATFACTS_QUERY_INTERNAL_H

#include <treatfacts/query.h>

/* --- The table of parameters --------------------------------------------- */

enum parameter_type {
    TYPE_ENUM,      /* one of names */
    TYPE_CODE,      /* a code of the vocabulary named by `vocabulary` */
    TYPE_SOURCE,    /* a source's id or key */
    TYPE_UUID,      /* an id */
    TYPE_TEXT,      /* words to compare with */
    TYPE_MATCH,     /* words to search for */
    TYPE_DURATION,  /* ISO 8601, to seconds */
    TYPE_TIMESTAMP, /* RFC 3339 date or date and time, to UTC */
    TYPE_LIMIT,
    TYPE_CURSOR,
    TYPE_BOOLEAN,
    TYPE_SORT,   /* one of those of the list, '-' in front for descending */
    TYPE_FIELDS, /* keys of a row */
    TYPE_FACET,
    TYPE_FORMAT,
    TYPE_HIT_TYPE,
    TYPE_GROUP,
};

struct parameter {
    const char *name;
    enum parameter_type type;
    uint32_t lists;           /* a bit each, LIST(CLAIMS) and so on */
    bool many;                /* repeated and comma-separated values mean or */
    int filter;               /* enum tf_filter_key that the values go to, or -1 */
    const char *const *names; /* TYPE_ENUM */
    int names_count;
    const char *vocabulary; /* TYPE_CODE */
    bool of_one;            /* taken for one of a list, too */
};

extern const struct parameter parameters[];
extern const size_t parameters_count;
const struct parameter *parameter_find(struct tf_str name, enum tf_list list);
bool parameter_taken(const struct parameter *parameter, enum tf_list list);

/* Which kind of rows a list shows; vocabulary lists have none. */
enum tf_kind list_kind(enum tf_list list);
/* A bit each: what a list can be sorted by, and counted by. */
uint32_t list_sorts(enum tf_list list);
uint32_t list_facets(enum tf_list list);

/* --- Values -------------------------------------------------------------- */

/* Seconds of an ISO 8601 duration (a month 30 days, a year 365). */
bool duration_parse(struct tf_str text, double *seconds);
/* A date or a date and time with zone, as UTC in the form of tf_clock_utc. */
bool timestamp_parse(struct tf_str text, char out[TF_TIME_TEXT]);
/* User's words as an FTS5 expression, in which nothing of theirs is syntax. NULL,
 * or why there is none. */
const char *match_build(struct tf_str text, struct tf_arena *arena, struct tf_str *out);
/* The candidate nearest to a word, if near enough to be what was meant. */
const char *suggest(struct tf_str word, const char *const *candidates, size_t count);

/* --- Cursors ------------------------------------------------------------- */

struct tf_str cursor_write(const struct tf_query *query, const struct tf_position *position,
                           struct tf_arena *arena);
/* False: damaged, or of another list or filter. */
bool cursor_read(struct tf_str text, const struct tf_query *query, struct tf_arena *arena,
                 struct tf_position *out);

#endif
