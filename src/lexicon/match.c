/* SPDX-License-Identifier: MIT */
/*
 * The walk down the trie. From every token at most the longest row of words
 * is tried, and a row holds at most three gaps, so the work at one token is
 * bounded by the lexicon and never by the text.
 */
#include "lexicon_internal.h"

/* The rows found at one start, the best of each category. */
struct walk {
    const struct tf_trie *trie;
    const struct tf_token *tokens;
    uint32_t count, finish; /* finish: where a final . ! ? : begins */
    struct {
        const struct tf_lex_entry *entry; /* NULL: none */
        uint32_t end;
    } best[TF_LEX__MAX];
    uint32_t found; /* bit n: category n has one */
};

static void note(struct walk *w, uint32_t node, uint32_t at)
{
    for (uint32_t i = w->trie->nodes.v[node].end; i; i = w->trie->ends.v[i].next) {
        const struct tf_lex_entry *entry = w->trie->ends.v[i].entry;
        unsigned category = entry->category;
        if (w->found >> category & 1) {
            uint32_t end = w->best[category].end;
            if (at < end || (at == end && entry->order >= w->best[category].entry->order))
                continue;
        }
        w->found |= 1u << category;
        w->best[category].entry = entry;
        w->best[category].end = at;
    }
}

static bool is_number(const struct tf_token *token)
{
    return token->kind == TF_TOKEN_NUMBER ||
           (token->kind == TF_TOKEN_WORD && tf_pattern_is_number_word(token->fold));
}

/* How many tokens the number at `at` has: "4-8" and "twenty-four" are one. */
static uint32_t number_width(const struct walk *w, uint32_t at)
{
    if (!is_number(&w->tokens[at]))
        return 0;
    uint32_t end = at + 1;
    while (end < w->count && end - at < 4 && (w->tokens[end].flags & TF_TOKEN_HYPHEN) &&
           is_number(&w->tokens[end]))
        end++;
    return end - at;
}

static void follow(struct walk *w, uint32_t node, uint32_t at);

static void follow_words(struct walk *w, uint32_t node, uint32_t at)
{
    const struct tf_trie_node *n = &w->trie->nodes.v[node];
    const struct tf_token *token = &w->tokens[at];
    uint32_t next;
    if (n->words && (next = tf_trie_child(w->trie, node, TF_PART_WORD, token->fold, token->hash)))
        follow(w, next, at + 1);
    if (n->capitals && (token->flags & TF_TOKEN_UPPER) &&
        (next = tf_trie_child(w->trie, node, TF_PART_CAPITALS, token->fold, token->hash)))
        follow(w, next, at + 1);
}

static void follow_prefixes(struct walk *w, uint32_t node, uint32_t at)
{
    struct tf_str fold = w->tokens[at].fold;
    uint32_t lengths = w->trie->nodes.v[node].prefixes;
    for (uint32_t length = 3; lengths >> length && length <= fold.size && length < 32; length++) {
        if (!(lengths >> length & 1))
            continue;
        struct tf_str prefix = {fold.data, length};
        uint32_t next = tf_trie_child(w->trie, node, TF_PART_PREFIX, prefix,
                                      tf_word_hash(prefix.data, prefix.size));
        if (next)
            follow(w, next, at + 1);
    }
}

static void follow_gap(struct walk *w, uint32_t gap, uint32_t at)
{
    for (uint32_t skipped = 0;; skipped++, at++) {
        follow(w, gap, at);
        if (skipped == 3 || at >= w->count || w->tokens[at].kind == TF_TOKEN_MARK)
            return;
    }
}

static void follow(struct walk *w, uint32_t node, uint32_t at)
{
    const struct tf_trie_node *n = &w->trie->nodes.v[node];
    note(w, node, at);
    if (n->finish && at >= w->finish)
        note(w, n->finish, at);
    if (n->gap)
        follow_gap(w, n->gap, at);
    if (at >= w->count)
        return;
    follow_words(w, node, at);
    if (n->prefixes)
        follow_prefixes(w, node, at);
    uint32_t width = n->number ? number_width(w, at) : 0;
    if (width)
        follow(w, n->number, at + width);
}

/* Can any row start with this token? Most cannot, and nothing else is asked. */
static bool starts_something(const struct tf_trie *trie, const struct tf_token *token)
{
    if (tf_trie_filter_has(trie->word_filter, tf_trie_filter_place(token->hash)))
        return true;
    if (token->fold.size >= 3 &&
        tf_trie_filter_has(trie->prefix_filter, tf_trie_prefix_place(token->fold.data)))
        return true;
    return trie->nodes.v[TF_TRIE_ROOT].number && is_number(token);
}

static void push_found(const struct walk *w, uint32_t first, uint32_t taken[TF_LEX__MAX],
                       struct tf_arena *arena, struct tf_matches *out)
{
    for (unsigned category = 0; w->found >> category; category++) {
        if (!(w->found >> category & 1) || first < taken[category])
            continue;
        struct tf_match *match = TF_PUSH(arena, out);
        if (!match)
            return;
        *match = (struct tf_match){w->best[category].entry, first, w->best[category].end};
        taken[category] = match->end;
    }
}

static bool is_final_mark(const struct tf_token *token)
{
    return token->kind == TF_TOKEN_MARK && token->fold.size == 1 &&
           (token->fold.data[0] == '.' || token->fold.data[0] == '!' ||
            token->fold.data[0] == '?' || token->fold.data[0] == ':');
}

void tf_lexicon_match(const struct tf_lexicon *lexicon, const struct tf_token *tokens, size_t count,
                      struct tf_arena *arena, struct tf_matches *out)
{
    const struct tf_trie *trie = &lexicon->trie;
    uint32_t taken[TF_LEX__MAX] = {0};
    struct walk w = {.trie = trie, .tokens = tokens, .count = (uint32_t)count};
    for (w.finish = w.count; w.finish > 0 && is_final_mark(&tokens[w.finish - 1]);)
        w.finish--;
    for (uint32_t at = 0; at < w.count; at++) {
        bool plain = starts_something(trie, &tokens[at]);
        if (!plain && (at > 0 || !trie->start))
            continue;
        w.found = 0;
        if (at == 0 && trie->start)
            follow(&w, trie->start, at);
        if (plain)
            follow(&w, TF_TRIE_ROOT, at);
        push_found(&w, at, taken, arena, out);
    }
}
