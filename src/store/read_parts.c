/* SPDX-License-Identifier: MIT */
/* What belongs to one row: a claim's columns, the words around a quote. */
#include "packed.h"

#include <string.h>

void get_claim(struct run *run, struct tf_claim *claim)
{
    claim->id = get_uuid(run);
    claim->text = get_text(run);
    claim->section = get_text(run);
    claim->topic = (enum tf_topic)get_name(run, tf_topic_names, TF_TOPIC__MAX);
    claim->certainty = (enum tf_certainty)get_name(run, tf_certainty_names, TF_CERTAINTY__MAX);
    claim->polarity = (enum tf_polarity)get_name(run, tf_polarity_names, TF_POLARITY__MAX);
    claim->reason = get_text(run);
    claim->segment = get_u32(run);
    get_claim_spans(run, claim);
    get_strs(run, &claim->hedges);
    get_strs(run, &claim->treatments);
    get_strs(run, &claim->conditions);
    get_strs(run, &claim->routes);
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

static enum tf_status outside(const struct text_window *window, size_t start, size_t end,
                              struct tf_error *error)
{
    return tf_error_set(error, TF_CORRUPT, "%s: bytes %zu..%zu lie outside their text",
                        window->store->path, start, end);
}

enum tf_status text_piece(struct text_window *window, int64_t revision, size_t start, size_t end,
                          struct tf_arena *arena, struct tf_str *out, struct tf_error *error)
{
    int code = text_open(window, revision);
    if (code != SQLITE_OK)
        return store_fail(window->store, code, error);
    size_t size = (size_t)sqlite3_blob_bytes(window->blob);
    if (start > end || end > size)
        return outside(window, start, end, error);
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

/* Nearly always so: then characters need not be looked for one by one. */
static bool is_ascii(const char *p)
{
    uint64_t words[AROUND / sizeof(uint64_t)], all = 0;
    memcpy(words, p, AROUND);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        all |= words[i];
    return !(all & 0x8080808080808080u);
}

/* The last (at most) 32 characters of a piece. */
static struct tf_str tail(struct tf_str piece)
{
    if (piece.size >= AROUND && is_ascii(piece.data + piece.size - AROUND))
        return (struct tf_str){piece.data + piece.size - AROUND, AROUND};
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
    if (piece.size > AROUND && is_ascii(piece.data) && tf_utf8_starts(piece.data[AROUND]))
        return (struct tf_str){piece.data, AROUND};
    size_t at = 0;
    for (int seen = 0; at < piece.size; at++) {
        seen += tf_utf8_starts(piece.data[at]);
        if (seen > AROUND)
            break;
    }
    return (struct tf_str){piece.data, at};
}

/* A quote longer than this is not read for the sake of its two sides. */
enum { QUOTE_READ_MAX = 1024 };

/* At once where the quote between them is short. */
static enum tf_status read_sides(struct text_window *window, int64_t revision,
                                 const struct tf_span *at, const size_t ends[2],
                                 struct tf_arena *arena, struct tf_str sides[2],
                                 struct tf_error *error)
{
    size_t from = at->byte_start, to = at->byte_end;
    struct tf_str whole = TF_STR("");
    enum tf_status status;
    if (to - from <= QUOTE_READ_MAX) {
        status = text_piece(window, revision, ends[0], ends[1], arena, &whole, error);
        if (status != TF_OK)
            return status;
        sides[0] = (struct tf_str){whole.data, from - ends[0]};
        sides[1] = (struct tf_str){whole.data + (to - ends[0]), ends[1] - to};
        return TF_OK;
    }
    status = text_piece(window, revision, ends[0], from, arena, &sides[0], error);
    return status == TF_OK ? text_piece(window, revision, to, ends[1], arena, &sides[1], error)
                           : status;
}

enum tf_status text_around(struct text_window *window, int64_t revision, const struct tf_span *at,
                           struct tf_arena *arena, struct tf_str *prefix, struct tf_str *suffix,
                           struct tf_error *error)
{
    const size_t reach = (size_t)AROUND * CHARACTER_BYTES_MAX;
    struct tf_str sides[2] = {TF_STR(""), TF_STR("")};
    int code = text_open(window, revision);
    if (code != SQLITE_OK)
        return store_fail(window->store, code, error);
    size_t size = (size_t)sqlite3_blob_bytes(window->blob);
    const size_t ends[2] = {at->byte_start > reach ? at->byte_start - reach : 0,
                            at->byte_end + reach < size ? at->byte_end + reach : size};
    if (at->byte_end > size)
        return outside(window, at->byte_start, at->byte_end, error);
    enum tf_status status = read_sides(window, revision, at, ends, arena, sides, error);
    if (status != TF_OK)
        return status;
    *prefix = tail(sides[0]);
    *suffix = head(sides[1]);
    return TF_OK;
}
