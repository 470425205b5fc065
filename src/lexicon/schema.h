/* SPDX-License-Identifier: MIT */
/* What each table may hold. */
#ifndef TF_LEXICON_SCHEMA_H
#define TF_LEXICON_SCHEMA_H

#include <treatfacts/lexicon.h>

struct tf_lex_schema {
    const char *file;         /* name below lexicon/ */
    const char *const *codes; /* the only ones allowed; NULL: any code */
    int codes_count;
    bool unique; /* a code stands on one line only */
    bool label;  /* lines need a label: people see them */
    bool plural; /* patterns match their plural, too */
    bool lookup; /* looked up word by word, not matched in runs of tokens */
};

extern const struct tf_lex_schema tf_lex_schemas[TF_LEX__MAX];

/* May the table have the code? *value: its place among the codes where they are
 * closed, else -1; "-" (matched, but means nothing) always may. */
bool tf_lex_schema_allows(const struct tf_lex_schema *schema, struct tf_str code, int *value);

#endif
