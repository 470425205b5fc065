/* SPDX-License-Identifier: MIT */
/* The pattern language of the tables (lexicon.h), written out into plain rows. */
#ifndef TF_LEXICON_PATTERN_H
#define TF_LEXICON_PATTERN_H

#include <treatfacts/lexicon.h>

/* Bounds of one pattern. Three gaps keep the ways through a pattern few. */
enum { TF_PATTERN_PARTS = 24, TF_PATTERN_ROWS = 4096, TF_PATTERN_GAPS = 3 };

enum tf_part_kind {
    TF_PART_WORD,
    TF_PART_CAPITALS, /* a word that counts in capitals only */
    TF_PART_PREFIX,
    TF_PART_NUMBER,
    TF_PART_GAP,
    TF_PART_START,
    TF_PART_END,
};

struct tf_part {
    enum tf_part_kind kind;
    struct tf_str fold; /* words and prefixes */
    uint32_t hash;
};

/* Gets each row that an entry's patterns stand for; false stops (no memory or
 * too many). */
struct tf_pattern_sink {
    bool (*take)(void *context, const struct tf_part *parts, size_t count);
    void *context;
};

/* Reads all patterns of an entry. TF_INPUT names file, line and reason. */
enum tf_status tf_pattern_read(const struct tf_lex_entry *entry, bool plural,
                               struct tf_arena *arena, struct tf_pattern_sink sink,
                               struct tf_error *error);

#endif
