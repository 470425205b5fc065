/* SPDX-License-Identifier: MIT */
/*
 * The markers that open a line: heading marks, bullets, numbers, Q and A.
 * Following CommonMark where it has a rule, wider where pages turned into
 * text have other bullets.
 */
#include "document_internal.h"

#include <string.h>

/* Bullets; the first three letters-like ones need white space after them. */
static const char *const bullets[] = {
    "-",
    "*",
    "+",
    "\xe2\x80\x93",
    "\xe2\x80\x94",
    "\xe2\x80\xa2",
    "\xe2\x81\x83",
    "\xe2\x80\xa3",
    "\xe2\x97\x8f",
    "\xe2\x97\x8b",
    "\xe2\x97\xa6",
    "\xe2\x96\xaa",
    "\xe2\x96\xab",
    "\xe2\x96\xa0",
    "\xe2\x96\xba",
    "\xe2\x96\xb6",
    "\xe2\x9c\x93",
    "\xe2\x9c\x94",
    "\xe2\x9e\xa4",
    "\xe2\x9e\x94",
    "\xe2\x9c\x85",
    "\xc2\xb7",
    "\xe2\x86\x92",
    "&bull;",
};

/* Words that mark a question or an answer, before ':' or '.' or a number. */
static const struct {
    const char *word;
    enum tf_line_kind kind;
} labels[] = {
    {"Q", TF_LINE_QUESTION},    {"A", TF_LINE_ANSWER},          {"Question", TF_LINE_QUESTION},
    {"Answer", TF_LINE_ANSWER}, {"QUESTION", TF_LINE_QUESTION}, {"ANSWER", TF_LINE_ANSWER},
};

static bool starts_with(const struct tf_text *text, struct tf_range at, const char *prefix)
{
    if (at.start == at.end || text->bytes[at.start] != prefix[0])
        return false;
    size_t size = strlen(prefix);
    return at.end - at.start >= size && memcmp(text->bytes + at.start, prefix, size) == 0;
}

static char byte_at(const struct tf_text *text, uint32_t at, uint32_t end)
{
    return at < end ? text->bytes[at] : '\0';
}

static uint32_t skip_space(const struct tf_text *text, uint32_t at, uint32_t end)
{
    for (uint32_t space; (space = tf_text_space(text, at, end)) > 0;)
        at += space;
    return at;
}

static uint32_t skip_digits(const struct tf_text *text, uint32_t at, uint32_t end)
{
    while (at < end && text->bytes[at] >= '0' && text->bytes[at] <= '9')
        at++;
    return at;
}

/* Only - = _ * (three or more of one of them, spaces between allowed). */
static bool is_rule(const struct tf_text *text, struct tf_range at)
{
    char mark = byte_at(text, at.start, at.end);
    uint32_t count = 0;
    if (!mark || !strchr("-=_*", mark))
        return false;
    for (uint32_t i = at.start; i < at.end; i++) {
        if (text->bytes[i] == mark)
            count++;
        else if (text->bytes[i] != ' ')
            return false;
    }
    return count >= 3;
}

/* "|---|:--:|" and "--- | ---": at least one pipe and one dash, nothing else. */
static bool is_row_rule(const struct tf_text *text, struct tf_range at)
{
    bool pipe = false, dash = false;
    for (uint32_t i = at.start; i < at.end; i++) {
        char c = text->bytes[i];
        if (!strchr("|-:+= \t", c))
            return false;
        pipe = pipe || c == '|' || c == '+';
        dash = dash || c == '-' || c == '=';
    }
    return pipe && dash;
}

static bool mark_heading(const struct tf_text *text, struct tf_line *line)
{
    uint32_t at = line->at.start;
    while (byte_at(text, at, line->at.end) == '#')
        at++;
    uint32_t level = at - line->at.start;
    if (level < 1 || level > 6 || tf_text_space(text, at, line->at.end) == 0)
        return false;
    line->kind = TF_LINE_HEADING;
    line->level = (uint8_t)level;
    line->body = (struct tf_range){skip_space(text, at, line->at.end), line->at.end};
    /* a closing run of # belongs to the mark */
    while (line->body.end > line->body.start && text->bytes[line->body.end - 1] == '#')
        line->body.end--;
    line->body = tf_text_trim(text, line->body);
    return true;
}

static bool mark_label(const struct tf_text *text, struct tf_line *line)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (!starts_with(text, line->body, labels[i].word))
            continue;
        size_t size = strlen(labels[i].word);
        uint32_t end = line->body.end, at = line->body.start + (uint32_t)size;
        uint32_t word_end = at, digits = skip_digits(text, skip_space(text, at, end), end);
        if (digits > skip_space(text, at, end))
            at = digits;
        char mark = byte_at(text, at, end);
        /* "A." and "Q)" without a number are too easily something else */
        if (mark != ':' &&
            !(strchr(".)", mark) && mark && (size == 1 ? at > word_end || mark == '.' : true)))
            continue;
        if (tf_text_space(text, at + 1, end) == 0)
            continue;
        line->kind = labels[i].kind;
        if (size > 1)
            line->marker = (struct tf_range){line->body.start, at + 1};
        line->body.start = skip_space(text, at + 1, end);
        return true;
    }
    return false;
}

static bool mark_bullet(const struct tf_text *text, struct tf_line *line)
{
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        if (!starts_with(text, line->body, bullets[i]))
            continue;
        uint32_t after = line->body.start + (uint32_t)strlen(bullets[i]);
        bool ascii = bullets[i][1] == '\0' || bullets[i][2] == '\x93' || bullets[i][2] == '\x94';
        if (after == line->body.end && line->body.start == line->at.start) {
            line->kind = TF_LINE_BLANK; /* an item that holds nothing */
            return true;
        }
        if (after == line->body.end || (ascii && tf_text_space(text, after, line->body.end) == 0))
            return false;
        line->kind = TF_LINE_BULLET;
        line->body.start = skip_space(text, after, line->body.end);
        return true;
    }
    /* "o" as a bullet, as word processors write it: a letter, so that it has a
     * place among the units */
    if (byte_at(text, line->body.start, line->body.end) == 'o' &&
        tf_text_space(text, line->body.start + 1, line->body.end) > 0) {
        line->kind = TF_LINE_BULLET;
        line->marker = (struct tf_range){line->body.start, line->body.start + 1};
        line->body.start = skip_space(text, line->body.start + 1, line->body.end);
        return true;
    }
    return false;
}

/* "1." "12)" "(3)" "4.)" before white space; not "1.5" and not a year. */
static bool mark_number(const struct tf_text *text, struct tf_line *line)
{
    uint32_t end = line->body.end, at = line->body.start;
    bool open = byte_at(text, at, end) == '(';
    uint32_t digits = skip_digits(text, at + open, end);
    uint32_t count = digits - at - open;
    if (count < 1 || count > 3)
        return false;
    at = digits;
    if (byte_at(text, at, end) == '.' && !open)
        at++;
    if (byte_at(text, at, end) == ')')
        at++;
    if (at == digits || tf_text_space(text, at, end) == 0)
        return false;
    uint32_t body = skip_space(text, at, end);
    if (body == end)
        return false;
    line->body.start = body;
    if (line->kind == TF_LINE_TEXT)
        line->kind = TF_LINE_NUMBER;
    return true;
}

/* A line wholly in bold marks is a heading by mark-up. */
static void mark_bold(const struct tf_text *text, struct tf_line *line)
{
    struct tf_range body = line->body;
    if (body.end - body.start < 5 || !starts_with(text, body, "**") ||
        memcmp(text->bytes + body.end - 2, "**", 2) != 0)
        return;
    for (uint32_t i = body.start + 2; i + 2 < body.end; i++)
        if (text->bytes[i] == '*')
            return;
    line->body = (struct tf_range){body.start + 2, body.end - 2};
    if (line->kind == TF_LINE_TEXT || line->kind == TF_LINE_NUMBER)
        line->kind = TF_LINE_HEADING;
}

static void count_cells(const struct tf_text *text, struct tf_line *line)
{
    uint32_t pipes = 0, tabs = 0;
    for (uint32_t i = line->at.start; i < line->at.end; i++) {
        pipes += text->bytes[i] == '|';
        tabs += text->bytes[i] == '\t';
    }
    line->tabbed = pipes == 0 && tabs > 0;
    line->cells = pipes ? pipes : tabs;
}

void tf_line_mark(const struct tf_text *text, struct tf_line *line)
{
    if (line->at.start == line->at.end) {
        line->kind = TF_LINE_BLANK;
        return;
    }
    count_cells(text, line);
    line->kind = TF_LINE_TEXT;
    if (is_rule(text, line->at)) {
        line->kind = TF_LINE_RULE;
        return;
    }
    if (is_row_rule(text, line->at)) {
        line->kind = TF_LINE_ROW_RULE;
        return;
    }
    while (byte_at(text, line->body.start, line->body.end) == '>' &&
           tf_text_space(text, line->body.start + 1, line->body.end) > 0)
        line->body.start = skip_space(text, line->body.start + 1, line->body.end);
    if (mark_heading(text, line)) {
        mark_number(text, line);
        mark_bold(text, line);
    } else if (!mark_label(text, line)) {
        if (!mark_bullet(text, line))
            mark_number(text, line);
        mark_bold(text, line);
    }
    line->body = tf_text_trim(text, line->body);
}
