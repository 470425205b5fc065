/* SPDX-License-Identifier: MIT */
/*
 * A misspelt code in a table would be a cue that silently never counts, so the
 * codes that the rules ask for are closed lists. Those of facts.h keep their
 * order, so that a place in the list is the enumerator.
 */
#include "schema.h"

static const char *const measures[] = {
#define X(name, word) word,
    TF_MEASURE_MAP(X)
#undef X
        "none"};

static const char *const times[] = {
#define X(name, word) word,
    TF_TIME_MAP(X)
#undef X
};

static const char *const hedges[] = {"modal", "verb", "adjective", "adverb", "noun"};

static const char *const frames[] = {"event", "effect", "course", "unwanted", "illness",
                                     "takes", "lasts",  "begins", "ends"};

static const char *const negations[] = {"negation", "litotes", "contrast", "prohibition", "myth"};

#define CODES(list) .codes = (list), .codes_count = sizeof(list) / sizeof *(list)

const struct tf_lex_schema tf_lex_schemas[TF_LEX__MAX] = {
    [TF_LEX_TREATMENT] = {.file = "treatments", .unique = true, .label = true, .plural = true},
    [TF_LEX_CONDITION] = {.file = "conditions", .unique = true, .label = true, .plural = true},
    [TF_LEX_ROUTE] = {.file = "routes", .unique = true, .label = true},
    [TF_LEX_TOPIC] = {.file = "topics", CODES(tf_topic_names)},
    [TF_LEX_HEDGE] = {.file = "hedges", CODES(hedges)},
    [TF_LEX_NEGATION] = {.file = "negations", CODES(negations)},
    [TF_LEX_ROLE] = {.file = "roles", CODES(tf_role_names)},
    [TF_LEX_MEASURE] = {.file = "measures", CODES(measures)},
    [TF_LEX_FRAME] = {.file = "frames", CODES(frames)},
    [TF_LEX_TIME] = {.file = "time", CODES(times)},
    [TF_LEX_STUDY] = {.file = "studies"},
    [TF_LEX_PATIENT] = {.file = "patients"},
    [TF_LEX_GRAMMAR] = {.file = "grammar"},
    [TF_LEX_VERB] = {.file = "verbs"},
    [TF_LEX_SENTENCE] = {.file = "sentences", .lookup = true},
};

/* Roles that follow from form alone: no cue can speak for them. */
static bool is_formal_role(const struct tf_lex_schema *schema, int value)
{
    return schema == &tf_lex_schemas[TF_LEX_ROLE] &&
           (value == TF_ROLE_CLAIM || value == TF_ROLE_QUESTION || value == TF_ROLE_HEADING ||
            value == TF_ROLE_HEADER_CELL);
}

bool tf_lex_schema_allows(const struct tf_lex_schema *schema, struct tf_str code, int *value)
{
    *value = -1;
    if (!schema->codes || tf_str_is(code, "-"))
        return true;
    *value = tf_name_find(schema->codes, schema->codes_count, code);
    return *value >= 0 && !is_formal_role(schema, *value);
}
