/* SPDX-License-Identifier: MIT */
/* The one table of parameters; parsing and error texts follow it, and a test
 * holds the API document against them. */
#include "query_internal.h"

const char *const tf_list_names[TF_LIST__MAX] = {
#define X(name, word) word,
    TF_LIST_MAP(X)
#undef X
};

#define LIST(name) (1u << TF_LIST_##name)
#define WINDOWS (LIST(ONSET_WINDOWS) | LIST(TIME_WINDOWS))
#define OF_CLAIMS (LIST(CLAIMS) | WINDOWS | LIST(STUDIES))
#define FACTS (OF_CLAIMS | LIST(FAQS))
#define EVERY ((1u << TF_LIST__MAX) - 1)

#define ENUM(name, NAME) tf_##name##_names, TF_##NAME##__MAX, NULL
#define CODE(kind) NULL, 0, kind
#define PLAIN NULL, 0, NULL

const struct parameter parameters[] = {
    {"treatment", TYPE_CODE, FACTS, true, TF_FILTER_TREATMENT, CODE("treatment")},
    {"condition", TYPE_CODE, FACTS, true, TF_FILTER_CONDITION, CODE("condition")},
    {"route", TYPE_CODE, OF_CLAIMS, true, TF_FILTER_ROUTE, CODE("route")},
    {"topic", TYPE_ENUM, FACTS, true, TF_FILTER_TOPIC, ENUM(topic, TOPIC)},
    {"certainty", TYPE_ENUM, OF_CLAIMS, true, TF_FILTER_CERTAINTY, ENUM(certainty, CERTAINTY)},
    {"polarity", TYPE_ENUM, OF_CLAIMS, true, TF_FILTER_POLARITY, ENUM(polarity, POLARITY)},
    /* The primary span's role: the first three of the span roles. */
    {"kind", TYPE_ENUM, OF_CLAIMS, true, TF_FILTER_KIND, tf_span_role_names, TF_SPAN_CELL + 1,
     NULL},
    {"source", TYPE_SOURCE, FACTS | LIST(SOURCES), true, TF_FILTER_SOURCE, PLAIN},
    {"section", TYPE_TEXT, OF_CLAIMS, true, TF_FILTER_SECTION, PLAIN},
    {"study", TYPE_TEXT, OF_CLAIMS, true, TF_FILTER_STUDY, PLAIN},
    {"claim", TYPE_UUID, WINDOWS | LIST(STUDIES) | LIST(FAQS), true, TF_FILTER_CLAIM, PLAIN},
    {"measure", TYPE_ENUM, LIST(TIME_WINDOWS), true, TF_FILTER_MEASURE, ENUM(measure, MEASURE)},
    {"basis", TYPE_ENUM, WINDOWS, true, TF_FILTER_BASIS, ENUM(basis, BASIS)},
    {"precision", TYPE_ENUM, WINDOWS, true, TF_FILTER_PRECISION, ENUM(precision, PRECISION)},
    {"bound", TYPE_ENUM, WINDOWS, true, TF_FILTER_BOUND, ENUM(bound, BOUND)},
    {"max_lte", TYPE_DURATION, WINDOWS, false, -1, PLAIN},
    {"min_gte", TYPE_DURATION, WINDOWS, false, -1, PLAIN},
    {"origin", TYPE_ENUM, LIST(FAQS), true, TF_FILTER_ORIGIN, ENUM(origin, ORIGIN)},
    {"role", TYPE_ENUM, LIST(SEGMENTS), true, TF_FILTER_ROLE, ENUM(role, ROLE)},
    {"q", TYPE_MATCH, FACTS, false, -1, PLAIN},
    {"updated_since", TYPE_TIMESTAMP, FACTS | LIST(SOURCES), false, -1, PLAIN},
    {"limit", TYPE_LIMIT, EVERY, false, -1, PLAIN},
    {"cursor", TYPE_CURSOR, EVERY, false, -1, PLAIN},
    {"count", TYPE_BOOLEAN, EVERY, false, -1, PLAIN},
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

static const struct {
    enum tf_kind kind;
    const char *vocabulary;
} lists[TF_LIST__MAX] = {
    [TF_LIST_CLAIMS] = {TF_KIND_CLAIM, NULL},
    [TF_LIST_SOURCES] = {TF_KIND_SOURCE, NULL},
    [TF_LIST_SEGMENTS] = {TF_KIND_SEGMENT, NULL},
    [TF_LIST_ONSET_WINDOWS] = {TF_KIND_WINDOW, NULL},
    [TF_LIST_TIME_WINDOWS] = {TF_KIND_WINDOW, NULL},
    [TF_LIST_FAQS] = {TF_KIND_FAQ, NULL},
    [TF_LIST_STUDIES] = {TF_KIND_STUDY, NULL},
    [TF_LIST_TREATMENTS] = {TF_KIND__MAX, "treatment"},
    [TF_LIST_CONDITIONS] = {TF_KIND__MAX, "condition"},
    [TF_LIST_TOPICS] = {TF_KIND__MAX, "topic"},
    [TF_LIST_ROUTES] = {TF_KIND__MAX, "route"},
};

enum tf_kind list_kind(enum tf_list list)
{
    return lists[list].kind;
}

const char *tf_query_vocabulary(enum tf_list list)
{
    return lists[list].vocabulary;
}
