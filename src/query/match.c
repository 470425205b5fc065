/* SPDX-License-Identifier: MIT */
/*
 * What a user typed, as an FTS5 expression. Every word goes in as a quoted
 * string, so that none of it is read as FTS5's own syntax; strings side by
 * side mean that all must occur.
 */
#include "query_internal.h"

#include <string.h>

enum { WORDS_MAX = 32 };

static bool is_space(char c)
{
    return (unsigned char)c <= ' ' || c == '\x7f';
}

/* FTS5 finds no word in marks alone. */
static bool has_word(struct tf_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return true;
    }
    return false;
}

static void add_quoted(struct tf_buf *out, struct tf_str words, bool beginning)
{
    tf_buf_add_text(out, out->size ? " \"" : "\"");
    for (size_t i = 0; i < words.size; i++)
        tf_buf_add_char(out, words.data[i] == '"' || is_space(words.data[i]) ? ' ' : words.data[i]);
    tf_buf_add_text(out, beginning ? "\" *" : "\"");
}

/* The next phrase in quotes (a missing end quote ends with the text) or word. */
static struct tf_str next_part(struct tf_str text, size_t *at)
{
    bool quoted = text.data[*at] == '"';
    size_t start = *at += quoted;
    while (*at < text.size && text.data[*at] != '"' && (quoted || !is_space(text.data[*at])))
        ++*at;
    struct tf_str part = {text.data + start, *at - start};
    *at += quoted && *at < text.size;
    return part;
}

bool match_build(struct tf_str text, struct tf_arena *arena, struct tf_str *out)
{
    struct tf_buf match;
    size_t words = 0;
    tf_buf_init(&match);
    for (size_t at = 0; at < text.size;) {
        if (is_space(text.data[at])) {
            at++;
            continue;
        }
        struct tf_str part = next_part(text, &at);
        bool star = at < text.size && text.data[at] == '*'; /* behind an end quote */
        at += star;
        if (part.size && part.data[part.size - 1] == '*') {
            star = true;
            part.size--;
        }
        if (!has_word(part))
            continue;
        words++;
        add_quoted(&match, part, star);
    }
    struct tf_str copy = tf_arena_str(arena, tf_buf_str(&match));
    tf_buf_clear(&match);
    if (words == 0 || words > WORDS_MAX)
        return false;
    *out = copy;
    return true;
}
