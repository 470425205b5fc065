/* SPDX-License-Identifier: MIT */
/* Reading one table: lines, columns, codes and attributes. */
#ifndef TF_LEXICON_TABLE_H
#define TF_LEXICON_TABLE_H

#include "lexicon_internal.h"

enum {
    TF_TABLE_BYTES_MAX = 4 * 1024 * 1024,
    TF_TABLE_LINE_MAX = 16 * 1024,
    TF_TABLE_LINES_MAX = 50000,
    TF_TABLE_CODE_MAX = 64,
};

/* bytes and file must live as long as the entries, which borrow from them.
 * TF_INPUT: "file:line: reason". */
enum tf_status tf_table_read(enum tf_lex_category category, const char *file, struct tf_str bytes,
                             struct tf_arena *arena, struct tf_lex_entries *out,
                             struct tf_error *error);

#endif
