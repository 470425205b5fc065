/* SPDX-License-Identifier: MIT */
/* Shared inside document/: lines, and the steps from lines to units. */
#ifndef TF_DOCUMENT_INTERNAL_H
#define TF_DOCUMENT_INTERNAL_H

#include <treatfacts/document.h>

enum tf_line_kind {
    TF_LINE_BLANK,
    TF_LINE_TEXT,
    TF_LINE_RULE,    /* only - = _ * : an underline or a horizontal rule */
    TF_LINE_HEADING, /* "## Title" or a line wholly in bold marks */
    TF_LINE_BULLET,
    TF_LINE_NUMBER,   /* "1." "2)" "(3)" */
    TF_LINE_QUESTION, /* "Q:" */
    TF_LINE_ANSWER,   /* "A:" */
    TF_LINE_ROW,      /* of a table */
    TF_LINE_ROW_RULE, /* "|---|---|" */
};

struct tf_line {
    enum tf_line_kind kind;
    struct tf_range at;     /* trimmed */
    struct tf_range body;   /* without its markers */
    struct tf_range marker; /* a marker made of letters, else empty */
    uint32_t indent;        /* columns of white space before it; a tab counts four */
    uint32_t cells;         /* separators of cells in it, 0: none */
    uint32_t characters;    /* length, for wrapping; saturates */
    uint8_t level;          /* of a heading */
    bool tabbed;            /* its cells are separated by tabs */
};

struct tf_lines {
    struct tf_line *v;
    size_t n, cap;
    uint32_t wrap; /* columns the text was wrapped at, 0: paragraphs are single lines */
};

/* The state of reading one document. */
struct tf_reader {
    const struct tf_text *text;
    const struct tf_sentence_words *words;
    struct tf_arena *arena;
    struct tf_document *out;
    struct tf_lines lines;
};

void tf_lines_read(struct tf_reader *reader); /* lines.c: splits and classifies */
void tf_line_mark(const struct tf_text *text, struct tf_line *line); /* markers.c */
void tf_tables_find(struct tf_reader *reader); /* tables.c: which rows are rows */
void tf_table_cells(struct tf_reader *reader, const struct tf_line *line); /* units of a row */
void tf_blocks_make(struct tf_reader *reader);                             /* blocks.c */
/* sentences.c: appends the sentences of a line (or of several that make a
 * paragraph) as units of the last block; the first is of the kind given, the
 * others of kind rest. body: where the line's text begins after its marker. */
void tf_sentences_split(struct tf_reader *reader, struct tf_range line, uint32_t body,
                        enum tf_unit_kind first, enum tf_unit_kind rest);
void tf_unit_add(struct tf_reader *reader, struct tf_range at, enum tf_unit_kind kind,
                 uint32_t column);

/* form.c: what a line looks like. */
bool tf_form_ends_sentence(const struct tf_text *text, struct tf_range at); /* . ! ? and closers */
bool tf_form_is_heading(const struct tf_text *text, struct tf_range at);
bool tf_form_is_short(const struct tf_text *text, struct tf_range at); /* as a list item is */
bool tf_form_is_capitals(const struct tf_text *text, struct tf_range at);
bool tf_form_starts_lower(const struct tf_text *text, struct tf_range at);
char tf_form_last(const struct tf_text *text, struct tf_range at); /* last character if ASCII */

#endif
