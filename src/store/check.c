/* SPDX-License-Identifier: MIT */
/*
 * One revision read back from the database and compared with its stored bytes:
 * used before every commit and, for all revisions, by `verify`.
 */
#include "packed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void finding_add(struct findings *findings, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    findings->count++;
    findings->callback(findings->context, text);
}

/* --- The stored text ----------------------------------------------------- */

enum { STRIDE = 256 };
enum counted { SEGMENTS, CLAIMS, WINDOWS, FAQS, STUDIES, COUNTS };
static const char *const count_names[COUNTS] = {"segments", "claims", "windows", "FAQs", "studies"};

struct subject {
    struct tf_str key, bytes;
    int number;
    bool read; /* there is an extraction */
    char sha256[TF_DIGEST_TEXT];
    uint32_t size, characters, counts[COUNTS];
    uint32_t *marks; /* code points before byte i * STRIDE */
    struct {
        struct tf_segment *v;
        size_t n, cap;
    } segments;
    struct {
        struct tf_uuid *v;
        size_t n, cap;
    } claims; /* ids, ascending */
    struct findings *findings;
};

#define FINDING(subject, format, ...)                                                              \
    finding_add((subject)->findings, "%.*s, revision %d: " format, TF_STR_ARG((subject)->key),     \
                (subject)->number, __VA_ARGS__)

static bool measure(struct subject *s, struct tf_arena *arena)
{
    uint32_t count = 0;
    s->marks = TF_NEW_ARRAY(arena, uint32_t, s->bytes.size / STRIDE + 1);
    if (!s->marks)
        return false;
    for (size_t i = 0; i < s->bytes.size; i++) {
        if (i % STRIDE == 0)
            s->marks[i / STRIDE] = count;
        count += tf_utf8_starts(s->bytes.data[i]);
    }
    if (s->bytes.size % STRIDE == 0)
        s->marks[s->bytes.size / STRIDE] = count;
    if (s->read && (count != s->characters || s->bytes.size != s->size))
        FINDING(s, "its text has %zu bytes and %u characters, not %u and %u", s->bytes.size, count,
                s->size, s->characters);
    return true;
}

static uint32_t character_of(const struct subject *s, size_t byte)
{
    size_t from = byte / STRIDE * STRIDE;
    return s->marks[byte / STRIDE] + (uint32_t)tf_utf8_count(s->bytes.data + from, byte - from);
}

static bool on_boundary(const struct subject *s, size_t at)
{
    return at == s->bytes.size || tf_utf8_starts(s->bytes.data[at]);
}

static bool is_piece(const struct subject *s, const struct tf_span *at)
{
    return at->byte_end <= s->bytes.size && on_boundary(s, at->byte_start) &&
           on_boundary(s, at->byte_end);
}

/* exact: the words there, absent where they are not kept. */
static void check_place(struct subject *s, const struct tf_span *at, struct tf_str exact,
                        const char *what)
{
    s->findings->spans++;
    if (!is_piece(s, at)) {
        FINDING(s, "%s at bytes %u..%u is no piece of the text", what, at->byte_start,
                at->byte_end);
        return;
    }
    if (character_of(s, at->byte_start) != at->start || character_of(s, at->byte_end) != at->end)
        FINDING(s, "%s at bytes %u..%u does not stand at characters %u..%u", what, at->byte_start,
                at->byte_end, at->start, at->end);
    struct tf_str slice = {s->bytes.data + at->byte_start, at->byte_end - at->byte_start};
    if (exact.data && !tf_str_equal(slice, exact))
        FINDING(s, "%s at bytes %u..%u: the text there is not the quote", what, at->byte_start,
                at->byte_end);
}

static void check_count(struct subject *s, size_t found, enum counted what)
{
    if (found != s->counts[what])
        FINDING(s, "%zu %s are there, %u were read", found, count_names[what], s->counts[what]);
}

/* --- Statements over a revision ------------------------------------------ */

static struct run begin_check(struct tf_store *store, int64_t revision, enum statement which,
                              struct tf_arena *arena)
{
    struct run run = run_begin(store, which, arena);
    run_int(&run, ":revision", revision);
    run.borrows = true;
    return run;
}

/* Places without a gap and without overlap: a row that was taken away or doubled
 * shows. */
static enum tf_status check_segments(struct tf_store *store, int64_t revision, struct subject *s,
                                     struct tf_arena *arena, struct tf_error *error)
{
    uint32_t next = 0, byte = 0;
    struct run run = begin_check(store, revision, VERIFY_SEGMENTS, arena);
    while (run_row(&run)) {
        struct tf_segment segment = {.at = get_span(&run)};
        uint32_t place = get_u32(&run);
        segment.role = (enum tf_role)get_name(&run, tf_role_names, TF_ROLE__MAX);
        struct tf_segment *slot = TF_PUSH(arena, &s->segments);
        if (run.damaged || !slot)
            break;
        *slot = segment;
        if (place != next)
            FINDING(s, "segment %u is missing", next);
        next = place + 1;
        if (segment.at.byte_start < byte)
            FINDING(s, "segment %u at bytes %u..%u breaks the partition", place,
                    segment.at.byte_start, segment.at.byte_end);
        check_place(s, &segment.at, TF_STR_NULL, "segment");
        byte = segment.at.byte_end;
    }
    check_count(s, s->segments.n, SEGMENTS);
    return run_end(&run, error);
}

/* One sentence, item or cell, in a segment that is a claim. */
static bool has_primary(const struct subject *s, const struct tf_claim *claim)
{
    const struct tf_claim_span *primary = tf_claim_primary(claim);
    size_t count = 0;
    for (size_t i = 0; i < claim->spans.n; i++)
        count += tf_span_is_primary(claim->spans.v[i].role);
    if (count != 1 || claim->segment >= s->segments.n)
        return false;
    const struct tf_segment *segment = &s->segments.v[claim->segment];
    return segment->role == TF_ROLE_CLAIM && primary->at.byte_start >= segment->at.byte_start &&
           primary->at.byte_end <= segment->at.byte_end;
}

static enum tf_status check_claims(struct tf_store *store, int64_t revision, struct subject *s,
                                   struct tf_arena *arena, struct tf_error *error)
{
    size_t count = 0;
    struct run run = begin_check(store, revision, REVISION_CLAIMS, arena);
    for (; run_row(&run); count++) {
        struct tf_claim claim = {0};
        get_claim(&run, &claim);
        if (run.damaged)
            break;
        struct tf_uuid *slot = TF_PUSH(arena, &s->claims);
        if (slot)
            *slot = claim.id;
        for (size_t i = 0; i < claim.spans.n; i++)
            check_place(s, &claim.spans.v[i].at, claim.spans.v[i].exact, "claim");
        if (!has_primary(s, &claim))
            FINDING(s, "claim %zu has not one primary span in a claim segment of its text", count);
    }
    check_count(s, count, CLAIMS);
    if (s->claims.n)
        qsort(s->claims.v, s->claims.n, sizeof *s->claims.v, tf_uuid_order);
    return run_end(&run, error);
}

static enum tf_status check_faqs(struct tf_store *store, int64_t revision, struct subject *s,
                                 struct tf_arena *arena, struct tf_error *error)
{
    size_t count = 0;
    struct run run = begin_check(store, revision, VERIFY_FAQS, arena);
    for (; run_row(&run); count++) {
        struct tf_faq faq = {.question = get_text(&run)};
        if (faq.question.data)
            faq.question_at = get_span(&run);
        else
            run.column += 4;
        get_places(&run, &faq);
        get_ids(&run, &faq);
        if (run.damaged)
            break;
        if (faq.question.data)
            check_place(s, &faq.question_at, faq.question, "FAQ");
        for (size_t i = 0; i < faq.answer_spans.n; i++)
            check_place(s, &faq.answer_spans.v[i], TF_STR_NULL, "FAQ");
        for (size_t i = 0; i < faq.claims.n; i++)
            if (!bsearch(&faq.claims.v[i], s->claims.v, s->claims.n, sizeof *s->claims.v,
                         tf_uuid_order))
                FINDING(s, "FAQ %zu rests on a claim that is not there", count);
    }
    check_count(s, count, FAQS);
    return run_end(&run, error);
}

/* Windows and studies: a place, perhaps its words, and the claim behind it. */
static enum tf_status check_facts(struct tf_store *store, int64_t revision, enum statement which,
                                  const char *name, enum counted what, struct subject *s,
                                  struct tf_arena *arena, struct tf_error *error)
{
    size_t count = 0;
    struct run run = begin_check(store, revision, which, arena);
    for (; run_row(&run); count++) {
        struct tf_span at = get_span(&run);
        struct tf_str exact = get_text(&run);
        uint32_t claim = get_u32(&run);
        if (run.damaged)
            break;
        check_place(s, &at, exact, name);
        if (claim >= s->counts[CLAIMS])
            FINDING(s, "%s %zu is of claim %u, which is not there", name, count, claim);
    }
    check_count(s, count, what);
    return run_end(&run, error);
}

static enum tf_status check_all(struct tf_store *store, int64_t revision, struct subject *s,
                                struct tf_arena *arena, struct tf_error *error)
{
    enum tf_status status = check_segments(store, revision, s, arena, error);
    if (status == TF_OK)
        status = check_claims(store, revision, s, arena, error);
    if (status == TF_OK)
        status = check_facts(store, revision, VERIFY_WINDOWS, "window", WINDOWS, s, arena, error);
    if (status == TF_OK)
        status = check_faqs(store, revision, s, arena, error);
    if (status == TF_OK)
        status = check_facts(store, revision, VERIFY_STUDIES, "study", STUDIES, s, arena, error);
    return status;
}

/* --- A revision ---------------------------------------------------------- */

static enum tf_status read_subject(struct tf_store *store, int64_t revision, struct tf_arena *arena,
                                   struct subject *s, struct tf_error *error)
{
    struct run run = run_begin(store, VERIFY_REVISION, arena);
    run_int(&run, ":revision", revision);
    if (run_row(&run)) {
        s->key = get_text(&run);
        s->number = (int)get_int(&run, 1, INT32_MAX);
        get_digest(&run, s->sha256);
        if (!get_null(&run))
            s->bytes = get_blob(&run);
        else
            run.column++;
        s->read = !get_null(&run);
        if (s->read) {
            s->size = get_u32(&run);
            s->characters = get_u32(&run);
            for (int i = 0; i < COUNTS; i++)
                s->counts[i] = get_u32(&run);
        }
    }
    return run_end(&run, error);
}

static enum tf_status check_subject(struct tf_store *store, int64_t revision, struct subject *s,
                                    struct tf_arena *arena, struct tf_error *error)
{
    char sha256[TF_DIGEST_TEXT];
    if (!s->bytes.data || !s->read) {
        FINDING(s, "%s is missing", s->bytes.data ? "what was read from its text" : "its text");
        return TF_OK;
    }
    tf_digest(s->bytes.data, s->bytes.size, sha256);
    if (strcmp(sha256, s->sha256) != 0)
        FINDING(s, "its text has the digest %s, not %s", sha256, s->sha256);
    if (!measure(s, arena))
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    return check_all(store, revision, s, arena, error);
}

enum tf_status check_revision(struct tf_store *store, int64_t revision, struct findings *findings,
                              struct tf_error *error)
{
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    struct subject subject = {.findings = findings};
    enum tf_status status = read_subject(store, revision, arena, &subject, error);
    if (status == TF_OK)
        status = check_subject(store, revision, &subject, arena, error);
    tf_arena_free(arena);
    return status;
}
