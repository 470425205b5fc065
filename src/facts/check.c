/* SPDX-License-Identifier: MIT */
/* The promises of an extraction, checked against its text. */
#include <treatfacts/facts.h>

#include <stdlib.h>
#include <string.h>

struct checker {
    const struct tf_extraction *facts;
    const char *text;
    size_t size;
    struct tf_error *error;
};

static bool on_boundary(const struct checker *c, size_t at)
{
    return at == c->size || tf_utf8_starts(c->text[at]);
}

/* Bytes within the text and on character boundaries, as long in code points as
 * they say. Where a span starts in code points is checked once per text, by
 * the segments, which ascend. */
static enum tf_status check_span(const struct checker *c, const struct tf_span *at,
                                 const char *what)
{
    if (at->byte_start >= at->byte_end || at->byte_end > c->size ||
        !on_boundary(c, at->byte_start) || !on_boundary(c, at->byte_end))
        return tf_error_set(c->error, TF_CORRUPT, "%s: bytes %u..%u are no piece of the text", what,
                            at->byte_start, at->byte_end);
    if (tf_utf8_count(c->text + at->byte_start, at->byte_end - at->byte_start) !=
        at->end - at->start)
        return tf_error_set(c->error, TF_CORRUPT, "%s: bytes %u..%u and characters %u..%u differ",
                            what, at->byte_start, at->byte_end, at->start, at->end);
    return TF_OK;
}

static enum tf_status check_exact(const struct checker *c, const struct tf_span *at,
                                  struct tf_str exact, const char *what)
{
    enum tf_status status = check_span(c, at, what);
    if (status != TF_OK)
        return status;
    struct tf_str slice = {c->text + at->byte_start, at->byte_end - at->byte_start};
    if (!tf_str_equal(slice, exact))
        return tf_error_set(c->error, TF_CORRUPT, "%s: the text at %u..%u is not the quote", what,
                            at->byte_start, at->byte_end);
    return TF_OK;
}

static enum tf_status check_segments(const struct checker *c)
{
    size_t byte = 0, character = 0;
    for (size_t i = 0; i < c->facts->segments.n; i++) {
        const struct tf_span *at = &c->facts->segments.v[i].at;
        enum tf_status status = check_span(c, at, "segment");
        if (status != TF_OK)
            return status;
        if (at->byte_start < byte)
            return tf_error_set(c->error, TF_CORRUPT, "segment: byte %u lies in two segments",
                                at->byte_start);
        character += tf_utf8_count(c->text + byte, at->byte_start - byte);
        if (character != at->start)
            return tf_error_set(c->error, TF_CORRUPT, "segment: byte %u is character %zu, not %u",
                                at->byte_start, character, at->start);
        character = at->end;
        byte = at->byte_end;
    }
    return TF_OK;
}

bool tf_span_is_primary(enum tf_span_role role)
{
    return role == TF_SPAN_SENTENCE || role == TF_SPAN_ITEM || role == TF_SPAN_CELL;
}

const struct tf_claim_span *tf_claim_primary(const struct tf_claim *claim)
{
    for (size_t i = 0; i < claim->spans.n; i++)
        if (tf_span_is_primary(claim->spans.v[i].role))
            return &claim->spans.v[i];
    return NULL;
}

static enum tf_status check_claim(const struct checker *c, const struct tf_claim *claim)
{
    if (claim->segment >= c->facts->segments.n)
        return tf_error_set(c->error, TF_CORRUPT, "claim: its segment is missing");
    const struct tf_segment *segment = &c->facts->segments.v[claim->segment];
    size_t primary = 0;
    for (size_t i = 0; i < claim->spans.n; i++) {
        const struct tf_claim_span *span = &claim->spans.v[i];
        enum tf_status status = check_exact(c, &span->at, span->exact, "claim");
        if (status != TF_OK)
            return status;
        if (!tf_span_is_primary(span->role))
            continue;
        primary++;
        if (span->at.byte_start < segment->at.byte_start ||
            span->at.byte_end > segment->at.byte_end)
            return tf_error_set(c->error, TF_CORRUPT, "claim at byte %u: outside its segment",
                                span->at.byte_start);
    }
    if (primary != 1 || segment->role != TF_ROLE_CLAIM)
        return tf_error_set(c->error, TF_CORRUPT, "claim at byte %u: %zu primary spans, segment %s",
                            segment->at.byte_start, primary, tf_role_names[segment->role]);
    return TF_OK;
}

/* Any order does for finding equal ones; this one compares numbers. */
static int compare_uuid(const void *a, const void *b)
{
    uint64_t x[2], y[2];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    int order = (x[0] > y[0]) - (x[0] < y[0]);
    return order ? order : (x[1] > y[1]) - (x[1] < y[1]);
}

struct ids {
    struct tf_uuid *v;
    size_t n;
};

static enum tf_status check_unique(const struct checker *c, struct ids *ids, const char *what)
{
    if (ids->n)
        qsort(ids->v, ids->n, sizeof *ids->v, compare_uuid);
    for (size_t i = 1; i < ids->n; i++)
        if (tf_uuid_equal(ids->v[i - 1], ids->v[i]))
            return tf_error_set(c->error, TF_CORRUPT, "%s: an id occurs twice", what);
    return TF_OK;
}

static bool has_claim(const struct ids *claims, const struct tf_uuid *id)
{
    return claims->n && bsearch(id, claims->v, claims->n, sizeof *claims->v, compare_uuid);
}

static enum tf_status check_claims(const struct checker *c, struct ids *claims)
{
    for (size_t i = 0; i < c->facts->claims.n; i++) {
        enum tf_status status = check_claim(c, &c->facts->claims.v[i]);
        if (status != TF_OK)
            return status;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is room for all, or we are not here */
        claims->v[claims->n++] = c->facts->claims.v[i].id;
    }
    return check_unique(c, claims, "claim");
}

static enum tf_status check_rest(const struct checker *c, const struct ids *claims)
{
    enum tf_status status = TF_OK;
    const struct tf_extraction *facts = c->facts;
    for (size_t i = 0; status == TF_OK && i < facts->windows.n; i++) {
        const struct tf_window *window = &facts->windows.v[i];
        status = check_exact(c, &window->at, window->expression, "window");
        if (status == TF_OK && !has_claim(claims, &window->claim))
            status = tf_error_set(c->error, TF_CORRUPT, "window: its claim is missing");
    }
    for (size_t i = 0; status == TF_OK && i < facts->studies.n; i++) {
        status = check_span(c, &facts->studies.v[i].at, "study");
        if (status == TF_OK && !has_claim(claims, &facts->studies.v[i].claim))
            status = tf_error_set(c->error, TF_CORRUPT, "study: its claim is missing");
    }
    for (size_t i = 0; status == TF_OK && i < facts->faqs.n; i++) {
        const struct tf_faq *faq = &facts->faqs.v[i];
        if (faq->question.data)
            status = check_exact(c, &faq->question_at, faq->question, "FAQ question");
        for (size_t k = 0; status == TF_OK && k < faq->answer_spans.n; k++)
            status = check_span(c, &faq->answer_spans.v[k], "FAQ answer");
        for (size_t k = 0; status == TF_OK && k < faq->claims.n; k++)
            if (!has_claim(claims, &faq->claims.v[k]))
                status = tf_error_set(c->error, TF_CORRUPT, "FAQ: a claim of it is missing");
    }
    return status;
}

static enum tf_status check_other_ids(const struct checker *c, struct ids *ids)
{
    const struct tf_extraction *facts = c->facts;
    ids->n = 0;
    for (size_t i = 0; i < facts->windows.n; i++)
        ids->v[ids->n++] = facts->windows.v[i].id;
    for (size_t i = 0; i < facts->faqs.n; i++)
        ids->v[ids->n++] = facts->faqs.v[i].id;
    for (size_t i = 0; i < facts->studies.n; i++)
        ids->v[ids->n++] = facts->studies.v[i].id;
    return check_unique(c, ids, "window, FAQ or study");
}

enum tf_status tf_facts_check(const struct tf_extraction *facts, const char *text, size_t size,
                              struct tf_error *error)
{
    struct checker c = {facts, text, size, error};
    size_t others = facts->windows.n + facts->faqs.n + facts->studies.n;
    struct ids claims = {calloc(facts->claims.n + 1, sizeof *claims.v), 0};
    struct ids rest = {calloc(others + 1, sizeof *rest.v), 0};
    enum tf_status status =
        claims.v && rest.v ? TF_OK : tf_error_set(error, TF_NO_MEMORY, "out of memory");
    if (status == TF_OK)
        status = check_segments(&c);
    if (status == TF_OK)
        status = check_claims(&c, &claims);
    if (status == TF_OK)
        status = check_rest(&c, &claims);
    if (status == TF_OK)
        status = check_other_ids(&c, &rest);
    free(claims.v);
    free(rest.v);
    return status;
}
