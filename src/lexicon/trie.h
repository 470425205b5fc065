/* SPDX-License-Identifier: MIT */
/*
 * All rows of all tables in one trie over words. Children are found in one
 * hash table keyed by node and the number of the word; those of the root are
 * kept with the word itself, so that most tokens cost one look.
 */
#ifndef TF_LEXICON_TRIE_H
#define TF_LEXICON_TRIE_H

#include "pattern.h"
#include "words.h"

enum {
    TF_TRIE_ROOT = 0,
    TF_TRIE_NODES_MAX = 2 * 1024 * 1024,
    TF_TRIE_FILTER = 1 << 15 /* places of the filter, a power of two */
};

/* A row that ends at a node; at most one of a category: its earliest. */
struct tf_trie_end {
    const struct tf_lex_entry *entry;
    uint32_t next;            /* index, 0: last */
    uint32_t category, order; /* the entry's, here to be at hand */
};

struct tf_trie_node {
    uint32_t end;                 /* first of the ends, 0: none */
    uint32_t number, gap, finish; /* children by sign, 0: none */
    uint8_t capitals, prefixes;   /* has such children */
    uint64_t words;               /* filter: bit tf_trie_bit(word) where a child is by that word */
};

/* Most words have no child at a node, and one of 64 bits says so at once. */
static inline uint64_t tf_trie_bit(uint32_t word)
{
    return UINT64_C(1) << (word % 64);
}

/* A way from one node to another by a word; target 0: a free place. */
struct tf_trie_edge {
    uint32_t node, target;
    uint32_t label; /* the word's number and the kind of part, see trie.c */
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
    struct tf_words words, prefixes;
    uint32_t prefix_lengths; /* bit n: there is a prefix of n bytes */
    uint64_t *prefix_filter; /* the first letters of all prefixes */
    uint32_t start;          /* child of the root for '^', 0: none */
};

/* false: no memory. */
bool tf_trie_init(struct tf_trie *trie, struct tf_arena *arena);

/* Adds a row; entries come in the order of their tables. false: no memory or
 * too many nodes. */
bool tf_trie_add(struct tf_trie *trie, const struct tf_lex_entry *entry,
                 const struct tf_part *parts, size_t count);

/* After the last row, before the first walk: what the words themselves know. */
void tf_trie_seal(struct tf_trie *trie);

/* The child of a node by a word or prefix, 0 if none. kind is word, capitals or
 * prefix. */
uint32_t tf_trie_child(const struct tf_trie *trie, uint32_t node, enum tf_part_kind kind,
                       uint32_t word);

/* A token as the walk sees it: its word (id 0 where no table has it) and the
 * longest prefix it begins with. */
struct tf_trie_step {
    const struct tf_word *word, *prefix;
};
struct tf_trie_step tf_trie_look(const struct tf_trie *trie, const struct tf_token *token);

/* Is it one of the words for a number that '#' takes? */
bool tf_trie_is_number_word(const struct tf_word *word);

#endif
