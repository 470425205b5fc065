/* SPDX-License-Identifier: MIT */
/*
 * From classified lines to blocks: wrapped lines joined into paragraphs, lines
 * set off as headings, lists, tables, questions and answers.
 */
#include "document_internal.h"

enum { NESTING_MAX = 32 };

struct maker {
    struct tf_reader *reader;
    size_t line;          /* the one at hand */
    bool blank;           /* an empty line (or the start) stands before it */
    uint32_t list, table; /* running numbers of the open ones; TF_NONE: none */
    uint32_t row;
    uint32_t indents[NESTING_MAX]; /* of the open list's levels */
    uint32_t depth;
    uint32_t bare_items; /* lines still to be read as items without bullets */
};

static struct tf_line *line_at(const struct maker *m, size_t i)
{
    return i < m->reader->lines.n ? &m->reader->lines.v[i] : NULL;
}

static const struct tf_text *text_of(const struct maker *m)
{
    return m->reader->text;
}

static struct tf_block *open_block(struct maker *m, enum tf_block_kind kind, struct tf_range at)
{
    struct tf_document *out = m->reader->out;
    struct tf_block *block = TF_PUSH(m->reader->arena, &out->blocks);
    if (block)
        *block = (struct tf_block){.kind = kind,
                                   .at = at,
                                   .unit = (uint32_t)out->units.n,
                                   .list = TF_NONE,
                                   .table = TF_NONE,
                                   .blank_before = m->blank,
                                   .ends_in_colon = tf_form_last(text_of(m), at) == ':'};
    return block;
}

/* Closes the newest block: its units are all there now. */
static void close_block(struct maker *m)
{
    struct tf_document *out = m->reader->out;
    if (out->blocks.n)
        out->blocks.v[out->blocks.n - 1].unit_end = (uint32_t)out->units.n;
    m->blank = false;
}

static void leave_list(struct maker *m)
{
    m->list = TF_NONE;
    m->depth = 0;
}

static void leave_table(struct maker *m)
{
    m->table = TF_NONE;
    m->row = 0;
}

/* --- Wrapped lines ------------------------------------------------------- */

/* In a text wrapped at a column: would the first word of `next` not have fitted
 * on `line`? */
static bool is_full(const struct maker *m, const struct tf_line *line, const struct tf_line *next)
{
    const struct tf_text *text = text_of(m);
    uint32_t word = 0;
    for (uint32_t i = next->body.start; i < next->body.end && text->bytes[i] != ' '; i++)
        word++;
    return m->reader->lines.wrap > 0 &&
           line->indent + line->characters + 1 + word > m->reader->lines.wrap;
}

/* Does `next` carry on the sentence or paragraph of `line`? Where the break
 * stands inside a sentence, and where a wrapped line is full. */
static bool carries_on(const struct maker *m, const struct tf_line *line,
                       const struct tf_line *next)
{
    const struct tf_text *text = text_of(m);
    if (!next || next->kind != TF_LINE_TEXT || m->bare_items > 0)
        return false; /* items without bullets were counted as lines */
    bool inside = !tf_form_ends_sentence(text, line->body) &&
                  tf_form_starts_lower(text, next->body) && tf_form_last(text, line->body) != ':';
    return inside || (is_full(m, line, next) &&
                      (next->indent > 0 || line->kind == TF_LINE_TEXT || !m->blank));
}

/* The range of a paragraph or item that begins on the line at hand; moves to
 * its last line. */
static uint32_t join_lines(struct maker *m)
{
    struct tf_line *line = line_at(m, m->line), *next;
    while ((next = line_at(m, m->line + 1)) && carries_on(m, line, next)) {
        line = next;
        m->line++;
    }
    return line->body.end;
}

/* --- Kinds of block ------------------------------------------------------ */

static void add_marker(struct maker *m, const struct tf_line *line)
{
    if (line->marker.start < line->marker.end)
        tf_unit_add(m->reader, line->marker, TF_UNIT_MARKER, 0);
}

/* A piece of text with a marker or none: the block, its marker, its sentences. */
static struct tf_block *make_block(struct maker *m, enum tf_block_kind kind,
                                   enum tf_unit_kind first, enum tf_unit_kind rest)
{
    const struct tf_line *line = line_at(m, m->line);
    uint32_t end = join_lines(m);
    struct tf_block *block = open_block(m, kind, (struct tf_range){line->at.start, end});
    if (!block)
        return NULL;
    size_t index = m->reader->out->blocks.n - 1;
    add_marker(m, line);
    tf_sentences_split(m->reader, (struct tf_range){line->at.start, end}, line->body.start, first,
                       rest);
    close_block(m);
    return &m->reader->out->blocks.v[index];
}

static void make_heading(struct maker *m, const struct tf_line *line, bool marked)
{
    struct tf_block *block = open_block(m, TF_BLOCK_HEADING, line->at);
    if (!block)
        return;
    block->level = line->level;
    block->marked = marked;
    block->numbered = line->kind == TF_LINE_NUMBER;
    add_marker(m, line);
    tf_sentences_split(m->reader, line->body, line->body.start, TF_UNIT_TITLE, TF_UNIT_TITLE);
    close_block(m);
    leave_list(m);
}

static uint8_t nesting_of(struct maker *m, uint32_t indent)
{
    while (m->depth > 0 && m->indents[m->depth - 1] > indent)
        m->depth--;
    if (m->depth == 0 || m->indents[m->depth - 1] < indent) {
        if (m->depth < NESTING_MAX)
            m->indents[m->depth++] = indent;
    }
    return (uint8_t)(m->depth - 1);
}

static void make_item(struct maker *m)
{
    const struct tf_line *line = line_at(m, m->line);
    if (m->list == TF_NONE)
        m->list = m->reader->out->lists++;
    uint8_t level = nesting_of(m, line->indent);
    struct tf_block *block = make_block(m, TF_BLOCK_ITEM, TF_UNIT_ITEM, TF_UNIT_SENTENCE);
    if (!block)
        return;
    block->list = m->list;
    block->level = level;
    block->numbered = line->kind == TF_LINE_NUMBER;
}

/* Does a cell of the row end as a sentence does? */
static bool has_statement(const struct tf_text *text, const struct tf_line *line)
{
    char separator = line->tabbed ? '\t' : '|';
    for (uint32_t at = line->at.start, end; at < line->at.end; at = end + 1) {
        for (end = at; end < line->at.end && text->bytes[end] != separator; end++)
            ;
        if (tf_form_ends_sentence(text, tf_text_trim(text, (struct tf_range){at, end})))
            return true;
    }
    return false;
}

/* The first row names the columns if a rule follows it, or if its cells look
 * like names: no figures, no stop, and another row follows. */
static bool names_columns(const struct maker *m, const struct tf_line *line)
{
    const struct tf_line *next = line_at(m, m->line + 1);
    if (next && next->kind == TF_LINE_ROW_RULE)
        return true;
    if (!next || next->kind != TF_LINE_ROW)
        return false;
    const struct tf_text *text = text_of(m);
    for (uint32_t i = line->at.start; i < line->at.end; i++) {
        char c = text->bytes[i];
        if (c >= '0' && c <= '9')
            return false; /* figures are data */
    }
    return !has_statement(text, line);
}

static void make_row(struct maker *m)
{
    const struct tf_line *line = line_at(m, m->line);
    if (m->table == TF_NONE) {
        m->table = m->reader->out->tables++;
        m->row = 0;
    }
    struct tf_block *block = open_block(m, TF_BLOCK_ROW, line->at);
    if (!block)
        return;
    block->table = m->table;
    block->row = m->row;
    block->header_row = m->row == 0 && names_columns(m, line);
    tf_table_cells(m->reader, line);
    close_block(m);
    m->row++;
}

/* --- What a line without a marker is ------------------------------------- */

static bool is_blank(const struct tf_line *line)
{
    return !line || line->kind == TF_LINE_BLANK;
}

/* "Title" over "=====": not a paragraph over a horizontal rule. */
static bool underlined(const struct maker *m, const struct tf_line *line)
{
    const struct tf_line *next = line_at(m, m->line + 1);
    return next && tf_form_is_heading(text_of(m), line->body) && next->kind == TF_LINE_RULE &&
           next->at.end - next->at.start >= 3 &&
           (text_of(m)->bytes[next->at.start] == '=' || text_of(m)->bytes[next->at.start] == '-');
}

/* A line that could be a heading is one unless it is the start of a paragraph
 * in a wrapped text, or begins in lower case in the middle of things. */
static bool is_heading(const struct maker *m, const struct tf_line *line)
{
    const struct tf_text *text = text_of(m);
    if (!tf_form_is_heading(text, line->body) || carries_on(m, line, line_at(m, m->line + 1)))
        return false;
    bool first = m->reader->out->blocks.n == 0;
    bool alone = m->blank && is_blank(line_at(m, m->line + 1));
    bool question = tf_form_last(text, line->body) == '?';
    return first || alone || question || !tf_form_starts_lower(text, line->body);
}

/* A line with a colon, then two or more short lines without stops: a list
 * whose bullets were lost. Counts them. */
static uint32_t count_bare_items(const struct maker *m)
{
    const struct tf_text *text = text_of(m);
    uint32_t count = 0;
    for (size_t i = m->line + 1;; i++) {
        const struct tf_line *line = line_at(m, i);
        if (line && is_full(m, line_at(m, i - 1), line))
            return 0; /* lines of a paragraph */
        if (!line || line->kind != TF_LINE_TEXT || !tf_form_is_short(text, line->body) ||
            tf_form_ends_sentence(text, line->body) || tf_form_last(text, line->body) == ':')
            break;
        count++;
    }
    const struct tf_line *after = line_at(m, m->line + 1 + count);
    /* the last short line before a paragraph is that paragraph's heading */
    if (count > 0 && after && after->kind != TF_LINE_BLANK)
        count--;
    return count >= 2 ? count : 0;
}

static void make_text(struct maker *m)
{
    const struct tf_line *line = line_at(m, m->line);
    const struct tf_text *text = text_of(m);
    if (m->bare_items > 0) {
        make_item(m);
        m->bare_items--;
        return;
    }
    leave_list(m);
    if (tf_form_last(text, line->body) == ':')
        m->bare_items = count_bare_items(m);
    bool capitals = tf_form_is_heading(text, line->body) && tf_form_is_capitals(text, line->body);
    if (underlined(m, line) || capitals || is_heading(m, line))
        make_heading(m, line, underlined(m, line) || capitals);
    else
        make_block(m, TF_BLOCK_PARAGRAPH, TF_UNIT_SENTENCE, TF_UNIT_SENTENCE);
}

/* Is the next line that is not blank text below this one, its section or
 * answer? A bullet further out goes on with a list around it. */
static bool has_text_below(const struct maker *m)
{
    size_t i = m->line + 1;
    while (line_at(m, i) && line_at(m, i)->kind == TF_LINE_BLANK)
        i++;
    const struct tf_line *next = line_at(m, i);
    return next && (next->kind == TF_LINE_TEXT || next->kind == TF_LINE_ROW ||
                    next->kind == TF_LINE_ANSWER ||
                    (next->kind == TF_LINE_BULLET && next->indent >= line_at(m, m->line)->indent));
}

/* Was the line before a numbered item? Then this one is the list's next, even
 * if it is the last and text stands below. */
static bool in_numbered_list(const struct maker *m)
{
    const struct tf_document *out = m->reader->out;
    const struct tf_block *last = out->blocks.n ? &out->blocks.v[out->blocks.n - 1] : NULL;
    return last && last->kind == TF_BLOCK_ITEM && last->numbered;
}

static void make_numbered(struct maker *m)
{
    const struct tf_line *line = line_at(m, m->line);
    const struct tf_text *text = text_of(m);
    bool below = has_text_below(m) && !carries_on(m, line, line_at(m, m->line + 1));
    if (below && tf_form_last(text, line->body) == '?') {
        leave_list(m);
        struct tf_block *block =
            make_block(m, TF_BLOCK_QUESTION, TF_UNIT_QUESTION, TF_UNIT_QUESTION);
        if (block)
            block->numbered = true;
    } else if (below && !in_numbered_list(m) && tf_form_is_heading(text, line->body) &&
               tf_form_last(text, line->body) != ':') {
        make_heading(m, line, false);
    } else {
        make_item(m);
    }
}

/* Does the table at hand go on behind an empty line: with a row of as many
 * cells that begins no table of its own? */
static bool table_goes_on(const struct maker *m)
{
    const struct tf_line *next = line_at(m, m->line + 1), *after = line_at(m, m->line + 2);
    const struct tf_line *before = m->line > 0 ? line_at(m, m->line - 1) : NULL;
    return before && next && before->kind == TF_LINE_ROW && next->kind == TF_LINE_ROW &&
           before->cells == next->cells && !next->tabbed && is_blank(after);
}

static void make_line(struct maker *m)
{
    const struct tf_line *line = line_at(m, m->line);
    bool inside = line->kind == TF_LINE_ROW || line->kind == TF_LINE_ROW_RULE ||
                  (line->kind == TF_LINE_BLANK && table_goes_on(m));
    if (!inside)
        leave_table(m);
    switch (line->kind) {
    case TF_LINE_BLANK:
        m->blank = true;
        break;
    case TF_LINE_RULE:
    case TF_LINE_ROW_RULE:
        m->blank = line->kind == TF_LINE_RULE || m->blank;
        break;
    case TF_LINE_HEADING:
        make_heading(m, line, true);
        break;
    case TF_LINE_BULLET:
        make_item(m);
        break;
    case TF_LINE_NUMBER:
        make_numbered(m);
        break;
    case TF_LINE_QUESTION:
        leave_list(m);
        make_block(m, TF_BLOCK_QUESTION, TF_UNIT_QUESTION, TF_UNIT_QUESTION);
        break;
    case TF_LINE_ANSWER:
        leave_list(m);
        make_block(m, TF_BLOCK_ANSWER, TF_UNIT_SENTENCE, TF_UNIT_SENTENCE);
        break;
    case TF_LINE_ROW:
        leave_list(m);
        make_row(m);
        break;
    case TF_LINE_TEXT:
        make_text(m);
        break;
    }
}

void tf_blocks_make(struct tf_reader *reader)
{
    struct maker m = {.reader = reader, .blank = true, .list = TF_NONE, .table = TF_NONE};
    for (; m.line < reader->lines.n && !tf_arena_failed(reader->arena); m.line++)
        make_line(&m);
}
