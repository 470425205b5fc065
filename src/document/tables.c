/* SPDX-License-Identifier: MIT */
/* Which lines are rows of a table, and the cells of a row. */
#include "document_internal.h"

static bool could_be_row(const struct tf_line *line)
{
    return line->cells > 0 && line->kind != TF_LINE_BLANK && line->kind != TF_LINE_RULE;
}

static bool outer_pipe(const struct tf_text *text, const struct tf_line *line)
{
    return text->bytes[line->at.start] == '|' || text->bytes[line->at.end - 1] == '|';
}

/* "| c | d |": pipes around it make a row of a line that stands alone. */
static bool is_framed(const struct tf_text *text, const struct tf_line *line)
{
    return could_be_row(line) && !line->tabbed && line->cells >= 3 &&
           text->bytes[line->at.start] == '|' && text->bytes[line->at.end - 1] == '|';
}

/* Two neighbours make a table if their cells are separated alike: the same
 * number of separators, or outer pipes on both, or a rule between them. */
static bool are_rows(const struct tf_text *text, const struct tf_line *a, const struct tf_line *b)
{
    if (!could_be_row(a) || !could_be_row(b) || a->tabbed != b->tabbed)
        return false;
    if (a->kind == TF_LINE_ROW_RULE || b->kind == TF_LINE_ROW_RULE)
        return true;
    return a->cells == b->cells || (!a->tabbed && outer_pipe(text, a) && outer_pipe(text, b));
}

void tf_tables_find(struct tf_reader *reader)
{
    struct tf_lines *lines = &reader->lines;
    for (size_t i = 0; i < lines->n; i++) {
        struct tf_line *line = &lines->v[i];
        bool with_before = i > 0 && are_rows(reader->text, &lines->v[i - 1], line);
        bool with_next = i + 1 < lines->n && are_rows(reader->text, line, &lines->v[i + 1]);
        if ((with_before || with_next || is_framed(reader->text, line)) &&
            line->kind != TF_LINE_ROW_RULE) {
            line->kind = TF_LINE_ROW;
            line->body = line->at;
            line->marker = (struct tf_range){0, 0};
        }
    }
}

void tf_table_cells(struct tf_reader *reader, const struct tf_line *line)
{
    const struct tf_text *text = reader->text;
    char separator = line->tabbed ? '\t' : '|';
    uint32_t at = line->at.start, column = 0;
    if (!line->tabbed && text->bytes[at] == '|')
        at++;
    while (at <= line->at.end) {
        uint32_t end = at;
        while (end < line->at.end && text->bytes[end] != separator)
            end++;
        struct tf_range cell = tf_text_trim(text, (struct tf_range){at, end});
        if (cell.start < cell.end)
            tf_unit_add(reader, cell, TF_UNIT_CELL, column);
        column++;
        at = end + 1;
    }
}
