/* SPDX-License-Identifier: MIT */
#include "trie.h"

#include <string.h>

/* Words for numbers are the first words of every trie, so that one is known by
 * its id. */
static const char *const number_words[] = {
    "one",   "two",   "three", "four",    "five",   "six",    "seven",
    "eight", "nine",  "ten",   "eleven",  "twelve", "twenty", "thirty",
    "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"};
enum { NUMBER_WORDS = sizeof number_words / sizeof *number_words };

/* --- Edges --------------------------------------------------------------- */

static uint32_t label_of(enum tf_part_kind kind, uint32_t word)
{
    return word << 2 | (uint32_t)kind; /* word, capitals and prefix are 0, 1 and 2 */
}

static struct tf_trie_edge *edge_find(struct tf_trie_edge *edges, size_t places, uint32_t node,
                                      uint32_t label)
{
    uint64_t key = ((uint64_t)node << 32 | label) * 0x9e3779b97f4a7c15u;
    for (size_t at = (size_t)(key >> 40) & (places - 1);; at = (at + 1) & (places - 1)) {
        struct tf_trie_edge *edge = &edges[at];
        if (edge->target == 0 || (edge->node == node && edge->label == label))
            return edge;
    }
}

uint32_t tf_trie_child(const struct tf_trie *trie, uint32_t node, enum tf_part_kind kind,
                       uint32_t word)
{
    return edge_find(trie->edges, trie->edge_places, node, label_of(kind, word))->target;
}

/* --- Building ------------------------------------------------------------ */

static bool add_number_words(struct tf_trie *trie)
{
    for (size_t i = 0; i < NUMBER_WORDS; i++) {
        struct tf_str word = tf_str_of(number_words[i]);
        if (!tf_words_add(&trie->words, trie->arena, word, tf_word_hash(word.data, word.size)))
            return false;
    }
    return true;
}

/* Our own tables need a little less: what grows in an arena leaves its smaller
 * selves behind, as much again. */
enum { NODES_USUAL = 72 * 1024, ENDS_USUAL = 64 * 1024, EDGES_USUAL = 256 * 1024 };

bool tf_trie_init(struct tf_trie *trie, struct tf_arena *arena)
{
    *trie = (struct tf_trie){.arena = arena, .edge_places = EDGES_USUAL};
    TF_RESERVE(arena, &trie->nodes, NODES_USUAL);
    TF_RESERVE(arena, &trie->ends, ENDS_USUAL);
    trie->edges = TF_NEW_ARRAY(arena, struct tf_trie_edge, trie->edge_places);
    trie->prefix_filter = TF_NEW_ARRAY(arena, uint64_t, TF_TRIE_FILTER / 64);
    TF_PUSH(arena, &trie->nodes); /* the root */
    TF_PUSH(arena, &trie->ends);  /* index 0 means none */
    return tf_words_init(&trie->words, arena) && tf_words_init(&trie->prefixes, arena) &&
           add_number_words(trie) && !tf_arena_failed(arena);
}

/* Kept at most half full, so that a search for what is not there ends soon. */
static bool edges_grow(struct tf_trie *trie)
{
    if (trie->edge_count * 2 < trie->edge_places)
        return true;
    size_t places = trie->edge_places * 2;
    struct tf_trie_edge *edges = TF_NEW_ARRAY(trie->arena, struct tf_trie_edge, places);
    if (!edges)
        return false;
    for (size_t i = 0; i < trie->edge_places; i++) {
        const struct tf_trie_edge *old = &trie->edges[i];
        if (old->target)
            *edge_find(edges, places, old->node, old->label) = *old;
    }
    trie->edges = edges;
    trie->edge_places = places;
    return true;
}

/* 0: no memory or too many. */
static uint32_t node_new(struct tf_trie *trie)
{
    if (trie->nodes.n >= TF_TRIE_NODES_MAX || !TF_PUSH(trie->arena, &trie->nodes))
        return 0;
    return (uint32_t)trie->nodes.n - 1;
}

/* Three first bytes of a word as a place in the filter of prefixes. */
static uint32_t filter_place(const char *bytes)
{
    uint32_t three = (uint32_t)(unsigned char)bytes[0] << 16 |
                     (uint32_t)(unsigned char)bytes[1] << 8 | (unsigned char)bytes[2];
    return (three * 2654435761u) >> 15 & (TF_TRIE_FILTER - 1);
}

/* The number of the part's word or prefix; 0: no memory. */
static uint32_t number_of(struct tf_trie *trie, const struct tf_part *part)
{
    if (part->kind != TF_PART_PREFIX)
        return tf_words_add(&trie->words, trie->arena, part->fold, part->hash);
    uint32_t place = filter_place(part->fold.data);
    trie->prefix_filter[place / 64] |= UINT64_C(1) << (place % 64);
    trie->prefix_lengths |= UINT32_C(1) << part->fold.size;
    return tf_words_add(&trie->prefixes, trie->arena, part->fold, part->hash);
}

static uint32_t word_child(struct tf_trie *trie, uint32_t node, const struct tf_part *part)
{
    uint32_t word = number_of(trie, part), label = label_of(part->kind, word);
    if (word == 0)
        return 0;
    struct tf_trie_edge *edge = edge_find(trie->edges, trie->edge_places, node, label);
    if (edge->target)
        return edge->target;
    uint32_t target = edges_grow(trie) ? node_new(trie) : 0;
    if (target == 0)
        return 0;
    edge = edge_find(trie->edges, trie->edge_places, node, label);
    *edge = (struct tf_trie_edge){node, target, label};
    trie->edge_count++;
    struct tf_trie_node *parent = &trie->nodes.v[node];
    parent->words |= part->kind == TF_PART_WORD ? tf_trie_bit(word) : 0;
    parent->capitals |= part->kind == TF_PART_CAPITALS;
    parent->prefixes |= part->kind == TF_PART_PREFIX;
    return target;
}

static uint32_t *sign_slot(struct tf_trie *trie, uint32_t node, enum tf_part_kind kind)
{
    struct tf_trie_node *n = &trie->nodes.v[node];
    switch (kind) {
    case TF_PART_NUMBER:
        return &n->number;
    case TF_PART_GAP:
        return &n->gap;
    case TF_PART_START:
        return &trie->start;
    case TF_PART_END:
        return &n->finish;
    case TF_PART_WORD:
    case TF_PART_CAPITALS:
    case TF_PART_PREFIX:
        break;
    }
    return NULL;
}

static uint32_t child(struct tf_trie *trie, uint32_t node, const struct tf_part *part)
{
    const uint32_t *slot = sign_slot(trie, node, part->kind);
    if (!slot)
        return word_child(trie, node, part);
    uint32_t known = *slot;
    if (known)
        return known;
    uint32_t target = node_new(trie); /* may move the nodes */
    *sign_slot(trie, node, part->kind) = target;
    return target;
}

static bool end_add(struct tf_trie *trie, uint32_t node, const struct tf_lex_entry *entry)
{
    for (uint32_t at = trie->nodes.v[node].end; at; at = trie->ends.v[at].next) {
        const struct tf_lex_entry *kept = trie->ends.v[at].entry;
        if (kept->category != entry->category)
            continue;
        if (kept == entry)
            return true;
        struct tf_trie_clash *clash = TF_PUSH(trie->arena, &trie->clashes);
        if (clash)
            *clash = (struct tf_trie_clash){kept, entry};
        return clash != NULL;
    }
    struct tf_trie_end *end = TF_PUSH(trie->arena, &trie->ends);
    if (!end)
        return false;
    *end = (struct tf_trie_end){entry, trie->nodes.v[node].end, entry->category, entry->order};
    trie->nodes.v[node].end = (uint32_t)trie->ends.n - 1;
    return true;
}

bool tf_trie_add(struct tf_trie *trie, const struct tf_lex_entry *entry,
                 const struct tf_part *parts, size_t count)
{
    uint32_t node = TF_TRIE_ROOT;
    for (size_t i = 0; i < count; i++) {
        node = child(trie, node, &parts[i]);
        if (node == 0)
            return false;
    }
    return end_add(trie, node, entry);
}

static void seal_word(const struct tf_trie *trie, struct tf_word *word)
{
    word->prefix =
        tf_words_prefix(&trie->prefixes, trie->prefix_lengths, word->fold, word->fold.size);
    word->first = tf_trie_child(trie, TF_TRIE_ROOT, TF_PART_WORD, word->id);
    word->capitals = tf_trie_child(trie, TF_TRIE_ROOT, TF_PART_CAPITALS, word->id);
}

static void seal_prefix(const struct tf_trie *trie, struct tf_word *prefix)
{
    prefix->prefix =
        tf_words_prefix(&trie->prefixes, trie->prefix_lengths, prefix->fold, prefix->fold.size - 1);
    prefix->first = tf_trie_child(trie, TF_TRIE_ROOT, TF_PART_PREFIX, prefix->id);
}

void tf_trie_seal(struct tf_trie *trie)
{
    for (size_t i = 0; i < trie->words.size; i++)
        if (trie->words.places[i].id)
            seal_word(trie, &trie->words.places[i]);
    for (size_t i = 0; i < trie->prefixes.size; i++)
        if (trie->prefixes.places[i].id)
            seal_prefix(trie, &trie->prefixes.places[i]);
}

/* --- Walking ------------------------------------------------------------- */

static bool may_have_prefix(const struct tf_trie *trie, struct tf_str fold)
{
    if (fold.size < TF_PREFIX_MIN)
        return false;
    uint32_t place = filter_place(fold.data);
    return trie->prefix_filter[place / 64] >> (place % 64) & 1;
}

struct tf_trie_step tf_trie_look(const struct tf_trie *trie, const struct tf_token *token)
{
    struct tf_str fold = token->fold;
    const struct tf_word *word = tf_words_find(&trie->words, fold, token->hash);
    if (word->id)
        return (struct tf_trie_step){word, word->prefix};
    bool maybe = may_have_prefix(trie, fold);
    return (struct tf_trie_step){
        word,
        maybe ? tf_words_prefix(&trie->prefixes, trie->prefix_lengths, fold, fold.size) : NULL};
}

bool tf_trie_is_number_word(const struct tf_word *word)
{
    return word->id > 0 && word->id <= NUMBER_WORDS;
}
