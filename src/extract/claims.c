/* SPDX-License-Identifier: MIT */
/* Segments and claims: units with the role become facts with their spans. */
#include "extract_internal.h"

/* Unit and segment have the same index, and what completes a claim stands
 * before it, so its segment is there. */
static void add_span(struct tf_extractor *x, struct tf_claim *claim, enum tf_span_role role,
                     const struct tf_reading *r)
{
    struct tf_claim_span *span = TF_PUSH(x->arena, &claim->spans);
    const struct tf_segment *segment = &x->facts->segments.v[r - x->units.v];
    if (span)
        *span = (struct tf_claim_span){role, segment->at, tf_unit_text(x, r)};
}

static enum tf_span_role primary_role(const struct tf_reading *r)
{
    switch (r->unit->kind) {
    case TF_UNIT_ITEM:
        return TF_SPAN_ITEM;
    case TF_UNIT_CELL:
        return TF_SPAN_CELL;
    case TF_UNIT_SENTENCE:
    case TF_UNIT_TITLE:
    case TF_UNIT_QUESTION:
    case TF_UNIT_MARKER:
        break;
    }
    return TF_SPAN_SENTENCE;
}

/* Does the unit need its stem to be understood? An item below a full sentence
 * stands alone, and a cell has its headers. */
static bool completes_stem(const struct tf_extractor *x, const struct tf_reading *r)
{
    return r->stem != TF_NONE && r->row_header == TF_NONE && r->column_header == TF_NONE &&
           x->units.v[r->stem].role == TF_ROLE_STEM;
}

/* White space folded, so that a wrapped line reads as one. */
static size_t put_readable(char *out, struct tf_str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            out[n++] = c;
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return n;
}

/* Context first, each part ending in a colon: "SSRIs: Onset of action: 4-8 weeks". */
static struct tf_str join_text(struct tf_extractor *x, const struct tf_claim *claim)
{
    size_t room = 1, n = 0;
    for (size_t i = 0; i < claim->spans.n; i++)
        room += claim->spans.v[i].exact.size + 2;
    char *out = tf_arena_alloc(x->arena, room);
    if (!out)
        return TF_STR("");
    for (size_t i = 0; i < claim->spans.n; i++) {
        if (i > 0 && (n == 0 || out[n - 1] != ':'))
            out[n++] = ':';
        if (i > 0)
            out[n++] = ' ';
        n += put_readable(out + n, claim->spans.v[i].exact);
    }
    return (struct tf_str){out, n};
}

static void add_claim(struct tf_extractor *x, struct tf_reading *r, uint32_t segment)
{
    struct tf_claim *claim = TF_PUSH(x->arena, &x->facts->claims);
    if (!claim)
        return;
    r->claim = (uint32_t)x->facts->claims.n - 1;
    claim->segment = segment;
    claim->section = r->heading == TF_NONE ? TF_STR_NULL : tf_unit_text(x, &x->units.v[r->heading]);
    if (completes_stem(x, r))
        add_span(x, claim, TF_SPAN_STEM, &x->units.v[r->stem]);
    if (r->row_header != TF_NONE)
        add_span(x, claim, TF_SPAN_ROW_HEADER, &x->units.v[r->row_header]);
    if (r->column_header != TF_NONE)
        add_span(x, claim, TF_SPAN_COLUMN_HEADER, &x->units.v[r->column_header]);
    add_span(x, claim, primary_role(r), r);
    claim->text = join_text(x, claim);
    claim->topic = tf_find_topic(x, r, &claim->reason);
    claim->certainty = tf_find_certainty(x, r, &claim->hedges);
    claim->polarity = tf_find_polarity(r);
    claim->treatments = r->treatments;
    claim->conditions = r->conditions;
    claim->routes = r->routes;
}

/* --- Ids ----------------------------------------------------------------- */

static struct tf_str text_of(const struct tf_extractor *x, size_t i)
{
    return x->facts->claims.v[i].text;
}

static void give_ids(struct tf_extractor *x)
{
    size_t n = x->facts->claims.n;
    uint32_t *occurrences = tf_count_occurrences(x, n, text_of);
    for (size_t i = 0; occurrences && i < n; i++) {
        struct tf_claim *claim = &x->facts->claims.v[i];
        claim->id = tf_claim_id(x->source, claim, occurrences[i]);
    }
}

static size_t count_claims(const struct tf_extractor *x)
{
    size_t claims = 0;
    for (size_t i = 0; i < x->units.n; i++)
        claims += x->units.v[i].role == TF_ROLE_CLAIM;
    return claims;
}

void tf_make_claims(struct tf_extractor *x)
{
    TF_RESERVE(x->arena, &x->facts->segments, x->units.n);
    TF_RESERVE(x->arena, &x->facts->claims, count_claims(x));
    for (size_t i = 0; i < x->units.n && !tf_arena_failed(x->arena); i++) {
        struct tf_reading *r = &x->units.v[i];
        struct tf_segment *segment = TF_PUSH(x->arena, &x->facts->segments);
        if (!segment)
            return;
        *segment = (struct tf_segment){tf_span_of(x, r->unit->at), r->role, r->reason};
        if (r->role == TF_ROLE_CLAIM)
            add_claim(x, r, (uint32_t)x->facts->segments.n - 1);
    }
    give_ids(x);
}
