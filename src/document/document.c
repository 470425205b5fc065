/* SPDX-License-Identifier: MIT */
#include "document_internal.h"

enum { UNIT_MAX = 4096 }; /* bytes; nobody writes a sentence that long */

/* May a piece that is too long be cut after this byte? Not inside a word. */
static bool is_break(char c)
{
    unsigned char u = (unsigned char)c;
    bool word = u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') ||
                (u >= 'A' && u <= 'Z') || u == '_' || u == '\'';
    return !word;
}

/* Where the piece's next unit ends at the latest: the rooms after this one may
 * compare each word of a unit with each other one, so that the time for a text
 * grows with its length only if the length of a unit is bounded. */
static uint32_t unit_end(const struct tf_text *text, struct tf_range at)
{
    if (at.end - at.start <= UNIT_MAX)
        return at.end;
    uint32_t end = at.start + UNIT_MAX;
    while (end > at.start && !is_break(text->bytes[end - 1]))
        end--;
    if (end > at.start)
        return end;
    end = at.start + UNIT_MAX; /* a single word, which is not cut */
    while (end < at.end && !is_break(text->bytes[end]))
        end++;
    return end;
}

void tf_unit_add(struct tf_reader *reader, struct tf_range at, enum tf_unit_kind kind,
                 uint32_t column)
{
    for (uint32_t end; at.start < at.end; at.start = end) {
        end = unit_end(reader->text, at);
        struct tf_range piece = tf_text_trim(reader->text, (struct tf_range){at.start, end});
        if (piece.start == piece.end)
            continue;
        struct tf_unit *unit = TF_PUSH(reader->arena, &reader->out->units);
        if (unit)
            *unit = (struct tf_unit){piece, kind, (uint32_t)reader->out->blocks.n - 1, column};
    }
}

enum tf_status tf_document_read(const struct tf_text *text, const struct tf_sentence_words *words,
                                struct tf_arena *arena, struct tf_document *out)
{
    struct tf_reader reader = {.text = text, .words = words, .arena = arena, .out = out};
    *out = (struct tf_document){0};
    tf_lines_read(&reader);
    tf_blocks_make(&reader);
    return tf_arena_failed(arena) ? TF_NO_MEMORY : TF_OK;
}
