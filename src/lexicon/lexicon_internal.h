/* SPDX-License-Identifier: MIT */
/* Shared inside lexicon/: the loaded tables. */
#ifndef TF_LEXICON_INTERNAL_H
#define TF_LEXICON_INTERNAL_H

#include "trie.h"

struct tf_lex_entries {
    struct tf_lex_entry *v;
    size_t n, cap;
};

/* A word of a table that is only looked up. */
struct tf_lex_word {
    struct tf_str fold;
    const struct tf_lex_entry *entry;
};

struct tf_lexicon {
    struct tf_arena *arena;
    struct tf_lex_entries entries[TF_LEX__MAX];
    struct {
        struct tf_lex_word *v;
        size_t n, cap;
    } words; /* sorted by fold */
    struct tf_trie trie;
    char version[TF_LEXICON_VERSION_TEXT];
};

#endif
