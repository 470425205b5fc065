/* SPDX-License-Identifier: MIT */
/* What belongs to one row: spans, labels, the words around a quote. */
#include "store_internal.h"

#include <string.h>

int64_t get_claim(struct run *run, struct tf_claim *claim)
{
    int64_t row = get_int(run, 1, INT64_MAX);
    claim->id = get_uuid(run);
    claim->text = get_text(run);
    claim->section = get_text(run);
    claim->topic = (enum tf_topic)get_name(run, tf_topic_names, TF_TOPIC__MAX);
    claim->certainty = (enum tf_certainty)get_name(run, tf_certainty_names, TF_CERTAINTY__MAX);
    claim->polarity = (enum tf_polarity)get_name(run, tf_polarity_names, TF_POLARITY__MAX);
    claim->reason = get_text(run);
    claim->segment = get_u32(run);
    return row;
}

/* One column of texts in order. */
static enum tf_status read_strs(struct run *run, struct tf_strs *list, struct tf_error *error)
{
    while (run_row(run))
        tf_strs_push(run->arena, list, get_text(run));
    return run_end(run, error);
}

static enum tf_status read_spans(struct tf_store *store, int64_t claim_id, struct tf_claim *claim,
                                 struct tf_arena *arena, struct tf_error *error)
{
    struct run run = run_begin(store, CLAIM_SPANS, arena);
    run_int(&run, ":claim", claim_id);
    while (run_row(&run)) {
        struct tf_claim_span span;
        span.role = (enum tf_span_role)get_name(&run, tf_span_role_names, TF_SPAN_ROLE__MAX);
        span.at = get_span(&run);
        span.exact = get_text(&run);
        struct tf_claim_span *slot = TF_PUSH(arena, &claim->spans);
        if (slot)
            *slot = span;
    }
    return run_end(&run, error);
}

static enum tf_status read_labels(struct tf_store *store, int64_t claim_id, struct tf_claim *claim,
                                  struct tf_arena *arena, struct tf_error *error)
{
    static const char *const kinds[] = {"treatment", "condition", "route"};
    struct tf_strs *const lists[] = {&claim->treatments, &claim->conditions, &claim->routes};
    struct run run = run_begin(store, CLAIM_LABELS, arena);
    run_int(&run, ":claim", claim_id);
    while (run_row(&run)) {
        int kind = get_name(&run, kinds, 3);
        tf_strs_push(arena, lists[kind], get_text(&run));
    }
    return run_end(&run, error);
}

enum tf_status read_claim_lists(struct tf_store *store, int64_t claim_id, struct tf_claim *claim,
                                struct tf_arena *arena, struct tf_error *error)
{
    enum tf_status status = read_spans(store, claim_id, claim, arena, error);
    if (status == TF_OK)
        status = read_labels(store, claim_id, claim, arena, error);
    if (status != TF_OK)
        return status;
    struct run run = run_begin(store, CLAIM_HEDGES, arena);
    run_int(&run, ":claim", claim_id);
    return read_strs(&run, &claim->hedges, error);
}

enum tf_status read_window_lists(struct tf_store *store, int64_t window_id,
                                 struct tf_window *window, struct tf_arena *arena,
                                 struct tf_error *error)
{
    struct run run = run_begin(store, WINDOW_TREATMENTS, arena);
    run_int(&run, ":window", window_id);
    return read_strs(&run, &window->treatments, error);
}

enum tf_status read_faq_lists(struct tf_store *store, int64_t faq_id, struct tf_faq *faq,
                              struct tf_arena *arena, struct tf_error *error)
{
    struct run spans = run_begin(store, FAQ_SPANS, arena);
    run_int(&spans, ":faq", faq_id);
    while (run_row(&spans)) {
        struct tf_span at = get_span(&spans), *slot = TF_PUSH(arena, &faq->answer_spans);
        if (slot)
            *slot = at;
    }
    enum tf_status status = run_end(&spans, error);
    if (status != TF_OK)
        return status;
    struct run claims = run_begin(store, FAQ_CLAIMS, arena);
    run_int(&claims, ":faq", faq_id);
    while (run_row(&claims)) {
        struct tf_uuid id = get_uuid(&claims), *slot = TF_PUSH(arena, &faq->claims);
        if (slot)
            *slot = id;
    }
    return run_end(&claims, error);
}

/* --- Pieces of texts ----------------------------------------------------- */

/* One blob handle serves a whole page: rows of one source stand together. */
static int text_open(struct text_window *window, int64_t revision)
{
    int code = SQLITE_OK;
    if (window->blob && window->revision == revision)
        return code;
    if (window->blob)
        code = sqlite3_blob_reopen(window->blob, revision);
    else
        code = sqlite3_blob_open(window->store->db, "main", "text", "bytes", revision, 0,
                                 &window->blob);
    window->revision = code == SQLITE_OK ? revision : 0;
    return code;
}

void text_close(struct text_window *window)
{
    sqlite3_blob_close(window->blob);
    window->blob = NULL;
}

enum tf_status text_piece(struct text_window *window, int64_t revision, size_t start, size_t end,
                          struct tf_arena *arena, struct tf_str *out, struct tf_error *error)
{
    int code = text_open(window, revision);
    if (code != SQLITE_OK)
        return store_fail(window->store, code, error);
    size_t size = (size_t)sqlite3_blob_bytes(window->blob);
    if (start > end || end > size)
        return tf_error_set(error, TF_CORRUPT, "%s: bytes %zu..%zu lie outside their text",
                            window->store->path, start, end);
    char *piece = tf_arena_alloc(arena, end - start + 1);
    if (!piece)
        return tf_error_set(error, TF_NO_MEMORY, "%s: the answer takes too much memory",
                            window->store->path);
    code = sqlite3_blob_read(window->blob, piece, (int)(end - start), (int)start);
    if (code != SQLITE_OK)
        return store_fail(window->store, code, error);
    *out = (struct tf_str){piece, end - start};
    return TF_OK;
}

enum { AROUND = 32, CHARACTER_BYTES_MAX = 4 };

/* The last (at most) 32 characters of a piece. */
static struct tf_str tail(struct tf_str piece)
{
    size_t at = piece.size;
    for (int seen = 0; at > 0 && seen < AROUND;)
        seen += tf_utf8_starts(piece.data[--at]);
    while (at < piece.size && !tf_utf8_starts(piece.data[at]))
        at++;
    return (struct tf_str){piece.data + at, piece.size - at};
}

/* The first (at most) 32 characters. */
static struct tf_str head(struct tf_str piece)
{
    size_t at = 0;
    for (int seen = 0; at < piece.size; at++) {
        seen += tf_utf8_starts(piece.data[at]);
        if (seen > AROUND)
            break;
    }
    return (struct tf_str){piece.data, at};
}

enum tf_status text_around(struct text_window *window, int64_t revision, const struct tf_span *at,
                           struct tf_arena *arena, struct tf_str *prefix, struct tf_str *suffix,
                           struct tf_error *error)
{
    const size_t reach = (size_t)AROUND * CHARACTER_BYTES_MAX;
    struct tf_str before = {"", 0}, after = {"", 0};
    int code = text_open(window, revision);
    if (code != SQLITE_OK)
        return store_fail(window->store, code, error);
    size_t size = (size_t)sqlite3_blob_bytes(window->blob);
    size_t end = at->byte_end + reach < size ? at->byte_end + reach : size;
    size_t start = at->byte_start > reach ? at->byte_start - reach : 0;
    enum tf_status status =
        text_piece(window, revision, start, at->byte_start, arena, &before, error);
    if (status == TF_OK)
        status = text_piece(window, revision, at->byte_end, end, arena, &after, error);
    if (status != TF_OK)
        return status;
    *prefix = tail(before);
    *suffix = head(after);
    return TF_OK;
}
