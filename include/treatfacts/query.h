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

/* A list that can be asked for. Onset windows are time windows with the
 * measure fixed. NAME, path below /v1/. */
#define TF_LIST_MAP(X)                                                                             \
    X(CLAIMS, "claims")                                                                            \
    X(SOURCES, "sources")                                                                          \
    X(SEGMENTS, "segments")                                                                        \
    X(ONSET_WINDOWS, "onset-windows")                                                              \
    X(TIME_WINDOWS, "time-windows") X(FAQS, "faqs") X(STUDIES, "studies")                          \
        X(TREATMENTS, "treatments") X(CONDITIONS, "conditions") X(TOPICS, "topics")                \
            X(ROUTES, "routes")
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

struct tf_query {
    enum tf_list list;
    struct tf_filter filter;
    struct tf_page page;
    struct tf_strs fields; /* n == 0: all */
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
                              const struct tf_uuid *source, const struct tf_parameter *parameters,
                              size_t count, struct tf_arena *arena, struct tf_query *out,
                              struct tf_violations *violations, struct tf_error *error);

/* A page and the cursor of the next (absent at the end). Vocabulary lists fill
 * vocabulary instead of rows. */
struct tf_result {
    struct tf_rows rows;
    struct tf_vocabulary_rows vocabulary;
    bool has_total;
    struct tf_str next_cursor;
    int64_t dataset_version; /* of the same snapshot as the rows */
};
enum tf_status tf_query_run(struct tf_store *store, const struct tf_query *query,
                            struct tf_arena *arena, struct tf_result *out, struct tf_error *error);

/* The kind of vocabulary that a list shows, "treatment" for /v1/treatments: also
 * the name of the filter that takes its codes. NULL for lists of rows. */
const char *tf_query_vocabulary(enum tf_list list);

#endif
