/* SPDX-License-Identifier: MIT */
#include <treatfacts/base.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tf_buf_init(struct tf_buf *buf)
{
    *buf = (struct tf_buf){0};
}

void tf_buf_clear(struct tf_buf *buf)
{
    free(buf->data);
    tf_buf_init(buf);
}

void tf_buf_init_drained(struct tf_buf *buf, bool (*drain)(void *context, struct tf_str bytes),
                         void *context)
{
    *buf = (struct tf_buf){.drain = drain, .context = context};
}

void tf_buf_drain(struct tf_buf *buf)
{
    if (!buf->drain || buf->failed || buf->size == 0)
        return;
    buf->failed = !buf->drain(buf->context, tf_buf_str(buf));
    buf->size = 0;
}

/* Room for `more` bytes and a NUL. */
static bool reserve(struct tf_buf *buf, size_t more)
{
    enum { LARGE = 64 * 1024 };
    if (buf->size > LARGE)
        tf_buf_drain(buf);
    if (buf->failed || more >= SIZE_MAX / 2 - buf->size) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->size + more + 1;
    if (need <= buf->cap)
        return true;
    if (buf->limit && need - 1 > buf->limit) {
        buf->failed = buf->full = true;
        return false;
    }
    size_t cap = buf->cap ? buf->cap : 256;
    while (cap < need)
        cap *= 2;
    if (buf->limit && cap - 1 > buf->limit)
        cap = buf->limit + 1; /* at least what is needed */
    char *data = realloc(buf->data, cap);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

char *tf_buf_grow(struct tf_buf *buf, size_t size)
{
    return reserve(buf, size) ? buf->data + buf->size : NULL;
}

void tf_buf_grow_add(struct tf_buf *buf, const void *data, size_t size)
{
    if (!reserve(buf, size))
        return;
    if (size)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void tf_buf_add_str(struct tf_buf *buf, struct tf_str s)
{
    tf_buf_add(buf, s.data, s.size);
}

void tf_buf_add_text(struct tf_buf *buf, const char *nul_terminated)
{
    tf_buf_add(buf, nul_terminated, strlen(nul_terminated));
}

void tf_buf_add_number(struct tf_buf *buf, uint64_t number)
{
    char digits[TF_DIGITS_MAX];
    size_t size = tf_digits(number, digits);
    tf_buf_add(buf, digits, size);
}

void tf_buf_printf(struct tf_buf *buf, const char *format, ...)
{
    enum { USUAL = 64 }; /* most that is written so fits at once */
    va_list arguments;
    size_t room = USUAL;
    for (int length = 0; length >= 0; room = (size_t)length) {
        char *at = tf_buf_room(buf, room);
        if (!at)
            return;
        va_start(arguments, format);
        length = vsnprintf(at, room + 1, format, arguments);
        va_end(arguments);
        if (length >= 0 && (size_t)length <= room) {
            tf_buf_took(buf, at + length);
            return;
        }
    }
    buf->failed = true;
}

static bool is_plain_json(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Gives how many bytes it stands for. */
static size_t add_json_character(struct tf_buf *buf, struct tf_str s)
{
    static const char escapes[] = "\"\"\\\\\nn\rr\tt\bb\ff";
    unsigned char c = (unsigned char)s.data[0];
    size_t length = tf_utf8_length(s.data, s.size);
    for (size_t k = 0; escapes[k]; k += 2)
        if ((unsigned char)escapes[k] == c) {
            tf_buf_printf(buf, "\\%c", escapes[k + 1]);
            return 1;
        }
    if (c < 0x20 || c == 0x7f)
        tf_buf_printf(buf, "\\u%04x", c);
    else if (length == 0)
        tf_buf_add_text(buf, "\\ufffd");
    else
        tf_buf_add(buf, s.data, length);
    return length ? length : 1;
}

void tf_buf_add_json(struct tf_buf *buf, struct tf_str s)
{
    tf_buf_add_char(buf, '"');
    for (size_t i = 0; i < s.size;) {
        size_t plain = i;
        while (plain < s.size && is_plain_json((unsigned char)s.data[plain]))
            plain++;
        if (plain > i)
            tf_buf_add(buf, s.data + i, plain - i);
        i = plain;
        if (i < s.size)
            i += add_json_character(buf, (struct tf_str){s.data + i, s.size - i});
    }
    tf_buf_add_char(buf, '"');
}

struct tf_str tf_buf_str(const struct tf_buf *buf)
{
    return (struct tf_str){buf->data ? buf->data : "", buf->size};
}

struct tf_str tf_buf_move(struct tf_buf *buf, struct tf_arena *arena)
{
    if (buf->failed)
        tf_arena_fail(arena);
    struct tf_str copy = tf_arena_str(arena, tf_buf_str(buf));
    tf_buf_clear(buf);
    return copy;
}
