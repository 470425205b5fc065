/* SPDX-License-Identifier: MIT */
/*
 * All rows of all tables in one trie over words. Children are found in one
 * hash table keyed by node and the word's hash; two bitmaps turn most words
 * away before that table is touched.
 */
#ifndef TF_LEXICON_TRIE_H
#define TF_LEXICON_TRIE_H

#include "pattern.h"

enum { TF_TRIE_ROOT = 0, TF_TRIE_NODES_MAX = 2 * 1024 * 1024, TF_TRIE_FILTER = 1 << 17 };

/* A row that ends at a node; at most one of a category: its earliest. */
struct tf_trie_end {
    const struct tf_lex_entry *entry;
    uint32_t next; /* index, 0: last */
};

struct tf_trie_node {
    uint32_t end;                 /* first of the ends, 0: none */
    uint32_t number, gap, finish; /* children by sign, 0: none */
    uint32_t prefixes;            /* bit n: a child is a prefix of n bytes */
    uint8_t words, capitals;      /* has such children */
};

struct tf_trie_edge {
    uint32_t node, hash, target; /* target 0: a free place */
    uint32_t kind;               /* enum tf_part_kind: word, capitals or prefix */
    struct tf_str fold;
};

/* Two entries of one category with the same row: the later never matches. */
struct tf_trie_clash {
    const struct tf_lex_entry *kept, *shadowed;
};

struct tf_trie {
    struct tf_arena *arena;
    struct {
        struct tf_trie_node *v;
        size_t n, cap;
    } nodes;
    struct {
        struct tf_trie_end *v;
        size_t n, cap;
    } ends;
    struct {
        struct tf_trie_clash *v;
        size_t n, cap;
    } clashes;
    struct tf_trie_edge *edges; /* open addressing, a power of two */
    size_t edge_count, edge_places;
    uint32_t start; /* child of the root for '^', 0: none */
    uint64_t *word_filter, *prefix_filter;
};

/* false: no memory. */
bool tf_trie_init(struct tf_trie *trie, struct tf_arena *arena);

/* Adds a row; entries come in the order of their tables. false: no memory or
 * too many nodes. */
bool tf_trie_add(struct tf_trie *trie, const struct tf_lex_entry *entry,
                 const struct tf_part *parts, size_t count);

/* The child of a node, 0 if none. kind is word, capitals or prefix. */
uint32_t tf_trie_child(const struct tf_trie *trie, uint32_t node, enum tf_part_kind kind,
                       struct tf_str fold, uint32_t hash);

static inline uint32_t tf_trie_filter_place(uint32_t hash)
{
    return (hash ^ hash >> 15) & (TF_TRIE_FILTER - 1);
}

/* Three first bytes of a word as a place in the prefix filter. */
static inline uint32_t tf_trie_prefix_place(const char *bytes)
{
    uint32_t three = (uint32_t)(unsigned char)bytes[0] << 16 |
                     (uint32_t)(unsigned char)bytes[1] << 8 | (unsigned char)bytes[2];
    return (three * 2654435761u) >> 15 & (TF_TRIE_FILTER - 1);
}

static inline bool tf_trie_filter_has(const uint64_t *filter, uint32_t place)
{
    return filter[place / 64] >> (place % 64) & 1;
}

#endif
