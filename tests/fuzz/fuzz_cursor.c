/* SPDX-License-Identifier: MIT */
/*
 * Cursors. The first byte chooses the list and how the rest is taken: as text
 * that a client sends, or as a place behind a head and before a checksum that
 * are right. What is taken encodes to itself; and a list that goes on from there,
 * from a place that no row ever had, gives rows and no failure.
 */
#include "fuzz.h"

#include "input.h"
#include "query_internal.h"
#include "world.h"

static struct tf_store *store;

static struct tf_query query_of(enum tf_list list, struct tf_arena *arena)
{
    const struct tf_parameter words = {TF_STR("q"), TF_STR("ketamine OR weeks")};
    struct tf_violations violations = {0};
    struct tf_query query;
    struct tf_error error;
    TF_ASSERT(tf_query_parse(store, list, NULL, &words, list == TF_LIST_SEARCH, arena, &query,
                             &violations, &error) == TF_OK);
    return query;
}

/* --- A cursor around any place -------------------------------------------- */

enum { HEAD = 18, SUM = 8, HEAD_TEXT = HEAD * 4 / 3 };
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* RFC 4648, 5, written down once more. */
static struct tf_str base64url(struct tf_str bytes, struct tf_arena *arena)
{
    char *out = tf_arena_alloc(arena, bytes.size * 2 + 4);
    size_t n = 0;
    TF_ASSERT(out);
    for (size_t i = 0; i < bytes.size; i += 3) {
        unsigned char b[3] = {0};
        size_t left = bytes.size - i < 3 ? bytes.size - i : 3;
        memcpy(b, bytes.data + i, left);
        const unsigned four[] = {b[0] >> 2, (b[0] & 3u) << 4 | b[1] >> 4,
                                 (b[1] & 15u) << 2 | b[2] >> 6, b[2] & 63u};
        for (size_t k = 0; k <= left; k++)
            out[n++] = letters[four[k]];
    }
    return (struct tf_str){out, n};
}

/* Of a real cursor; it fills whole groups of four letters. */
static void add_head(struct tf_buf *out, const struct tf_query *query, struct tf_arena *arena)
{
    const struct tf_position start = {.set = true};
    struct tf_str real = cursor_write(query, &start, arena);
    uint32_t bits = 0;
    TF_ASSERT(HEAD % 3 == 0 && real.size > HEAD_TEXT);
    for (size_t i = 0; i < HEAD_TEXT; i++) {
        bits = bits << 6 | (uint32_t)(strchr(letters, real.data[i]) - letters);
        for (int shift = 16; i % 4 == 3 && shift >= 0; shift -= 8)
            tf_buf_add_char(out, (char)(bits >> shift & 0xff));
    }
}

static struct tf_str seal(struct tf_str place, const struct tf_query *query, struct tf_arena *arena)
{
    char sum[TF_DIGEST_TEXT];
    struct tf_buf bytes;
    tf_buf_init(&bytes);
    add_head(&bytes, query, arena);
    tf_buf_add_str(&bytes, place);
    tf_digest(bytes.data, bytes.size, sum);
    tf_buf_add(&bytes, sum, SUM);
    struct tf_str sealed = base64url(tf_buf_str(&bytes), arena);
    tf_buf_clear(&bytes);
    return sealed;
}

/* --- Taking one ----------------------------------------------------------- */

static void follow(struct tf_query *query, struct tf_arena *arena)
{
    struct tf_error error = {0};
    query->page.limit = 3;
    if (query->list == TF_LIST_SEARCH) {
        struct tf_search_result found;
        TF_ASSERT(tf_query_search(store, query, arena, &found, &error) == TF_OK);
    } else {
        struct tf_result result;
        TF_ASSERT(tf_query_run(store, query, arena, &result, &error) == TF_OK);
        TF_ASSERT(result.rows.n <= 3);
    }
}

static void take(struct tf_str text, struct tf_query *query, struct tf_arena *arena)
{
    struct tf_position position;
    if (!cursor_read(text, query, arena, &position))
        return;
    TF_ASSERT(tf_str_equal(cursor_write(query, &position, arena), text));
    query->page.after = position;
    follow(query, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    store = world_store();
    struct input input = {data, size};
    struct tf_arena *arena = tf_arena_new(0);
    TF_ASSERT(arena);
    unsigned choice = (unsigned)input_number(&input, 1);
    struct tf_str rest = input_bytes(&input, input.left);
    struct tf_query query = query_of((enum tf_list)(choice / 2 % TF_LIST_SUMMARY), arena);
    take(choice % 2 ? seal(rest, &query, arena) : rest, &query, arena);
    tf_arena_free(arena);
    return 0;
}
