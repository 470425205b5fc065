/* SPDX-License-Identifier: MIT */
/* What a unit's words are: tokens, entries of the lexicon, times, clauses. */
#include "extract_internal.h"

#include <string.h>

const struct tf_match *tf_match_next(const struct tf_reading *r, enum tf_tag tag, size_t *from)
{
    if (!tf_has(r, tag))
        return NULL;
    for (size_t i = *from; i < r->matches.n; i++) {
        if (r->matches.v[i].entry->tags & tf_tag_bit(tag)) {
            *from = i + 1;
            return &r->matches.v[i];
        }
    }
    *from = r->matches.n;
    return NULL;
}

struct tf_span tf_span_of(const struct tf_extractor *x, struct tf_range at)
{
    return (struct tf_span){tf_text_character(x->text, at.start),
                            tf_text_character(x->text, at.end), at.start, at.end};
}

struct tf_str tf_unit_text(const struct tf_extractor *x, const struct tf_reading *r)
{
    return tf_text_slice(x->text, r->unit->at);
}

char tf_last_mark(const struct tf_reading *r)
{
    for (uint32_t i = r->n; i > 0; i--) {
        const struct tf_token *token = &r->tokens[i - 1];
        if (token->kind != TF_TOKEN_MARK)
            return '\0';
        if (!strchr("\"')]*_", token->fold.data[0]))
            return token->fold.data[0];
    }
    return '\0';
}

bool tf_strs_add(struct tf_arena *arena, struct tf_strs *list, struct tf_str s)
{
    if (tf_strs_contain(list, s))
        return false;
    tf_strs_push(arena, list, s);
    return true;
}

/* Which tags cover each token, and which occur at all. */
static void tag_tokens(struct tf_extractor *x, struct tf_reading *r)
{
    r->tags = TF_NEW_ARRAY(x->arena, uint64_t, r->n + 1);
    if (!r->tags)
        return;
    for (size_t i = 0; i < r->matches.n; i++) {
        const struct tf_match *match = &r->matches.v[i];
        r->seen |= match->entry->tags;
        for (uint32_t token = match->first; token < match->end; token++)
            r->tags[token] |= match->entry->tags;
    }
}

/* Lists that serve one unit after the other; what is kept is copied out at its
 * true size. */
struct scratch {
    struct tf_tokens tokens;
    struct tf_matches matches;
};

static void *keep(struct tf_arena *arena, const void *items, size_t n, size_t size)
{
    void *copy = tf_arena_alloc_array(arena, n, size);
    if (copy && n)
        memcpy(copy, items, n * size);
    return copy;
}

static void read_words(struct tf_extractor *x, struct tf_reading *r, struct scratch *scratch)
{
    scratch->tokens.n = 0;
    tf_text_tokens(x->text, r->unit->at, x->arena, &scratch->tokens);
    r->n = (uint32_t)scratch->tokens.n;
    r->tokens = keep(x->arena, scratch->tokens.v, r->n, sizeof *r->tokens);
    scratch->matches.n = 0;
    tf_lexicon_match(x->lexicon, scratch->tokens.v, r->n, x->arena, &scratch->matches);
    r->matches.n = r->matches.cap = scratch->matches.n;
    r->matches.v = keep(x->arena, scratch->matches.v, r->matches.n, sizeof *r->matches.v);
}

static void read_unit(struct tf_extractor *x, const struct tf_unit *unit, struct tf_reading *r,
                      struct scratch *scratch)
{
    *r = (struct tf_reading){.unit = unit,
                             .block = &x->document.blocks.v[unit->block],
                             .heading = TF_NONE,
                             .stem = TF_NONE,
                             .row_header = TF_NONE,
                             .column_header = TF_NONE,
                             .claim = TF_NONE};
    read_words(x, r, scratch);
    tag_tokens(x, r);
    if (tf_arena_failed(x->arena))
        return;
    tf_times_find(r->tokens, r->n, &r->matches, x->arena, &r->times);
    tf_find_clauses(x, r);
}

void tf_read_units(struct tf_extractor *x)
{
    struct scratch scratch = {0};
    size_t n = x->document.units.n;
    x->units.v = TF_NEW_ARRAY(x->arena, struct tf_reading, n);
    for (size_t i = 0; x->units.v && i < n && !tf_arena_failed(x->arena); i++) {
        read_unit(x, &x->document.units.v[i], &x->units.v[i], &scratch);
        x->units.n = i + 1;
    }
}
