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
    const struct tf_trie_step *steps; /* one a token */
    uint32_t count, finish;           /* finish: where a final . ! ? : begins */
    struct {
        const struct tf_trie_end *row;
        uint32_t end;
    } best[TF_LEX__MAX];
    uint32_t found; /* bit n: category n has one */
};

static void note(struct walk *w, uint32_t node, uint32_t at)
{
    for (uint32_t i = w->trie->nodes.v[node].end; i; i = w->trie->ends.v[i].next) {
        const struct tf_trie_end *row = &w->trie->ends.v[i];
        if (w->found >> row->category & 1) {
            uint32_t end = w->best[row->category].end;
            if (at < end || (at == end && row->order >= w->best[row->category].row->order))
                continue;
        }
        w->found |= 1u << row->category;
        w->best[row->category].row = row;
        w->best[row->category].end = at;
    }
}

static bool is_number(const struct walk *w, uint32_t at)
{
    return w->tokens[at].kind == TF_TOKEN_NUMBER || tf_trie_is_number_word(w->steps[at].word);
}

/* How many tokens the number at `at` has: "4-8" and "twenty-four" are one. */
static uint32_t number_width(const struct walk *w, uint32_t at)
{
    if (!is_number(w, at))
        return 0;
    uint32_t end = at + 1;
    while (end < w->count && end - at < 4 && (w->tokens[end].flags & TF_TOKEN_HYPHEN) &&
           is_number(w, end))
        end++;
    return end - at;
}

static void follow(struct walk *w, uint32_t node, uint32_t at);

static void follow_child(struct walk *w, uint32_t child, uint32_t at)
{
    if (child)
        follow(w, child, at);
}

static void follow_words(struct walk *w, uint32_t node, uint32_t at)
{
    const struct tf_trie_node *n = &w->trie->nodes.v[node];
    uint32_t word = w->steps[at].word->id;
    if (word == 0)
        return;
    if (n->words & tf_trie_bit(word))
        follow_child(w, tf_trie_child(w->trie, node, TF_PART_WORD, word), at + 1);
    if (n->capitals && (w->tokens[at].flags & TF_TOKEN_UPPER))
        follow_child(w, tf_trie_child(w->trie, node, TF_PART_CAPITALS, word), at + 1);
}

static void follow_prefixes(struct walk *w, uint32_t node, uint32_t at)
{
    for (const struct tf_word *prefix = w->steps[at].prefix; prefix; prefix = prefix->prefix)
        follow_child(w, tf_trie_child(w->trie, node, TF_PART_PREFIX, prefix->id), at + 1);
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

/* The first step of a row: what the root leads to stands with the words. */
static void follow_first(struct walk *w, uint32_t at)
{
    const struct tf_trie_step *step = &w->steps[at];
    follow_child(w, step->word->first, at + 1);
    if (w->tokens[at].flags & TF_TOKEN_UPPER)
        follow_child(w, step->word->capitals, at + 1);
    for (const struct tf_word *prefix = step->prefix; prefix; prefix = prefix->prefix)
        follow_child(w, prefix->first, at + 1);
    uint32_t by_number = w->trie->nodes.v[TF_TRIE_ROOT].number;
    uint32_t width = by_number ? number_width(w, at) : 0;
    if (width)
        follow(w, by_number, at + width);
}

static void push_found(const struct walk *w, uint32_t first, uint32_t taken[TF_LEX__MAX],
                       struct tf_arena *arena, struct tf_matches *out)
{
    for (uint32_t left = w->found; left; left &= left - 1) {
        unsigned category = (unsigned)__builtin_ctz(left);
        if (first < taken[category])
            continue;
        struct tf_match *match = TF_PUSH(arena, out);
        if (!match)
            return;
        *match = (struct tf_match){w->best[category].row->entry, first, w->best[category].end};
        taken[category] = match->end;
    }
}

static bool is_final_mark(const struct tf_token *token)
{
    return token->kind == TF_TOKEN_MARK && token->fold.size == 1 &&
           (token->fold.data[0] == '.' || token->fold.data[0] == '!' ||
            token->fold.data[0] == '?' || token->fold.data[0] == ':');
}

static void look_up(struct walk *w, struct tf_trie_step *steps)
{
    for (uint32_t i = 0; i < w->count; i++) {
        steps[i] = tf_trie_look(w->trie, &w->tokens[i]);
        /* the nodes lie far apart: have them all on their way before the walk */
        __builtin_prefetch(&w->trie->nodes.v[steps[i].word->first]);
    }
    w->steps = steps;
}

static void match_steps(struct walk *w, struct tf_arena *arena, struct tf_matches *out)
{
    uint32_t taken[TF_LEX__MAX] = {0};
    for (w->finish = w->count; w->finish > 0 && is_final_mark(&w->tokens[w->finish - 1]);)
        w->finish--;
    for (uint32_t at = 0; at < w->count; at++) {
        w->found = 0;
        if (at == 0)
            follow_child(w, w->trie->start, at);
        follow_first(w, at);
        push_found(w, at, taken, arena, out);
    }
}

void tf_lexicon_match(const struct tf_lexicon *lexicon, const struct tf_token *tokens, size_t count,
                      struct tf_arena *arena, struct tf_matches *out)
{
    enum { USUAL = 256 }; /* a sentence; only longer units need memory for their steps */
    struct tf_trie_step usual[USUAL], *steps = usual;
    struct walk w = {.trie = &lexicon->trie, .tokens = tokens, .count = (uint32_t)count};
    if (count > USUAL)
        steps = TF_NEW_ARRAY(arena, struct tf_trie_step, count);
    if (!steps)
        return;
    look_up(&w, steps);
    match_steps(&w, arena, out);
}
