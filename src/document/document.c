/* SPDX-License-Identifier: MIT */
#include "document_internal.h"

void tf_unit_add(struct tf_reader *reader, struct tf_range at, enum tf_unit_kind kind,
                 uint32_t column)
{
    struct tf_unit *unit = TF_PUSH(reader->arena, &reader->out->units);
    if (unit)
        *unit = (struct tf_unit){at, kind, (uint32_t)reader->out->blocks.n - 1, column};
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
