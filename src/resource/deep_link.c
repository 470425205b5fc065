/* SPDX-License-Identifier: MIT */
#include "facts.h"

#include <string.h>

/* Browsers look for the words as one run; a long one is given by its first and
 * last words instead, which the fragment's grammar separates with a comma. */
enum { WHOLE_QUOTE_MAX = 300, END_WORDS = 6 };

/* In a text fragment '-', ',' and '&' are syntax, so they are encoded too. */
static const bool is_plain[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,
    ['.'] = true,         ['_'] = true,         ['~'] = true,
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space shows as one space on the page, whatever the text has. */
static void add_encoded(struct tf_buf *out, struct tf_str words)
{
    static const char hex[] = "0123456789ABCDEF";
    enum { ENCODED = sizeof "%20" - 1 };
    char *at = tf_buf_room(out, words.size * ENCODED);
    if (!at)
        return;
    for (size_t i = 0; i < words.size; i++) {
        unsigned char c = (unsigned char)words.data[i];
        if (is_plain[c]) {
            *at++ = (char)c;
            continue;
        }
        if (is_space((char)c) && i > 0 && is_space(words.data[i - 1]))
            continue;
        c = is_space((char)c) ? ' ' : c;
        *at++ = '%';
        *at++ = hex[c >> 4];
        *at++ = hex[c & 15];
    }
    tf_buf_took(out, at);
}

/* Length of the first END_WORDS words. */
static size_t head_length(struct tf_str quote)
{
    size_t i = 0;
    for (int words = 0; i < quote.size; i++)
        if (is_space(quote.data[i]) && !is_space(quote.data[i - 1]) && ++words == END_WORDS)
            break;
    return i;
}

/* Where the last END_WORDS words begin. */
static size_t tail_start(struct tf_str quote)
{
    size_t i = quote.size;
    for (int words = 0; i > 0; i--)
        if (is_space(quote.data[i - 1]) && !is_space(quote.data[i]) && ++words == END_WORDS)
            break;
    return i;
}

void tf_resource_deep_link(struct tf_str url, struct tf_str quote, struct tf_buf *out)
{
    quote = tf_str_trim(quote);
    tf_buf_add_str(out, url);
    /* A fragment that is there stays; the directive follows it. */
    tf_buf_add_text(out, memchr(url.data, '#', url.size) ? ":~:text=" : "#:~:text=");
    size_t head = quote.size, tail = 0;
    if (quote.size > WHOLE_QUOTE_MAX) {
        head = head_length(quote);
        tail = tail_start(quote);
    }
    if (head >= tail) {
        add_encoded(out, quote);
        return;
    }
    add_encoded(out, (struct tf_str){quote.data, head});
    tf_buf_add_char(out, ',');
    add_encoded(out, (struct tf_str){quote.data + tail, quote.size - tail});
}
