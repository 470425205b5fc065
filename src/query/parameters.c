/* SPDX-License-Identifier: MIT */
/* The one table of parameters; parsing and error texts follow it, and a test
 * holds the API document against them. */
#include "query_internal.h"

const char *const tf_list_names[TF_LIST__MAX] = {
#define X(name, word) word,
    TF_LIST_MAP(X)
#undef X
};

const char *const tf_format_names[TF_FORMAT__MAX] = {
#define X(name, word) word,
    TF_FORMAT_MAP(X)
#undef X
};

const char *const tf_group_key_names[TF_GROUP__MAX] = {
#define X(name, word) word,
    TF_GROUP_KEY_MAP(X)
#undef X
};

#define LIST(name) (1u << TF_LIST_##name)
#define WINDOWS (LIST(ONSET_WINDOWS) | LIST(TIME_WINDOWS))
#define OF_WINDOWS (WINDOWS | LIST(SUMMARY))
#define OF_CLAIMS (LIST(CLAIMS) | OF_WINDOWS | LIST(STUDIES))
#define FACTS (OF_CLAIMS | LIST(FAQS))
#define VOCABULARIES (LIST(TREATMENTS) | LIST(CONDITIONS) | LIST(TOPICS) | LIST(ROUTES))
#define ROWS                                                                                       \
    (LIST(CLAIMS) | WINDOWS | LIST(STUDIES) | LIST(FAQS) | LIST(SOURCES) | LIST(SEGMENTS))
#define TABLES (ROWS | VOCABULARIES)

#define ENUM(name, NAME) tf_##name##_names, TF_##NAME##__MAX, NULL, false
#define CODE(kind) NULL, 0, kind, false
#define PLAIN NULL, 0, NULL, false
#define OF_ONE NULL, 0, NULL, true

const struct parameter parameters[] = {
    {"treatment", TYPE_CODE, FACTS | LIST(SEARCH), true, TF_FILTER_TREATMENT, CODE("treatment")},
    {"condition", TYPE_CODE, FACTS | LIST(SEARCH), true, TF_FILTER_CONDITION, CODE("condition")},
    {"route", TYPE_CODE, OF_CLAIMS, true, TF_FILTER_ROUTE, CODE("route")},
    {"topic", TYPE_ENUM, FACTS, true, TF_FILTER_TOPIC, ENUM(topic, TOPIC)},
    {"certainty", TYPE_ENUM, OF_CLAIMS, true, TF_FILTER_CERTAINTY, ENUM(certainty, CERTAINTY)},
    {"polarity", TYPE_ENUM, OF_CLAIMS, true, TF_FILTER_POLARITY, ENUM(polarity, POLARITY)},
    /* The primary span's role: the first three of the span roles. */
    {"kind", TYPE_ENUM, OF_CLAIMS, true, TF_FILTER_KIND, tf_span_role_names, TF_SPAN_CELL + 1,
     NULL, false},
    {"source", TYPE_SOURCE, FACTS | LIST(SOURCES) | LIST(SEARCH), true, TF_FILTER_SOURCE, PLAIN},
    {"section", TYPE_TEXT, OF_CLAIMS, true, TF_FILTER_SECTION, PLAIN},
    {"study", TYPE_TEXT, OF_CLAIMS, true, TF_FILTER_STUDY, PLAIN},
    {"claim", TYPE_UUID, OF_WINDOWS | LIST(STUDIES) | LIST(FAQS), true, TF_FILTER_CLAIM, PLAIN},
    {"measure", TYPE_ENUM, LIST(TIME_WINDOWS), true, TF_FILTER_MEASURE, ENUM(measure, MEASURE)},
    {"basis", TYPE_ENUM, OF_WINDOWS, true, TF_FILTER_BASIS, ENUM(basis, BASIS)},
    {"precision", TYPE_ENUM, OF_WINDOWS, true, TF_FILTER_PRECISION, ENUM(precision, PRECISION)},
    {"bound", TYPE_ENUM, OF_WINDOWS, true, TF_FILTER_BOUND, ENUM(bound, BOUND)},
    {"max_lte", TYPE_DURATION, OF_WINDOWS, false, -1, PLAIN},
    {"min_gte", TYPE_DURATION, OF_WINDOWS, false, -1, PLAIN},
    {"origin", TYPE_ENUM, LIST(FAQS), true, TF_FILTER_ORIGIN, ENUM(origin, ORIGIN)},
    {"role", TYPE_ENUM, LIST(SEGMENTS), true, TF_FILTER_ROLE, ENUM(role, ROLE)},
    {"q", TYPE_MATCH, FACTS | LIST(SEARCH), false, -1, PLAIN},
    {"type", TYPE_HIT_TYPE, LIST(SEARCH), true, -1, PLAIN},
    {"group_by", TYPE_GROUP, LIST(SUMMARY), true, -1, PLAIN},
    {"updated_since", TYPE_TIMESTAMP, FACTS | LIST(SOURCES), false, -1, PLAIN},
    {"sort", TYPE_SORT, TABLES & ~LIST(SEGMENTS), false, -1, PLAIN},
    {"limit", TYPE_LIMIT, TABLES | LIST(SEARCH), false, -1, PLAIN},
    {"cursor", TYPE_CURSOR, TABLES | LIST(SEARCH), false, -1, PLAIN},
    {"count", TYPE_BOOLEAN, TABLES, false, -1, PLAIN},
    {"facet", TYPE_FACET, ROWS, true, -1, PLAIN},
    {"fields", TYPE_FIELDS, TABLES, true, -1, OF_ONE},
    {"format", TYPE_FORMAT, TABLES | LIST(SEARCH) | LIST(SUMMARY), false, -1, OF_ONE},
};
const size_t parameters_count = sizeof parameters / sizeof *parameters;

bool parameter_taken(const struct parameter *parameter, enum tf_list list)
{
    return parameter->lists >> list & 1;
}

const struct parameter *parameter_find(struct tf_str name, enum tf_list list)
{
    for (size_t i = 0; i < parameters_count; i++)
        if (tf_str_is(name, parameters[i].name) && parameter_taken(&parameters[i], list))
            return &parameters[i];
    return NULL;
}

#define SORT(name) (1u << TF_SORT_##name)
#define FACET(name) (1u << TF_FACET_##name)
#define FORMAT(name) (1u << TF_FORMAT_##name)

#define OF_FACTS (SORT(PLACE) | SORT(UPDATED_AT))
#define OF_TIMES (OF_FACTS | SORT(MIN) | SORT(MAX))
#define OF_CODES (SORT(CODE) | SORT(LABEL) | SORT(CLAIMS))

#define LABELLED                                                                                   \
    (FACET(TREATMENT) | FACET(CONDITION) | FACET(ROUTE) | FACET(TOPIC) | FACET(CERTAINTY) |        \
     FACET(POLARITY) | FACET(SOURCE))
#define TIMED (LABELLED | FACET(BASIS) | FACET(BOUND) | FACET(PRECISION))

#define RECORDS (FORMAT(JSON) | FORMAT(NDJSON) | FORMAT(CSV))
#define LINKED (RECORDS | FORMAT(JSONLD))

/* What each list shows, can be sorted and counted by, and had as. */
static const struct {
    enum tf_kind kind;
    const char *vocabulary;
    uint32_t sorts, facets;
    unsigned formats;
} lists[TF_LIST__MAX] = {
    [TF_LIST_CLAIMS] = {TF_KIND_CLAIM, NULL, OF_FACTS, LABELLED | FACET(KIND), LINKED},
    [TF_LIST_SOURCES] = {TF_KIND_SOURCE, NULL,
                         SORT(KEY) | SORT(UPDATED_AT) | SORT(TITLE) | SORT(PUBLISHED),
                         FACET(PUBLISHER) | FACET(LANGUAGE), RECORDS},
    [TF_LIST_SEGMENTS] = {TF_KIND_SEGMENT, NULL, SORT(PLACE), FACET(ROLE), RECORDS},
    [TF_LIST_ONSET_WINDOWS] = {TF_KIND_WINDOW, NULL, OF_TIMES, TIMED, LINKED},
    [TF_LIST_TIME_WINDOWS] = {TF_KIND_WINDOW, NULL, OF_TIMES, TIMED | FACET(MEASURE), LINKED},
    [TF_LIST_FAQS] = {TF_KIND_FAQ, NULL, OF_FACTS,
                      FACET(TREATMENT) | FACET(CONDITION) | FACET(TOPIC) | FACET(ORIGIN) |
                          FACET(SOURCE),
                      LINKED},
    [TF_LIST_STUDIES] = {TF_KIND_STUDY, NULL, OF_FACTS | SORT(NAME) | SORT(YEAR),
                         FACET(TREATMENT) | FACET(CONDITION) | FACET(TOPIC) | FACET(STUDY_TYPE) |
                             FACET(YEAR) | FACET(SOURCE),
                         RECORDS},
    [TF_LIST_TREATMENTS] = {TF_KIND__MAX, "treatment", OF_CODES, 0, RECORDS},
    [TF_LIST_CONDITIONS] = {TF_KIND__MAX, "condition", OF_CODES, 0, RECORDS},
    [TF_LIST_TOPICS] = {TF_KIND__MAX, "topic", OF_CODES, 0, RECORDS},
    [TF_LIST_ROUTES] = {TF_KIND__MAX, "route", OF_CODES, 0, RECORDS},
    [TF_LIST_SEARCH] = {TF_KIND__MAX, NULL, 0, 0, FORMAT(JSON)},
    [TF_LIST_SUMMARY] = {TF_KIND_WINDOW, NULL, 0, 0, FORMAT(JSON)},
};

enum tf_kind list_kind(enum tf_list list)
{
    return lists[list].kind;
}

uint32_t list_sorts(enum tf_list list)
{
    return lists[list].sorts;
}

uint32_t list_facets(enum tf_list list)
{
    return lists[list].facets;
}

unsigned tf_query_formats(enum tf_list list)
{
    return lists[list].formats;
}

const char *tf_query_vocabulary(enum tf_list list)
{
    return lists[list].vocabulary;
}
