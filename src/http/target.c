/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_utf8(struct tf_str s)
{
    for (size_t i = 0; i < s.size;) {
        size_t length = tf_utf8_length(s.data + i, s.size - i);
        if (!length)
            return false;
        i += length;
    }
    return true;
}

static enum tf_status decode(struct tf_str raw, bool plus_is_space, struct tf_arena *arena,
                             struct tf_str *out, struct tf_error *error)
{
    char *data = tf_arena_alloc(arena, raw.size + 1);
    if (!data)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    size_t size = 0;
    for (size_t i = 0; i < raw.size; i++) {
        char c = raw.data[i];
        if (c == '%') {
            bool whole = raw.size - i > 2;
            int high = whole ? hex_value(raw.data[i + 1]) : -1;
            int low = whole ? hex_value(raw.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return tf_error_set(error, TF_INPUT,
                                    "a %% in the URL is not followed by two hexadecimal digits");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return tf_error_set(error, TF_INPUT, "the URL contains a NUL byte");
        data[size++] = c;
    }
    struct tf_str decoded = {data, size};
    if (!is_utf8(decoded))
        return tf_error_set(error, TF_INPUT, "the URL is not valid UTF-8 when decoded");
    *out = decoded;
    return TF_OK;
}

/* Cuts what stands before the first separator off the rest; absent when the
 * rest is used up. An empty rest still holds one empty piece. */
static struct tf_str next_piece(struct tf_str *rest, char separator)
{
    if (!rest->data)
        return TF_STR_NULL;
    const char *end = memchr(rest->data, separator, rest->size);
    struct tf_str piece = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
    if (end)
        *rest = (struct tf_str){end + 1, rest->size - piece.size - 1};
    else
        *rest = TF_STR_NULL;
    return piece;
}

/* Segments are cut before they are decoded, so that an encoded slash is part
 * of its segment. */
static enum tf_status parse_path(struct tf_str path, struct tf_arena *arena,
                                 struct tf_target *target, struct tf_error *error)
{
    struct tf_str rest = {path.data + 1, path.size - 1};
    if (!rest.size)
        return TF_OK;
    for (struct tf_str raw; (raw = next_piece(&rest, '/')).data;) {
        struct tf_str segment = TF_STR_NULL;
        enum tf_status status = decode(raw, false, arena, &segment, error);
        if (status != TF_OK)
            return status;
        if (target->segments.n == TF_TARGET_SEGMENTS)
            return tf_error_set(error, TF_INPUT, "the path has more than %d segments",
                                TF_TARGET_SEGMENTS);
        tf_strs_push(arena, &target->segments, segment);
    }
    return TF_OK;
}

static enum tf_status parse_pair(struct tf_str pair, struct tf_arena *arena,
                                 struct tf_target *target, struct tf_error *error)
{
    if (target->parameters.n == TF_TARGET_PARAMETERS)
        return tf_error_set(error, TF_INPUT, "the query has more than %d parameters",
                            TF_TARGET_PARAMETERS);
    struct tf_str raw_value = pair, name, value = TF_STR("");
    struct tf_str raw_name = next_piece(&raw_value, '=');
    enum tf_status status = decode(raw_name, true, arena, &name, error);
    if (status != TF_OK)
        return status;
    if (raw_value.data)
        status = decode(raw_value, true, arena, &value, error);
    if (status != TF_OK) {
        target->wrong = name;
        return status;
    }
    struct tf_parameter *parameter = TF_PUSH(arena, &target->parameters);
    if (parameter)
        *parameter = (struct tf_parameter){name, value};
    return TF_OK;
}

static enum tf_status parse_query(struct tf_str query, struct tf_arena *arena,
                                  struct tf_target *target, struct tf_error *error)
{
    for (struct tf_str pair; (pair = next_piece(&query, '&')).data;) {
        enum tf_status status = pair.size ? parse_pair(pair, arena, target, error) : TF_OK;
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

/* A server has to take the absolute form too (RFC 9112, 3.2.2); which host it
 * names is no matter here, but it has to name one, and no user. What is left
 * may begin with the query. Absent: an authority that is none. */
static struct tf_str without_authority(struct tf_str raw)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(schemes[i]);
        if (raw.size < length || strncasecmp(raw.data, schemes[i], length) != 0)
            continue;
        size_t end = length;
        while (end < raw.size && !memchr("/?@", raw.data[end], 3))
            end++;
        bool named = end > length && (end == raw.size || raw.data[end] != '@');
        return named ? (struct tf_str){raw.data + end, raw.size - end} : TF_STR_NULL;
    }
    return raw;
}

static bool has_forbidden_bytes(struct tf_str raw)
{
    for (size_t i = 0; i < raw.size; i++)
        if ((unsigned char)raw.data[i] <= ' ' || raw.data[i] == '#' || raw.data[i] == 0x7f)
            return true;
    return false;
}

enum tf_status tf_target_parse(struct tf_str raw, size_t most, struct tf_arena *arena,
                               struct tf_target *out, struct tf_error *error)
{
    if (raw.size > most)
        return tf_error_set(error, TF_TOO_LARGE, "the URL is longer than %zu bytes", most);
    struct tf_target target = {.asterisk = tf_str_is(raw, "*")};
    struct tf_str query = without_authority(raw);
    bool absolute = query.data != raw.data;
    struct tf_str path = next_piece(&query, '?');
    if (absolute && path.data && !path.size)
        path = TF_STR("/");
    if (!target.asterisk && (!path.size || path.data[0] != '/' || has_forbidden_bytes(raw)))
        return tf_error_set(error, TF_INPUT, "the request target is not a path");
    enum tf_status status = TF_OK;
    if (!target.asterisk)
        status = parse_path(path, arena, &target, error);
    if (status == TF_OK)
        status = parse_query(query, arena, &target, error);
    if (status == TF_OK && tf_arena_failed(arena))
        status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    if (status == TF_OK)
        *out = target;
    else
        out->wrong = target.wrong;
    return status;
}

/* Commas and colons are left as they are: lists and times stay readable. */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("-._~,:", c);
}

static void add_encoded(struct tf_buf *out, struct tf_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        if (is_plain(s.data[i]))
            tf_buf_add_char(out, s.data[i]);
        else
            tf_buf_printf(out, "%%%02X", (unsigned char)s.data[i]);
    }
}

static void add_path(struct tf_buf *out, const struct tf_target *target)
{
    if (!target->segments.n)
        tf_buf_add_char(out, '/');
    for (size_t i = 0; i < target->segments.n; i++) {
        tf_buf_add_char(out, '/');
        add_encoded(out, target->segments.v[i]);
    }
}

static void add_parameter(struct tf_buf *out, struct tf_str name, struct tf_str value, bool first)
{
    tf_buf_add_char(out, first ? '?' : '&');
    add_encoded(out, name);
    tf_buf_add_char(out, '=');
    add_encoded(out, value);
}

struct tf_str tf_target_path(const struct tf_target *target, struct tf_arena *arena)
{
    struct tf_buf out;
    tf_buf_init(&out);
    add_path(&out, target);
    return tf_buf_move(&out, arena);
}

struct tf_str tf_target_link(const struct tf_target *target, struct tf_str cursor,
                             struct tf_arena *arena)
{
    struct tf_buf out;
    tf_buf_init(&out);
    add_path(&out, target);
    bool first = true;
    for (size_t i = 0; i < target->parameters.n; i++) {
        const struct tf_parameter *parameter = &target->parameters.v[i];
        if (cursor.data && tf_str_is(parameter->name, "cursor"))
            continue;
        add_parameter(&out, parameter->name, parameter->value, first);
        first = false;
    }
    if (cursor.data)
        add_parameter(&out, TF_STR("cursor"), cursor, first);
    return tf_buf_move(&out, arena);
}
