/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <math.h>
#include <stdio.h>

struct tf_json tf_json_begin(struct tf_buf *out, enum tf_json_style style)
{
    return (struct tf_json){.out = out, .style = style};
}

void tf_json_end(struct tf_json *json)
{
    if (json->failed)
        json->out->failed = true;
    else
        tf_buf_add_char(json->out, '\n');
}

/* --- Layout -------------------------------------------------------------- */

static void break_line(struct tf_json *json)
{
    static const char spaces[] = "\n                ";
    enum { DEEPEST = sizeof spaces - 2 };
    if (json->style == TF_JSON_INDENTED)
        tf_buf_add(json->out, spaces, 1 + (json->depth < DEEPEST ? json->depth : DEEPEST));
}

/* What stands before a value: comma, line break, key. */
static void lead(struct tf_json *json, const char *key)
{
    if (json->begun)
        tf_buf_add_char(json->out, ',');
    if (json->depth > 0)
        break_line(json);
    json->begun = true;
    if (!key)
        return;
    tf_buf_add_char(json->out, '"');
    tf_buf_add_text(json->out, key);
    tf_buf_add(json->out, "\": ", json->style == TF_JSON_INDENTED ? 3 : 2);
}

static void open(struct tf_json *json, const char *key, char bracket)
{
    lead(json, key);
    tf_buf_add_char(json->out, bracket);
    json->depth++;
    json->begun = false;
}

static void close(struct tf_json *json, char bracket)
{
    json->depth--;
    if (json->begun)
        break_line(json);
    tf_buf_add_char(json->out, bracket);
    json->begun = true;
}

void tf_json_open_object(struct tf_json *json, const char *key)
{
    open(json, key, '{');
}

void tf_json_close_object(struct tf_json *json)
{
    close(json, '}');
}

void tf_json_open_array(struct tf_json *json, const char *key)
{
    open(json, key, '[');
}

void tf_json_close_array(struct tf_json *json)
{
    close(json, ']');
}

/* --- Strings ------------------------------------------------------------- */

/* Does the byte stand for itself in a string? */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void add_escape(struct tf_buf *out, unsigned char c)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; letters[i]; i += 2)
        if ((unsigned char)letters[i] == c) {
            tf_buf_add(out, (char[]){'\\', letters[i + 1]}, 2);
            return;
        }
    tf_buf_add(out, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

static void add_string(struct tf_json *json, struct tf_str s)
{
    size_t at = 0;
    tf_buf_add_char(json->out, '"');
    while (at < s.size) {
        size_t end = at;
        for (size_t length; end < s.size; end += length) {
            unsigned char c = (unsigned char)s.data[end];
            length = is_plain(c) ? 1 : c < 0x80 ? 0 : tf_utf8_length(s.data + end, s.size - end);
            json->failed = json->failed || (length == 0 && c >= 0x80);
            if (length == 0)
                break;
        }
        tf_buf_add(json->out, s.data + at, end - at);
        if (json->failed)
            return;
        if (end < s.size)
            add_escape(json->out, (unsigned char)s.data[end++]);
        at = end;
    }
    tf_buf_add_char(json->out, '"');
}

void tf_json_str(struct tf_json *json, const char *key, struct tf_str value)
{
    if (!value.data) {
        tf_json_null(json, key);
        return;
    }
    lead(json, key);
    add_string(json, value);
}

void tf_json_text(struct tf_json *json, const char *key, const char *nul_terminated)
{
    tf_json_str(json, key, tf_str_of(nul_terminated));
}

void tf_json_strs(struct tf_json *json, const char *key, const struct tf_strs *list)
{
    tf_json_open_array(json, key);
    for (size_t i = 0; i < list->n; i++)
        tf_json_str(json, NULL, list->v[i]);
    tf_json_close_array(json);
}

/* --- Ids ----------------------------------------------------------------- */

static void add_uuid(struct tf_json *json, struct tf_uuid id)
{
    char text[TF_UUID_TEXT];
    tf_uuid_format(id, text);
    tf_buf_add(json->out, text, TF_UUID_TEXT - 1);
}

void tf_json_uuid(struct tf_json *json, const char *key, struct tf_uuid value)
{
    tf_json_href(json, key, "", value, "");
}

void tf_json_href(struct tf_json *json, const char *key, const char *before, struct tf_uuid id,
                  const char *after)
{
    lead(json, key);
    tf_buf_add_char(json->out, '"');
    tf_buf_add_text(json->out, before);
    add_uuid(json, id);
    tf_buf_add_text(json->out, after);
    tf_buf_add_char(json->out, '"');
}

/* --- Other values -------------------------------------------------------- */

void tf_json_null(struct tf_json *json, const char *key)
{
    lead(json, key);
    tf_buf_add(json->out, "null", 4);
}

void tf_json_bool(struct tf_json *json, const char *key, bool value)
{
    lead(json, key);
    tf_buf_add_text(json->out, value ? "true" : "false");
}

static void add_digits(struct tf_buf *out, uint64_t value)
{
    char digits[TF_DIGITS_MAX];
    tf_buf_add(out, digits, tf_digits(value, digits));
}

void tf_json_count(struct tf_json *json, const char *key, uint64_t value)
{
    lead(json, key);
    add_digits(json->out, value);
}

/* 2^53: beyond it a double is no longer a certain integer. */
static const double integer_limit = 9007199254740992.0;

void tf_json_number(struct tf_json *json, const char *key, double value)
{
    if (!isfinite(value)) {
        tf_json_null(json, key);
        return;
    }
    lead(json, key);
    if (fabs(value) >= integer_limit || trunc(value) != value) {
        tf_buf_printf(json->out, "%.15g", value);
        return;
    }
    if (value < 0)
        tf_buf_add_char(json->out, '-');
    add_digits(json->out, (uint64_t)fabs(value));
}
