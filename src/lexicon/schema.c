/* SPDX-License-Identifier: MIT */
/*
 * The closed lists of codes repeat words of facts.h and of the rules in
 * extract/. This room must not include either (it stands before them), yet a
 * misspelt code in a table would be a cue that silently never counts, so the
 * loader has to know them. A test of extract/ may compare the lists.
 */
#include "schema.h"

static const char *const topics[] = {"onset",          "duration",   "efficacy",     "mechanism",
                                     "administration", "regimen",    "safety",       "eligibility",
                                     "evidence",       "regulation", "epidemiology", "experience",
                                     "background",     NULL};

/* The other roles follow from form alone, so no cue speaks for them. */
static const char *const roles[] = {"stem", "promo", "contact", "chrome", "meta", "fragment", NULL};

/* "none": the cue says that a time expression is no window at all. */
static const char *const measures[] = {"onset",  "duration", "session", "observation",
                                       "course", "none",     NULL};

static const char *const hedges[] = {"modal", "verb", "adjective", "adverb", "noun", NULL};

static const char *const negations[] = {"negation",    "litotes", "contrast",
                                        "prohibition", "myth",    NULL};

const struct tf_lex_schema tf_lex_schemas[TF_LEX__MAX] = {
    [TF_LEX_TREATMENT] = {.file = "treatments", .unique = true, .label = true, .plural = true},
    [TF_LEX_CONDITION] = {.file = "conditions", .unique = true, .label = true, .plural = true},
    [TF_LEX_ROUTE] = {.file = "routes", .unique = true, .label = true},
    [TF_LEX_TOPIC] = {.file = "topics", .codes = topics},
    [TF_LEX_HEDGE] = {.file = "hedges", .codes = hedges},
    [TF_LEX_NEGATION] = {.file = "negations", .codes = negations},
    [TF_LEX_ROLE] = {.file = "roles", .codes = roles},
    [TF_LEX_MEASURE] = {.file = "measures", .codes = measures},
    [TF_LEX_TIME] = {.file = "time"},
    [TF_LEX_STUDY] = {.file = "studies"},
    [TF_LEX_PATIENT] = {.file = "patients"},
    [TF_LEX_GRAMMAR] = {.file = "grammar"},
    [TF_LEX_VERB] = {.file = "verbs"},
    [TF_LEX_SENTENCE] = {.file = "sentences", .lookup = true},
};

bool tf_lex_schema_allows(const struct tf_lex_schema *schema, struct tf_str code)
{
    if (!schema->codes || tf_str_is(code, "-"))
        return true;
    for (const char *const *known = schema->codes; *known; known++)
        if (tf_str_is(code, *known))
            return true;
    return false;
}
