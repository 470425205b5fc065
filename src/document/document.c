/* SPDX-License-Identifier: MIT */
#include "document_internal.h"

enum tf_status tf_document_read(const struct tf_text *text, const struct tf_sentence_words *words,
                                struct tf_arena *arena, struct tf_document *out)
{
    struct tf_reader reader = {.text = text, .words = words, .arena = arena, .out = out};
    *out = (struct tf_document){0};
    tf_lines_read(&reader);
    tf_blocks_make(&reader);
    return tf_arena_failed(arena) ? TF_NO_MEMORY : TF_OK;
}
