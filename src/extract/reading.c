/* SPDX-License-Identifier: MIT */
/* What a unit's words are: tokens, entries of the lexicon, times, clauses. */
#include "extract_internal.h"

#include <string.h>

const struct tf_match *tf_match_next(const struct tf_reading *r, enum tf_lex_category category,
                                     const char *code, size_t *from)
{
    for (size_t i = *from; i < r->matches.n; i++) {
        const struct tf_match *match = &r->matches.v[i];
        if (match->entry->category == category && (!code || tf_str_is(match->entry->code, code))) {
            *from = i + 1;
            return match;
        }
    }
    *from = r->matches.n;
    return NULL;
}

bool tf_has(const struct tf_reading *r, enum tf_lex_category category, const char *code)
{
    size_t from = 0;
    return tf_match_next(r, category, code, &from) != NULL;
}

/* A match has at most so many tokens (see lexicon.h), so that those covering a
 * token begin within as many before it. */
enum { MATCH_TOKENS = 36 };

bool tf_token_has(const struct tf_reading *r, uint32_t token, enum tf_lex_category category,
                  const char *code)
{
    if (token >= r->n)
        return false;
    for (size_t i = r->match_at[token > MATCH_TOKENS ? token - MATCH_TOKENS : 0];
         i < r->matches.n && r->matches.v[i].first <= token; i++) {
        const struct tf_match *match = &r->matches.v[i];
        if (token < match->end && match->entry->category == category &&
            (!code || tf_str_is(match->entry->code, code)))
            return true;
    }
    return false;
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

static void index_matches(struct tf_extractor *x, struct tf_reading *r)
{
    r->match_at = TF_NEW_ARRAY(x->arena, uint32_t, r->n + 1);
    if (!r->match_at)
        return;
    uint32_t match = 0;
    for (uint32_t token = 0; token <= r->n; token++) {
        while (match < r->matches.n && r->matches.v[match].first < token)
            match++;
        r->match_at[token] = match;
    }
}

/* A guess that rarely falls short: bytes a token and tokens a match. */
enum { TOKEN_BYTES = 5, MATCH_EVERY = 1 };

static void read_unit(struct tf_extractor *x, const struct tf_unit *unit, struct tf_reading *r)
{
    struct tf_tokens tokens = {0};
    TF_RESERVE(x->arena, &tokens, (unit->at.end - unit->at.start) / TOKEN_BYTES + 4);
    tf_text_tokens(x->text, unit->at, x->arena, &tokens);
    *r = (struct tf_reading){.unit = unit,
                             .block = &x->document.blocks.v[unit->block],
                             .tokens = tokens.v,
                             .n = (uint32_t)tokens.n,
                             .heading = TF_NONE,
                             .stem = TF_NONE,
                             .row_header = TF_NONE,
                             .column_header = TF_NONE,
                             .claim = TF_NONE};
    TF_RESERVE(x->arena, &r->matches, r->n / MATCH_EVERY + 4);
    tf_lexicon_match(x->lexicon, r->tokens, r->n, x->arena, &r->matches);
    index_matches(x, r);
    if (tf_arena_failed(x->arena)) {
        r->n = 0;
        r->matches.n = 0;
        return;
    }
    tf_times_find(r->tokens, r->n, &r->matches, x->arena, &r->times);
    tf_find_clauses(x, r);
}

void tf_read_units(struct tf_extractor *x)
{
    size_t n = x->document.units.n;
    x->units.v = TF_NEW_ARRAY(x->arena, struct tf_reading, n);
    for (size_t i = 0; x->units.v && i < n && !tf_arena_failed(x->arena); i++) {
        read_unit(x, &x->document.units.v[i], &x->units.v[i]);
        x->units.n = i + 1;
    }
}
