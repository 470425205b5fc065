/* SPDX-License-Identifier: MIT */
/*
 * query: from the parameters of a request to a typed, checked query, and from
 * a query to a page of rows with the cursor of the next one.
 *
 * One table (query/parameters.c) says which parameter each kind of list takes,
 * of what type, with which values; parsing and the errors that name what is
 * allowed follow it.
 */
#ifndef TREATFACTS_QUERY_H
#define TREATFACTS_QUERY_H

#include <treatfacts/store.h>

#define TF_LIMIT_DEFAULT 50
#define TF_LIMIT_MAX 500

/* What can be asked for with parameters. Onset windows are time windows with
 * the measure fixed; search and summary have answers of their own. NAME, path
 * below /v1/. */
#define TF_LIST_MAP(X)                                                                             \
    X(CLAIMS, "claims")                                                                            \
    X(SOURCES, "sources")                                                                          \
    X(SEGMENTS, "segments")                                                                        \
    X(ONSET_WINDOWS, "onset-windows")                                                              \
    X(TIME_WINDOWS, "time-windows") X(FAQS, "faqs") X(STUDIES, "studies")                          \
        X(TREATMENTS, "treatments") X(CONDITIONS, "conditions") X(TOPICS, "topics")                \
            X(ROUTES, "routes")\
    X(SEARCH, "search") X(SUMMARY, "onset-windows/summary")
enum tf_list {
#define X(name, word) TF_LIST_##name,
    TF_LIST_MAP(X)
#undef X
        TF_LIST__MAX
};
extern const char *const tf_list_names[TF_LIST__MAX];

/* A decoded name=value pair as it came; several with one name may come. */
struct tf_parameter {
    struct tf_str name, value;
};

/* What is wrong with a request: one entry a parameter. detail says what is
 * allowed. */
struct tf_violation {
    struct tf_str parameter, detail;
};
struct tf_violations {
    struct tf_violation *v;
    size_t n, cap;
};

/* The media type of an answer. NAME, word of ?format=. HTML is for pages only. */
#define TF_FORMAT_MAP(X)                                                                           \
    X(HTML, "html") X(JSON, "json") X(NDJSON, "ndjson") X(CSV, "csv") X(JSONLD, "jsonld")
enum tf_format {
#define X(name, word) TF_FORMAT_##name,
    TF_FORMAT_MAP(X)
#undef X
        TF_FORMAT__MAX
};
extern const char *const tf_format_names[TF_FORMAT__MAX];
/* A bit each, 1u << TF_FORMAT_CSV: what a list, and one of it, can be had as. */
unsigned tf_query_formats(enum tf_list list);

/* The top-level keys of a row in JSON, in their order: what `fields` may name. */
const char *const *tf_query_fields(enum tf_list list, size_t *count);

struct tf_query {
    enum tf_list list;
    struct tf_filter filter;
    struct tf_page page;
    bool paged;            /* limit or cursor was given */
    int format;            /* enum tf_format, or -1: the client did not say */
    struct tf_strs fields; /* n == 0: all */
    struct {
        enum tf_facet *v;
        size_t n, cap;
    } facets;
    unsigned types;    /* search: a bit each of enum tf_hit_type, 0: all */
    unsigned group_by; /* summary: a bit each of enum tf_group_key */
};

/*
 * Checks every parameter and reports all violations at once: unknown names,
 * codes and values, numbers out of range, dates and durations that are none,
 * repeated single-valued parameters, empty values, a cursor that is damaged or
 * belongs to another query. TF_PARAMETER when there is any. Codes are checked
 * against the vocabulary in the store. source: for lists below one source
 * (segments), its id, else NULL.
 */
enum tf_status tf_query_parse(struct tf_store *store, enum tf_list list,
                              const struct tf_uuid *source, const struct tf_parameter *given,
                              size_t count, struct tf_arena *arena, struct tf_query *out,
                              struct tf_violations *violations, struct tf_error *error);

/* One of a list, by id: takes fields and format only. */
enum tf_status tf_query_parse_one(enum tf_list list, const struct tf_parameter *given, size_t count,
                                  struct tf_arena *arena, struct tf_query *out,
                                  struct tf_violations *violations, struct tf_error *error);

/* A page and the cursor of the next (absent at the end). Vocabulary lists fill
 * vocabulary instead of rows. */
struct tf_result {
    struct tf_rows rows;
    struct tf_vocabulary_rows vocabulary;
    bool has_total;
    struct tf_position end;    /* of the last row; not set at the end of the list */
    struct tf_str next_cursor; /* the same as text, absent at the end */
    struct {
        struct tf_facet_values *v;
        size_t n, cap;
    } facets;                  /* as asked */
    struct tf_dataset dataset; /* of the same snapshot as the rows */
};
enum tf_status tf_query_run(struct tf_store *store, const struct tf_query *query,
                            struct tf_arena *arena, struct tf_result *out, struct tf_error *error);

/* --- Search -------------------------------------------------------------- */

#define TF_SEARCH_LIMIT_DEFAULT 20
#define TF_SEARCH_LIMIT_MAX 100

struct tf_search_result {
    struct tf_hits hits;
    struct tf_str next_cursor;
    struct tf_dataset dataset;
};
/* query->list is SEARCH. */
enum tf_status tf_query_search(struct tf_store *store, const struct tf_query *query,
                               struct tf_arena *arena, struct tf_search_result *out,
                               struct tf_error *error);

/* --- Summary ------------------------------------------------------------- */

#define TF_GROUP_KEY_MAP(X) X(TREATMENT, "treatment") X(ROUTE, "route") X(CONDITION, "condition")
enum tf_group_key {
#define X(name, word) TF_GROUP_##name,
    TF_GROUP_KEY_MAP(X)
#undef X
        TF_GROUP__MAX
};
extern const char *const tf_group_key_names[TF_GROUP__MAX];

/*
 * How far the sources of a group go together. Two windows exclude each other
 * when no time lies in both; one implies the other when it lies within it. A
 * window that is open at both ends is told but not compared.
 *   SINGLE    only one independent source
 *   AGREE     of any two windows one implies the other
 *   PARTIAL   any two have a part in common
 *   CONFLICT  two of different independent sources exclude each other
 */
#define TF_AGREEMENT_MAP(X)                                                                        \
    X(SINGLE, "single") X(AGREE, "agree") X(PARTIAL, "partial") X(CONFLICT, "conflict")
enum tf_agreement {
#define X(name, word) TF_AGREEMENT_##name,
    TF_AGREEMENT_MAP(X)
#undef X
        TF_AGREEMENT__MAX
};
extern const char *const tf_agreement_names[TF_AGREEMENT__MAX];

/* Seconds, or sessions; 0: open at the beginning, INFINITY: at the end. */
struct tf_interval {
    double min, max;
};

struct tf_summary_source {
    const struct tf_source_ref *source;
    unsigned family; /* from 1; sources that copy each other share one */
    struct {
        const struct tf_window_row **v;
        size_t n, cap;
    } windows;
};
struct tf_conflict {
    const struct tf_window_row *a, *b; /* a before b */
};
struct tf_summary_group {
    struct tf_str key[TF_GROUP__MAX]; /* absent: not said, or not grouped by */
    enum tf_basis basis;
    enum tf_agreement agreement;
    struct tf_interval envelope, common;
    bool has_common;
    unsigned families;
    struct {
        struct tf_summary_source *v;
        size_t n, cap;
    } sources;
    struct {
        struct tf_conflict *v;
        size_t n, cap;
    } conflicts; /* at most TF_CONFLICTS_MAX */
    bool conflicts_truncated;
};
struct tf_summary {
    struct {
        struct tf_summary_group *v;
        size_t n, cap;
    } groups; /* by key, times before sessions */
    size_t windows;
    struct tf_dataset dataset;
};
enum { TF_SUMMARY_WINDOWS_MAX = 20000, TF_CONFLICTS_MAX = 100 };
/* query->list is SUMMARY. TF_PARAMETER with a violation when the filter leaves
 * more than TF_SUMMARY_WINDOWS_MAX windows. */
enum tf_status tf_query_summary(struct tf_store *store, const struct tf_query *query,
                                struct tf_arena *arena, struct tf_summary *out,
                                struct tf_violations *violations, struct tf_error *error);
/* Pure: rows of windows, and pairs of sources that copy each other. */
void tf_query_summarise(const struct tf_window_row *rows, size_t count,
                        const struct tf_kin *kin, unsigned group_by, struct tf_arena *arena,
                        struct tf_summary *out);

/* The kind of vocabulary that a list shows, "treatment" for /v1/treatments: also
 * the name of the filter that takes its codes. NULL for lists of rows. */
const char *tf_query_vocabulary(enum tf_list list);

#endif
