/* SPDX-License-Identifier: MIT */
#include "document_internal.h"

#include <string.h>

/* A line of so many bytes is wider than any that a program wraps at. */
enum { TAB_COLUMNS = 4, LONG_LINE = 1000 };

/* Walks the text line by line; the next line feed is looked for once, however
 * many carriage returns stand before it. */
struct walk {
    const struct tf_text *text;
    uint32_t feed; /* the next '\n' at or after the line at hand, else the text's size */
};

static uint32_t find_byte(const struct tf_text *text, uint32_t from, uint32_t to, char byte)
{
    const char *found = from < to ? memchr(text->bytes + from, byte, to - from) : NULL;
    return found ? (uint32_t)(found - text->bytes) : to;
}

/* End of the line that starts at `at`, and where the next one starts. */
static uint32_t line_end(struct walk *walk, uint32_t at, uint32_t *next)
{
    const struct tf_text *text = walk->text;
    if (walk->feed < at || at == 0)
        walk->feed = find_byte(text, at, text->size, '\n');
    uint32_t end = find_byte(text, at, walk->feed, '\r');
    *next = end;
    if (*next < text->size && text->bytes[*next] == '\r')
        (*next)++;
    if (*next < text->size && text->bytes[*next] == '\n')
        (*next)++;
    return end;
}

static uint32_t count_indent(const struct tf_text *text, uint32_t from, uint32_t to)
{
    uint32_t columns = 0;
    for (uint32_t at = from, space; at < to; at += space) {
        space = tf_text_space(text, at, to);
        columns += text->bytes[at] == '\t' ? TAB_COLUMNS : 1;
        if (space == 0)
            break;
    }
    return columns;
}

static uint32_t count_characters(const struct tf_text *text, struct tf_range at)
{
    if (at.end - at.start > LONG_LINE)
        return LONG_LINE;
    return (uint32_t)tf_utf8_count(text->bytes + at.start, at.end - at.start);
}

static bool is_plain(const struct tf_line *line)
{
    return line->kind == TF_LINE_TEXT;
}

/*
 * Was the text wrapped at a column? Yes if many lines break in the middle of a
 * sentence, no line is long, and the breaks are as late as they could be (the
 * next word would not have fitted), as any wrapping program makes them.
 */
static uint32_t find_wrap(const struct tf_text *text, const struct tf_lines *lines)
{
    enum { NARROW = 40, WIDE = 120 };
    uint32_t breaks = 0, inside = 0, widest = 0;
    for (size_t i = 0; i + 1 < lines->n; i++) {
        const struct tf_line *line = &lines->v[i], *next = &lines->v[i + 1];
        if (!is_plain(next) || line->kind == TF_LINE_BLANK || line->kind == TF_LINE_ROW)
            continue;
        breaks++;
        if (line->characters > widest)
            widest = line->characters;
        inside +=
            !tf_form_ends_sentence(text, line->body) && tf_form_starts_lower(text, next->body);
    }
    if (inside < 3 || inside * 4 < breaks || widest < NARROW || widest > WIDE)
        return 0;
    return widest;
}

static size_t count_feeds(const struct tf_text *text)
{
    size_t feeds = 0;
    for (uint32_t at = 0; (at = find_byte(text, at, text->size, '\n')) < text->size; at++)
        feeds++;
    return feeds;
}

void tf_lines_read(struct tf_reader *reader)
{
    const struct tf_text *text = reader->text;
    struct walk walk = {text, 0};
    TF_RESERVE(reader->arena, &reader->lines, count_feeds(text) + 1);
    for (uint32_t at = 0, next; at < text->size; at = next) {
        uint32_t end = line_end(&walk, at, &next);
        struct tf_line *line = TF_PUSH(reader->arena, &reader->lines);
        if (!line)
            return;
        line->at = tf_text_trim(text, (struct tf_range){at, end});
        line->indent = count_indent(text, at, line->at.start);
        line->characters = count_characters(text, line->at);
        line->body = line->at;
        tf_line_mark(text, line);
    }
    tf_tables_find(reader);
    reader->lines.wrap = find_wrap(text, &reader->lines);
}
