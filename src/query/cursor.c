/* SPDX-License-Identifier: MIT */
/*
 * A cursor: version, list, digest of filter and order, the place, checksum, as
 * base64url (RFC 4648, without padding). A value of the place is its type and 8
 * bytes or a length and bytes. Opaque, not secret: whoever makes one
 * up gets another place in the same list and nothing else. The checksum is for
 * those that were cut or mistyped.
 */
#include "query_internal.h"

#include <inttypes.h>
#include <string.h>

enum { VERSION = 3, DIGEST = 16, HEAD = 2 + DIGEST, SUM = 8, VALUE_MAX = 4096 };

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
    tf_buf_add_text(buf, name);
    tf_buf_add_char(buf, '=');
    tf_buf_add_number(buf, value.size);
    tf_buf_add_char(buf, ':');
    tf_buf_add_str(buf, value);
}

/* The limit is left out: a client may change the size of pages on the way. */
static void filter_digest(const struct tf_query *query, struct tf_arena *arena,
                          char out[TF_DIGEST_TEXT])
{
    const struct tf_filter *filter = &query->filter;
    struct tf_buf buf;
    tf_buf_init(&buf);
    for (int key = 0; key < TF_FILTER__MAX; key++)
        for (size_t i = 0; i < filter->values[key].n; i++)
            add_part(&buf, tf_filter_names[key], filter->values[key].v[i]);
    add_part(&buf, "match", filter->match);
    add_part(&buf, "updated_since", filter->updated_since);
    tf_buf_printf(&buf, "%.17g %.17g %d %d %u", filter->max_lte, filter->min_gte,
                  (int)query->page.sort, query->page.descending, query->types);
    struct tf_str all = tf_buf_move(&buf, arena);
    tf_digest(all.data, all.size, out);
}

/* --- Places -------------------------------------------------------------- */

static void add_number(struct tf_buf *buf, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        tf_buf_add_char(buf, (char)(number >> shift & 0xff));
}

static void add_value(struct tf_buf *buf, const struct tf_scalar *value)
{
    uint64_t bits;
    tf_buf_add_char(buf, (char)value->type);
    switch (value->type) {
    case TF_SCALAR_INTEGER:
        add_number(buf, (uint64_t)value->integer);
        return;
    case TF_SCALAR_REAL:
        memcpy(&bits, &value->real, sizeof bits);
        add_number(buf, bits);
        return;
    case TF_SCALAR_TEXT:
    case TF_SCALAR_BLOB:
        add_number(buf, value->text.size);
        tf_buf_add_str(buf, value->text);
        return;
    case TF_SCALAR_NONE:
        return;
    }
}

static bool take_number(struct tf_str *rest, uint64_t *out)
{
    uint64_t number = 0;
    if (rest->size < 8)
        return false;
    for (size_t i = 0; i < 8; i++)
        number = number << 8 | (unsigned char)rest->data[i];
    *rest = (struct tf_str){rest->data + 8, rest->size - 8};
    *out = number;
    return true;
}

static bool take_value(struct tf_str *rest, struct tf_scalar *out)
{
    uint64_t number = 0;
    if (!rest->size || (unsigned char)rest->data[0] > TF_SCALAR_BLOB)
        return false;
    out->type = (enum tf_scalar_type)rest->data[0];
    *rest = (struct tf_str){rest->data + 1, rest->size - 1};
    if (out->type == TF_SCALAR_NONE)
        return true;
    if (!take_number(rest, &number))
        return false;
    if (out->type == TF_SCALAR_INTEGER)
        out->integer = (int64_t)number;
    else if (out->type == TF_SCALAR_REAL)
        memcpy(&out->real, &number, sizeof out->real);
    else if (number > rest->size)
        return false;
    else {
        out->text = (struct tf_str){rest->data, (size_t)number};
        *rest = (struct tf_str){rest->data + number, rest->size - (size_t)number};
    }
    return true;
}

/* --- Cursors ------------------------------------------------------------- */

struct tf_str cursor_write(const struct tf_query *query, const struct tf_position *position,
                           struct tf_arena *arena)
{
    char digest[TF_DIGEST_TEXT], sum[TF_DIGEST_TEXT];
    struct tf_buf buf;
    filter_digest(query, arena, digest);
    tf_buf_init(&buf);
    tf_buf_add_char(&buf, VERSION);
    tf_buf_add_char(&buf, (char)query->list);
    tf_buf_add(&buf, digest, DIGEST);
    for (int i = 0; i < TF_POSITION_PARTS; i++)
        add_value(&buf, &position->part[i]);
    tf_digest(tf_buf_str(&buf).data, buf.size, sum);
    tf_buf_add(&buf, sum, SUM);
    return encode(tf_buf_move(&buf, arena), arena);
}

static bool is_ours(struct tf_str bytes, const struct tf_query *query, struct tf_arena *arena)
{
    char digest[TF_DIGEST_TEXT], sum[TF_DIGEST_TEXT];
    if (bytes.size < HEAD + SUM)
        return false;
    tf_digest(bytes.data, bytes.size - SUM, sum);
    filter_digest(query, arena, digest);
    return memcmp(bytes.data + bytes.size - SUM, sum, SUM) == 0 && bytes.data[0] == VERSION &&
           bytes.data[1] == (char)query->list && memcmp(bytes.data + 2, digest, DIGEST) == 0;
}

/* What lists cannot use finds nothing there; a search needs score, type and row. */
static bool is_place(const struct tf_position *position, enum tf_list list)
{
    return list != TF_LIST_SEARCH || tf_store_is_hit_place(position);
}

bool cursor_read(struct tf_str text, const struct tf_query *query, struct tf_arena *arena,
                 struct tf_position *out)
{
    struct tf_str bytes;
    struct tf_position position = {.set = true};
    if (text.size > (HEAD + VALUE_MAX + SUM) * 2 || !decode(text, arena, &bytes) ||
        !is_ours(bytes, query, arena))
        return false;
    struct tf_str rest = {bytes.data + HEAD, bytes.size - HEAD - SUM};
    for (int i = 0; i < TF_POSITION_PARTS; i++)
        if (!take_value(&rest, &position.part[i]))
            return false;
    *out = position;
    return rest.size == 0 && is_place(&position, query->list);
}
