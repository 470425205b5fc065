/* SPDX-License-Identifier: MIT */
#include "trie.h"

#include <string.h>

static size_t edge_place(uint32_t node, uint32_t kind, uint32_t hash, size_t places)
{
    uint64_t key = ((uint64_t)node << 32 | hash) + kind;
    key *= 0x9e3779b97f4a7c15u;
    return (size_t)(key >> 32) & (places - 1);
}

static struct tf_trie_edge *edge_find(struct tf_trie_edge *edges, size_t places, uint32_t node,
                                      uint32_t kind, struct tf_str fold, uint32_t hash)
{
    for (size_t at = edge_place(node, kind, hash, places);; at = (at + 1) & (places - 1)) {
        struct tf_trie_edge *edge = &edges[at];
        if (edge->target == 0 ||
            (edge->node == node && edge->kind == kind && edge->hash == hash &&
             edge->fold.size == fold.size && memcmp(edge->fold.data, fold.data, fold.size) == 0))
            return edge;
    }
}

uint32_t tf_trie_child(const struct tf_trie *trie, uint32_t node, enum tf_part_kind kind,
                       struct tf_str fold, uint32_t hash)
{
    return edge_find(trie->edges, trie->edge_places, node, kind, fold, hash)->target;
}

bool tf_trie_init(struct tf_trie *trie, struct tf_arena *arena)
{
    *trie = (struct tf_trie){.arena = arena, .edge_places = 1 << 14};
    trie->edges = TF_NEW_ARRAY(arena, struct tf_trie_edge, trie->edge_places);
    trie->word_filter = TF_NEW_ARRAY(arena, uint64_t, TF_TRIE_FILTER / 64);
    trie->prefix_filter = TF_NEW_ARRAY(arena, uint64_t, TF_TRIE_FILTER / 64);
    TF_PUSH(arena, &trie->nodes); /* the root */
    TF_PUSH(arena, &trie->ends);  /* index 0 means none */
    return !tf_arena_failed(arena);
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
            *edge_find(edges, places, old->node, old->kind, old->fold, old->hash) = *old;
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

static void filter_add(struct tf_trie *trie, const struct tf_part *part)
{
    bool prefix = part->kind == TF_PART_PREFIX;
    uint32_t place =
        prefix ? tf_trie_prefix_place(part->fold.data) : tf_trie_filter_place(part->hash);
    uint64_t *filter = prefix ? trie->prefix_filter : trie->word_filter;
    filter[place / 64] |= UINT64_C(1) << (place % 64);
}

static uint32_t word_child(struct tf_trie *trie, uint32_t node, const struct tf_part *part)
{
    struct tf_trie_edge *edge =
        edge_find(trie->edges, trie->edge_places, node, part->kind, part->fold, part->hash);
    if (edge->target)
        return edge->target;
    if (!edges_grow(trie))
        return 0;
    uint32_t target = node_new(trie);
    if (target == 0)
        return 0;
    edge = edge_find(trie->edges, trie->edge_places, node, part->kind, part->fold, part->hash);
    *edge = (struct tf_trie_edge){node, part->hash, target, part->kind, part->fold};
    trie->edge_count++;
    struct tf_trie_node *parent = &trie->nodes.v[node];
    if (part->kind == TF_PART_PREFIX)
        parent->prefixes |= UINT32_C(1) << part->fold.size;
    else if (part->kind == TF_PART_CAPITALS)
        parent->capitals = 1;
    else
        parent->words = 1;
    if (node == TF_TRIE_ROOT)
        filter_add(trie, part);
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
    if (*slot)
        return *slot;
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
    *end = (struct tf_trie_end){entry, trie->nodes.v[node].end};
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
