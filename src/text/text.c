/* SPDX-License-Identifier: MIT */
#include "text_internal.h"

#include <string.h>
#include <unistr.h>

static uint32_t count_characters(const char *bytes, uint32_t from, uint32_t to)
{
    return (uint32_t)tf_utf8_count(bytes + from, to - from);
}

static enum tf_status check_bytes(const char *bytes, size_t size, struct tf_error *error)
{
    if (size > TF_TEXT_MAX)
        return tf_error_set(error, TF_TOO_LARGE, "%zu bytes are more than the limit of %u", size,
                            TF_TEXT_MAX);
    const char *nul = size ? memchr(bytes, '\0', size) : NULL;
    if (nul)
        return tf_error_set(error, TF_INPUT, "NUL byte at byte offset %zu", (size_t)(nul - bytes));
    const uint8_t *invalid = size ? u8_check((const uint8_t *)bytes, size) : NULL;
    if (invalid)
        return tf_error_set(error, TF_INPUT, "invalid UTF-8 at byte offset %zu",
                            (size_t)((const char *)invalid - bytes));
    return TF_OK;
}

enum tf_status tf_text_init(struct tf_text *text, const char *bytes, size_t size,
                            struct tf_arena *arena, struct tf_error *error)
{
    enum tf_status status = check_bytes(bytes, size, error);
    if (status != TF_OK)
        return status;
    struct tf_text made = {.bytes = bytes, .size = (uint32_t)size};
    struct tf_range all = tf_text_trim(&made, (struct tf_range){0, made.size});
    if (all.start == all.end)
        return tf_error_set(error, TF_INPUT, "empty: there is no text in it");

    uint32_t *marks = TF_NEW_ARRAY(arena, uint32_t, size / TF_TEXT_STRIDE + 1);
    if (!marks)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    for (uint32_t at = 0; at < made.size; at += TF_TEXT_STRIDE) {
        marks[at / TF_TEXT_STRIDE] = made.characters;
        uint32_t end = made.size - at < TF_TEXT_STRIDE ? made.size : at + TF_TEXT_STRIDE;
        made.characters += count_characters(bytes, at, end);
        if (end % TF_TEXT_STRIDE == 0)
            marks[end / TF_TEXT_STRIDE] = made.characters;
    }
    made.marks = marks;
    *text = made;
    return TF_OK;
}

uint32_t tf_text_character(const struct tf_text *text, uint32_t byte)
{
    uint32_t mark = byte / TF_TEXT_STRIDE;
    return text->marks[mark] + count_characters(text->bytes, mark * TF_TEXT_STRIDE, byte);
}

/* Length of the white space that ends at `end`, not before `start`. */
static uint32_t space_before(const struct tf_text *text, uint32_t start, uint32_t end)
{
    if (text->bytes[end - 1] == ';') {
        enum { ENTITY = 6 }; /* "&nbsp;" and "&#160;" are both this long */
        bool is_space =
            end - start >= ENTITY && tf_space_at(text->bytes, end - ENTITY, end) == ENTITY;
        return is_space ? ENTITY : 0;
    }
    uint32_t at = end - 1;
    while (at > start && !tf_utf8_starts(text->bytes[at]))
        at--;
    return tf_space_at(text->bytes, at, end);
}

struct tf_range tf_text_trim(const struct tf_text *text, struct tf_range at)
{
    uint32_t space;
    while (at.start < at.end && (space = tf_space_at(text->bytes, at.start, at.end)) > 0)
        at.start += space;
    while (at.start < at.end && (space = space_before(text, at.start, at.end)) > 0)
        at.end -= space;
    return at;
}
