/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

void tf_json_select(struct tf_json *json, const struct tf_strs *fields)
{
    json->fields = fields && fields->n ? fields : NULL;
    json->fields_depth = json->depth + 1;
}

/* --- Layout -------------------------------------------------------------- */

/* Is the value left out, because its key, or what it lies in, was not selected? */
static bool is_hidden(const struct tf_json *json, const char *key)
{
    if (json->hidden)
        return true;
    return json->fields && json->depth == json->fields_depth && key &&
           !tf_strs_contain(json->fields, tf_str_of(key));
}

static void break_line(struct tf_json *json)
{
    static const char spaces[] = "\n                ";
    enum { DEEPEST = sizeof spaces - 2 };
    if (json->style == TF_JSON_INDENTED)
        tf_buf_add(json->out, spaces, 1 + (json->depth < DEEPEST ? json->depth : DEEPEST));
}

/* What stands before a value: comma, line break, key. False: write no value. */
static bool lead(struct tf_json *json, const char *key)
{
    if (is_hidden(json, key))
        return false;
    if (json->begun)
        tf_buf_add_char(json->out, ',');
    if (json->depth > 0)
        break_line(json);
    json->begun = true;
    if (!key)
        return true;
    tf_buf_add_char(json->out, '"');
    tf_buf_add(json->out, key, strlen(key));
    tf_buf_add(json->out, "\": ", json->style == TF_JSON_INDENTED ? 3 : 2);
    return true;
}

static void open(struct tf_json *json, const char *key, char bracket)
{
    if (!lead(json, key)) {
        json->hidden++;
        return;
    }
    tf_buf_add_char(json->out, bracket);
    json->depth++;
    json->begun = false;
}

static void close(struct tf_json *json, char bracket)
{
    if (json->hidden) {
        json->hidden--;
        return;
    }
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

/* What a byte is in a string; 0: it stands for itself. */
enum { ESCAPED = 1, MARKUP = 2, BEYOND_ASCII = 4 };
static const unsigned char byte_kinds[256] = {
    [0 ... 0x1f] = ESCAPED,
    ['"'] = ESCAPED,
    ['\\'] = ESCAPED,
    ['<'] = MARKUP,
    ['>'] = MARKUP,
    ['&'] = MARKUP,
    [0x80 ... 0xff] = BEYOND_ASCII,
};

/* U+2028 and U+2029, which ended a line within a string of old JavaScript. */
static bool is_separator(const char *p, size_t length)
{
    return length == 3 && memcmp(p, "\xe2\x80", 2) == 0 && (p[2] & ~1) == (char)0xa8;
}

/* How many bytes stand for themselves before one that is escaped, or is no UTF-8. */
static size_t plain_length(enum tf_json_style style, struct tf_str s)
{
    bool in_script = style == TF_JSON_SCRIPT;
    int stops = ESCAPED | BEYOND_ASCII | (in_script ? MARKUP : 0);
    size_t end = 0;
    for (;;) {
        while (end < s.size && !(byte_kinds[(unsigned char)s.data[end]] & stops))
            end++;
        if (end == s.size || byte_kinds[(unsigned char)s.data[end]] != BEYOND_ASCII)
            return end;
        size_t length = tf_utf8_length(s.data + end, s.size - end);
        if (!length || (in_script && is_separator(s.data + end, length)))
            return end;
        end += length;
    }
}

static void add_ascii_escape(struct tf_buf *out, unsigned char c)
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

/* Gives the bytes of the character that was escaped; 0: it is no UTF-8. */
static size_t add_escape(struct tf_buf *out, struct tf_str s)
{
    size_t length = tf_utf8_length(s.data, s.size);
    if (length == 1)
        add_ascii_escape(out, (unsigned char)s.data[0]);
    else if (length)
        tf_buf_add_text(out, s.data[2] & 1 ? "\\u2029" : "\\u2028");
    return length;
}

static void add_string(struct tf_json *json, struct tf_str s)
{
    tf_buf_add_char(json->out, '"');
    while (s.size) {
        size_t plain = plain_length(json->style, s);
        tf_buf_add(json->out, s.data, plain);
        s = (struct tf_str){s.data + plain, s.size - plain};
        if (!s.size)
            break;
        size_t escaped = add_escape(json->out, s);
        json->failed = json->failed || !escaped;
        if (json->failed)
            return;
        s = (struct tf_str){s.data + escaped, s.size - escaped};
    }
    tf_buf_add_char(json->out, '"');
}

void tf_json_str(struct tf_json *json, const char *key, struct tf_str value)
{
    if (!value.data) {
        tf_json_null(json, key);
        return;
    }
    if (lead(json, key))
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
    if (!lead(json, key))
        return;
    tf_buf_add_char(json->out, '"');
    tf_buf_add_text(json->out, before);
    add_uuid(json, id);
    tf_buf_add_text(json->out, after);
    tf_buf_add_char(json->out, '"');
}

/* --- Other values -------------------------------------------------------- */

void tf_json_null(struct tf_json *json, const char *key)
{
    if (lead(json, key))
        tf_buf_add(json->out, "null", 4);
}

void tf_json_bool(struct tf_json *json, const char *key, bool value)
{
    if (lead(json, key))
        tf_buf_add_text(json->out, value ? "true" : "false");
}

void tf_json_count(struct tf_json *json, const char *key, uint64_t value)
{
    if (lead(json, key))
        tf_buf_add_number(json->out, value);
}

/* 2^53: beyond it a double is no longer a certain integer. */
static const double integer_limit = 9007199254740992.0;

void tf_json_number(struct tf_json *json, const char *key, double value)
{
    if (!isfinite(value)) {
        tf_json_null(json, key);
        return;
    }
    if (!lead(json, key))
        return;
    if (fabs(value) >= integer_limit || trunc(value) != value) {
        tf_buf_printf(json->out, "%.15g", value);
        return;
    }
    if (value < 0)
        tf_buf_add_char(json->out, '-');
    tf_buf_add_number(json->out, (uint64_t)fabs(value));
}
