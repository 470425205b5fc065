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
static bool is_hidden(const struct tf_json *json, struct tf_json_key key)
{
    if (json->hidden)
        return true;
    return json->fields && json->depth == json->fields_depth && key.name &&
           !tf_strs_contain(json->fields, (struct tf_str){key.name, key.size});
}

/* Longest that stands before a value besides its key: comma, line break, quotes,
 * colon, space. */
enum { DEEPEST = 16, LEAD_MAX = 1 + 1 + DEEPEST + 2 + 1 + 1 };

static char *break_line(const struct tf_json *json, char *at)
{
    unsigned spaces = json->depth < DEEPEST ? json->depth : DEEPEST;
    if (json->style != TF_JSON_INDENTED)
        return at;
    *at++ = '\n';
    memset(at, ' ', spaces);
    return at + spaces;
}

/* What stands before a value: comma, line break, key. Gives where the value goes,
 * for which there is so much room; NULL: write none. The caller ends it with
 * tf_buf_took. */
static char *lead(struct tf_json *json, struct tf_json_key key, size_t room)
{
    char *at = is_hidden(json, key) ? NULL : tf_buf_room(json->out, LEAD_MAX + key.size + room);
    if (!at)
        return NULL;
    if (json->begun)
        *at++ = ',';
    if (json->depth > 0)
        at = break_line(json, at);
    json->begun = true;
    if (!key.name)
        return at;
    *at++ = '"';
    memcpy(at, key.name, key.size);
    at += key.size;
    *at++ = '"';
    *at++ = ':';
    if (json->style == TF_JSON_INDENTED)
        *at++ = ' ';
    return at;
}

static char *put(char *at, const char *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

void tf_json_add_open(struct tf_json *json, struct tf_json_key key, char bracket)
{
    char *at = lead(json, key, 1);
    if (!at) {
        json->hidden++;
        return;
    }
    *at++ = bracket;
    tf_buf_took(json->out, at);
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
    char *at = tf_buf_room(json->out, LEAD_MAX + 1);
    if (!at)
        return;
    if (json->begun)
        at = break_line(json, at);
    *at++ = bracket;
    tf_buf_took(json->out, at);
    json->begun = true;
}

void tf_json_close_object(struct tf_json *json)
{
    close(json, '}');
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

/* Do sixteen bytes at once stand for themselves, other than in a script? Those
 * beyond ASCII are below 0 here. */
enum { BLOCK = 16 };
static bool is_plain_block(const char *p)
{
    typedef signed char block __attribute__((vector_size(BLOCK)));
    block bytes;
    uint64_t halves[2];
    memcpy(&bytes, p, BLOCK);
    block stops = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    memcpy(halves, &stops, BLOCK);
    return !(halves[0] | halves[1]);
}

/* Where the next byte may be that does not stand for itself. The last block of a
 * string overlaps the one before it, so that no string has a slow end. */
static size_t skip_blocks(struct tf_str s, size_t end)
{
    while (s.size - end >= BLOCK && is_plain_block(s.data + end))
        end += BLOCK;
    return s.size - end < BLOCK && s.size >= BLOCK && is_plain_block(s.data + s.size - BLOCK)
               ? s.size
               : end;
}

/* How many bytes stand for themselves before one that is escaped, or is no UTF-8. */
static size_t plain_length(enum tf_json_style style, struct tf_str s)
{
    bool in_script = style == TF_JSON_SCRIPT;
    int stops = ESCAPED | BEYOND_ASCII | (in_script ? MARKUP : 0);
    size_t end = 0;
    for (;;) {
        end = in_script ? end : skip_blocks(s, end);
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

/* The rest of a string from the first byte on that may have to be escaped. */
static void add_escaped(struct tf_json *json, struct tf_str s)
{
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

void tf_json_add_str(struct tf_json *json, struct tf_json_key key, struct tf_str value)
{
    if (!value.data) {
        tf_json_add_word(json, key, TF_STR("null"));
        return;
    }
    char *at = lead(json, key, value.size + 2);
    if (!at)
        return;
    *at++ = '"';
    size_t plain = plain_length(json->style, value);
    at = put(at, value.data, plain);
    if (plain == value.size) {
        *at++ = '"';
        tf_buf_took(json->out, at);
        return;
    }
    tf_buf_took(json->out, at);
    add_escaped(json, (struct tf_str){value.data + plain, value.size - plain});
}

void tf_json_strs(struct tf_json *json, const char *key, const struct tf_strs *list)
{
    tf_json_open_array(json, key);
    for (size_t i = 0; i < list->n; i++)
        tf_json_str(json, NULL, list->v[i]);
    tf_json_close_array(json);
}

/* --- Ids ----------------------------------------------------------------- */

void tf_json_add_href(struct tf_json *json, struct tf_json_key key, struct tf_str before,
                      struct tf_uuid id, struct tf_str after)
{
    char *at = lead(json, key, before.size + TF_UUID_TEXT + after.size + 2);
    if (!at)
        return;
    *at++ = '"';
    at = put(at, before.data, before.size);
    tf_uuid_format(id, at);
    at = put(at + TF_UUID_TEXT - 1, after.data, after.size);
    *at++ = '"';
    tf_buf_took(json->out, at);
}

/* --- Other values -------------------------------------------------------- */

void tf_json_add_word(struct tf_json *json, struct tf_json_key key, struct tf_str word)
{
    char *at = lead(json, key, word.size);
    if (at)
        tf_buf_took(json->out, put(at, word.data, word.size));
}

void tf_json_add_count(struct tf_json *json, struct tf_json_key key, uint64_t value)
{
    char *at = lead(json, key, TF_DIGITS_MAX);
    if (at)
        tf_buf_took(json->out, at + tf_digits(value, at));
}

/* 2^53: beyond it a double is no longer a certain integer. */
static const double integer_limit = 9007199254740992.0;

void tf_json_number(struct tf_json *json, const char *key, double value)
{
    enum { NUMBER_MAX = 32 };
    char text[NUMBER_MAX] = "-";
    size_t size = value < 0;
    if (!isfinite(value)) {
        tf_json_null(json, key);
        return;
    }
    if (fabs(value) >= integer_limit || trunc(value) != value)
        size = (size_t)snprintf(text, sizeof text, "%.15g", value);
    else
        size += tf_digits((uint64_t)fabs(value), text + size);
    tf_json_add_word(json, tf_json_key(key), (struct tf_str){text, size});
}

/* --- Members once more --------------------------------------------------- */

struct tf_json_members tf_json_members_begin(const struct tf_json *json)
{
    return (struct tf_json_members){
        .start = json->out->size, .depth = json->depth, .begun = json->begun};
}

void tf_json_members_end(const struct tf_json *json, struct tf_json_members *members)
{
    members->end = json->out->size;
}

/* What a drained buffer had is gone. */
bool tf_json_members_again(struct tf_json *json, const struct tf_json_members *members)
{
    struct tf_buf *out = json->out;
    if (out->drain || json->hidden || members->depth != json->depth ||
        members->begun != json->begun)
        return false;
    size_t size = members->end - members->start;
    char *at = tf_buf_room(out, size);
    if (!at)
        return false;
    tf_buf_took(out, put(at, out->data + members->start, size));
    json->begun = json->begun || size;
    return true;
}
