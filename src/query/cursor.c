/* SPDX-License-Identifier: MIT */
/*
 * A cursor: version, list, digest of the filter, row, key, checksum, as
 * base64url (RFC 4648, without padding). Opaque, not secret: whoever makes one
 * up gets another place in the same list and nothing else. The checksum is for
 * those that were cut or mistyped.
 */
#include "query_internal.h"

#include <inttypes.h>
#include <string.h>

enum { VERSION = 1, DIGEST = 16, HEAD = 2 + DIGEST + 8, SUM = 8 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* --- base64url ----------------------------------------------------------- */

static struct tf_str encode(struct tf_str bytes, struct tf_arena *arena)
{
    char *out = tf_arena_alloc(arena, bytes.size * 4 / 3 + 4);
    size_t size = 0;
    uint32_t bits = 0;
    int held = 0;
    if (!out)
        return TF_STR("");
    for (size_t i = 0; i < bytes.size; i++) {
        bits = bits << 8 | (unsigned char)bytes.data[i];
        for (held += 8; held >= 6; held -= 6)
            out[size++] = alphabet[bits >> (held - 6) & 63];
    }
    if (held)
        out[size++] = alphabet[bits << (6 - held) & 63];
    return (struct tf_str){out, size};
}

/* Strict: one text for each run of bytes, so leftover bits must be zero. */
static bool decode(struct tf_str text, struct tf_arena *arena, struct tf_str *out)
{
    char *bytes = tf_arena_alloc(arena, text.size + 1);
    size_t size = 0;
    uint32_t bits = 0;
    int held = 0;
    if (!bytes)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        const char *at = text.data[i] ? strchr(alphabet, text.data[i]) : NULL;
        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[size++] = (char)(bits >> held & 0xff);
        }
    }
    if (held >= 6 || (bits & ((1u << held) - 1)) != 0)
        return false;
    *out = (struct tf_str){bytes, size};
    return true;
}

/* --- What it is bound to ------------------------------------------------- */

static void add_part(struct tf_buf *buf, const char *name, struct tf_str value)
{
    tf_buf_printf(buf, "%s=%zu:", name, value.size);
    tf_buf_add_str(buf, value);
}

/* The limit is left out: a client may change the size of pages on the way. */
static void filter_digest(const struct tf_query *query, char out[TF_DIGEST_TEXT])
{
    const struct tf_filter *filter = &query->filter;
    struct tf_buf buf;
    tf_buf_init(&buf);
    for (int key = 0; key < TF_FILTER__MAX; key++)
        for (size_t i = 0; i < filter->values[key].n; i++)
            add_part(&buf, tf_filter_names[key], filter->values[key].v[i]);
    add_part(&buf, "match", filter->match);
    add_part(&buf, "updated_since", filter->updated_since);
    tf_buf_printf(&buf, "%.17g %.17g", filter->max_lte, filter->min_gte);
    tf_digest(buf.data, buf.size, out);
    tf_buf_clear(&buf);
}

struct tf_str cursor_write(const struct tf_query *query, const struct tf_position *position,
                           struct tf_arena *arena)
{
    char digest[TF_DIGEST_TEXT], sum[TF_DIGEST_TEXT];
    struct tf_buf buf;
    filter_digest(query, digest);
    tf_buf_init(&buf);
    tf_buf_add_char(&buf, VERSION);
    tf_buf_add_char(&buf, (char)query->list);
    tf_buf_add(&buf, digest, DIGEST);
    for (int shift = 56; shift >= 0; shift -= 8)
        tf_buf_add_char(&buf, (char)(position->row >> shift & 0xff));
    tf_buf_add_str(&buf, position->key);
    tf_digest(tf_buf_str(&buf).data, buf.size, sum);
    tf_buf_add(&buf, sum, SUM);
    struct tf_str text = encode(tf_buf_str(&buf), arena);
    tf_buf_clear(&buf);
    return text;
}

bool cursor_read(struct tf_str text, const struct tf_query *query, struct tf_arena *arena,
                 struct tf_position *out)
{
    char digest[TF_DIGEST_TEXT], sum[TF_DIGEST_TEXT];
    struct tf_str bytes;
    if (text.size > (HEAD + TF_SOURCE_KEY_MAX + SUM) * 2 || !decode(text, arena, &bytes) ||
        bytes.size < HEAD + SUM)
        return false;
    size_t body = bytes.size - SUM;
    tf_digest(bytes.data, body, sum);
    filter_digest(query, digest);
    if (memcmp(bytes.data + body, sum, SUM) != 0 || bytes.data[0] != VERSION ||
        bytes.data[1] != (char)query->list || memcmp(bytes.data + 2, digest, DIGEST) != 0)
        return false;
    uint64_t row = 0;
    for (size_t i = 0; i < 8; i++)
        row = row << 8 | (unsigned char)bytes.data[2 + DIGEST + i];
    if (row > INT64_MAX)
        return false;
    out->set = true;
    out->key = (struct tf_str){bytes.data + HEAD, body - HEAD};
    out->row = (int64_t)row;
    return true;
}
