/* SPDX-License-Identifier: MIT */
/* Shared inside lexicon/: the loaded tables. */
#ifndef TF_LEXICON_INTERNAL_H
#define TF_LEXICON_INTERNAL_H

#include "trie.h"

struct tf_lex_entries {
    struct tf_lex_entry *v;
    size_t n, cap;
};

struct tf_lexicon {
    struct tf_arena *arena;
    struct tf_lex_entries entries[TF_LEX__MAX];
    struct tf_strs abbreviations; /* folded, sorted */
    struct tf_trie trie;
    char version[13];
};

#endif
