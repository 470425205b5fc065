/* SPDX-License-Identifier: MIT */
/*
 * One revision read back from the database and compared with its stored bytes:
 * used before every commit and, for all revisions, by `verify`.
 */
#include "store_internal.h"

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

enum { STRIDE = 256, COUNTS = 5 };
static const char *const count_names[COUNTS] = {"segments", "claims", "windows", "FAQs", "studies"};

struct subject {
    struct tf_str key, bytes;
    int number;
    bool read; /* there is an extraction */
    char sha256[TF_DIGEST_TEXT];
    uint32_t size, characters, counts[COUNTS];
    uint32_t *marks; /* code points before byte i * STRIDE */
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

/* The next four columns are a place, the fifth the words there (NULL: none). */
static void check_place(struct subject *s, struct run *run, const char *what)
{
    struct tf_span at = get_span(run);
    struct tf_str exact = get_text(run);
    s->findings->spans++;
    if (run->damaged) {
        return; /* told by run_end */
    }
    if (at.byte_end > s->bytes.size || !on_boundary(s, at.byte_start) ||
        !on_boundary(s, at.byte_end)) {
        FINDING(s, "%s at bytes %u..%u is no piece of the text", what, at.byte_start, at.byte_end);
        return;
    }
    if (character_of(s, at.byte_start) != at.start || character_of(s, at.byte_end) != at.end)
        FINDING(s, "%s at bytes %u..%u does not stand at characters %u..%u", what, at.byte_start,
                at.byte_end, at.start, at.end);
    struct tf_str slice = {s->bytes.data + at.byte_start, at.byte_end - at.byte_start};
    if (exact.data && !tf_str_equal(slice, exact))
        FINDING(s, "%s at bytes %u..%u: the text there is not the quote", what, at.byte_start,
                at.byte_end);
}

/* --- Statements over a revision ------------------------------------------ */

static enum tf_status check_places(struct tf_store *store, int64_t revision, enum statement which,
                                   const char *what, struct subject *s, struct tf_arena *arena,
                                   struct tf_error *error)
{
    struct run run = run_begin(store, which, arena);
    run_int(&run, ":revision", revision);
    while (run_row(&run))
        check_place(s, &run, what);
    return run_end(&run, error);
}

/* Ordinals without a gap and places without overlap: a row that was taken
 * away or doubled shows. */
static enum tf_status check_segments(struct tf_store *store, int64_t revision, struct subject *s,
                                     struct tf_error *error)
{
    uint32_t next = 0, byte = 0;
    struct run run = run_begin(store, VERIFY_SEGMENTS, NULL);
    run_int(&run, ":revision", revision);
    while (run_row(&run)) {
        struct tf_span at = get_span(&run);
        uint32_t ordinal = get_u32(&run);
        s->findings->spans++;
        if (run.damaged)
            break;
        if (ordinal != next)
            FINDING(s, "segment %u is missing", next);
        next = ordinal + 1;
        if (at.byte_start < byte || at.byte_end > s->bytes.size || !on_boundary(s, at.byte_start) ||
            !on_boundary(s, at.byte_end))
            FINDING(s, "segment %u at bytes %u..%u breaks the partition", ordinal, at.byte_start,
                    at.byte_end);
        else if (character_of(s, at.byte_start) != at.start ||
                 character_of(s, at.byte_end) != at.end)
            FINDING(s, "segment %u does not stand at characters %u..%u", ordinal, at.start, at.end);
        byte = at.byte_end;
    }
    return run_end(&run, error);
}

static enum tf_status check_counts(struct tf_store *store, int64_t revision, struct subject *s,
                                   struct tf_error *error)
{
    struct run run = run_begin(store, VERIFY_COUNTS, NULL);
    run_int(&run, ":revision", revision);
    if (run_row(&run))
        for (int i = 0; i < COUNTS; i++) {
            uint32_t found = get_u32(&run);
            if (found != s->counts[i])
                FINDING(s, "%u %s are there, %u were read", found, count_names[i], s->counts[i]);
        }
    return run_end(&run, error);
}

static enum tf_status check_primary(struct tf_store *store, int64_t revision, struct subject *s,
                                    struct tf_error *error)
{
    struct run run = run_begin(store, VERIFY_PRIMARY, NULL);
    run_int(&run, ":revision", revision);
    while (run_row(&run))
        FINDING(s, "claim %u has not one primary span in a claim segment of its text",
                get_u32(&run));
    return run_end(&run, error);
}

static enum tf_status check_all(struct tf_store *store, int64_t revision, struct subject *s,
                                struct tf_arena *arena, struct tf_error *error)
{
    static const struct {
        enum statement which;
        const char *what;
    } places[] = {{VERIFY_SPANS, "claim"},
                  {VERIFY_WINDOWS, "window"},
                  {VERIFY_FAQS, "FAQ"},
                  {VERIFY_STUDIES, "study"}};
    enum tf_status status = check_segments(store, revision, s, error);
    if (status == TF_OK)
        status = check_counts(store, revision, s, error);
    if (status == TF_OK)
        status = check_primary(store, revision, s, error);
    for (size_t i = 0; status == TF_OK && i < sizeof places / sizeof *places; i++)
        status = check_places(store, revision, places[i].which, places[i].what, s, arena, error);
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
