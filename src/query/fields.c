/* SPDX-License-Identifier: MIT */
/* What `fields` may name. The writers of rows decide which keys there are; a test
 * holds these lists against what they write. */
#include <treatfacts/query.h>

#define ORIGIN "source", "revision", "current", "updated_at"

static const char *const claim_fields[] = {
    "id",       "text",     "section",          "spans",      "topic",  "certainty",
    "hedges",   "polarity", "treatments",       "conditions", "routes", ORIGIN,
    "selector", "href",     "source_text_href", "deep_link"};
static const char *const source_fields[] = {
    "id",        "key",        "title",        "publisher",  "url",       "published",
    "retrieved", "license",    "language",     "revision",   "revisions", "sha256",
    "bytes",     "characters", "extractor",    "updated_at", "counts",    "promotional_share",
    "href",      "text_href",  "segments_href"};
static const char *const segment_fields[] = {"start", "end",    "byte_start", "byte_end",
                                             "role",  "reason", "exact",      "claim"};
static const char *const window_fields[] = {
    "id",         "claim",       "measure",     "basis",        "min",
    "max",        "min_seconds", "max_seconds", "min_sessions", "max_sessions",
    "bound",      "precision",   "treatments",  "route",        "condition",
    "expression", "claim_href",  "quote",       "certainty",    ORIGIN,
    "href"};
static const char *const faq_fields[] = {"id",     "question", "question_span",
                                         "origin", "answer",   "answer_spans",
                                         "claims", ORIGIN,     "href"};
static const char *const study_fields[] = {"id",           "name",  "year",       "study_type",
                                           "participants", "claim", "claim_href", "quote",
                                           ORIGIN,         "href"};
static const char *const vocabulary_fields[] = {"code", "label", "synonyms", "claims",
                                                "claims_href"};

#define FIELDS(list)                                                                               \
    {                                                                                              \
        list, sizeof(list) / sizeof *(list)                                                        \
    }

static const struct {
    const char *const *v;
    size_t n;
} fields[TF_LIST__MAX] = {
    [TF_LIST_CLAIMS] = FIELDS(claim_fields),
    [TF_LIST_SOURCES] = FIELDS(source_fields),
    [TF_LIST_SEGMENTS] = FIELDS(segment_fields),
    [TF_LIST_ONSET_WINDOWS] = FIELDS(window_fields),
    [TF_LIST_TIME_WINDOWS] = FIELDS(window_fields),
    [TF_LIST_FAQS] = FIELDS(faq_fields),
    [TF_LIST_STUDIES] = FIELDS(study_fields),
    [TF_LIST_TREATMENTS] = FIELDS(vocabulary_fields),
    [TF_LIST_CONDITIONS] = FIELDS(vocabulary_fields),
    [TF_LIST_TOPICS] = FIELDS(vocabulary_fields),
    [TF_LIST_ROUTES] = FIELDS(vocabulary_fields),
};

const char *const *tf_query_fields(enum tf_list list, size_t *count)
{
    *count = fields[list].n;
    return fields[list].v;
}
