/* SPDX-License-Identifier: MIT */
/*
 * The words and prefixes that patterns use, numbered, so that a token is looked
 * up once and the walk down the trie compares numbers.
 */
#ifndef TF_LEXICON_WORDS_H
#define TF_LEXICON_WORDS_H

#include <treatfacts/text.h>

struct tf_word {
    struct tf_str fold;
    uint32_t hash, id; /* ids count from 1; 0: a free place */

    /* Known when all tables have been read. */
    const struct tf_word *prefix; /* the longest of the tables that it begins with, or NULL */
    uint32_t first, capitals;     /* where the root of the trie leads with it, 0: nowhere */
};

/* A hash table with open addressing, a power of two in size. */
struct tf_words {
    struct tf_word *places;
    size_t n, size;
};

enum { TF_PREFIX_MIN = 3, TF_PREFIX_MAX = 31 };

/* false: no memory. */
bool tf_words_init(struct tf_words *words, struct tf_arena *arena);

/* The number of a word, a new one where it has none yet; 0: no memory. */
uint32_t tf_words_add(struct tf_words *words, struct tf_arena *arena, struct tf_str fold,
                      uint32_t hash);

/* The word's place; its id is 0 where the tables do not have it. */
const struct tf_word *tf_words_find(const struct tf_words *words, struct tf_str fold,
                                    uint32_t hash);

/* The longest of the prefixes, of at most `limit` bytes, that the word begins
 * with, or NULL. lengths: bit n where there is a prefix of n bytes. */
const struct tf_word *tf_words_prefix(const struct tf_words *prefixes, uint32_t lengths,
                                      struct tf_str fold, size_t limit);

#endif
