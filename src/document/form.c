/* SPDX-License-Identifier: MIT */
/* What a line looks like: its length, its ends, its capitals. */
#include "document_internal.h"

#include <string.h>
#include <unictype.h>

enum { HEADING_WORDS = 18, HEADING_BYTES = 160, SHORT_WORDS = 14 };

static uint32_t count_words(const struct tf_text *text, struct tf_range at, uint32_t stop_at)
{
    uint32_t words = 0, space;
    bool inside = false;
    for (uint32_t i = at.start; i < at.end && words <= stop_at;) {
        char c = text->bytes[i];
        if (inside && c > ' ' && c != '&') { /* most bytes go on a word */
            i++;
            continue;
        }
        space = tf_text_space(text, i, at.end);
        if (space == 0 && !inside)
            words++;
        inside = space == 0;
        i += space ? space : 1;
    }
    return words;
}

/* "[1]", "[2, 3]" at the end: where it begins, else the end. */
static uint32_t end_without_note(const struct tf_text *text, uint32_t start, uint32_t end)
{
    uint32_t i = end - 1;
    if (text->bytes[i] != ']')
        return end;
    while (i > start && strchr("0123456789, -", text->bytes[i - 1]))
        i--;
    return i + 1 < end && i > start && text->bytes[i - 1] == '[' ? i - 1 : end;
}

/* Without closing quotes, brackets, asterisks and footnote marks at the end. */
static uint32_t end_without_closers(const struct tf_text *text, struct tf_range at)
{
    uint32_t end = at.end;
    while (end > at.start) {
        char c = text->bytes[end - 1];
        uint32_t note = end_without_note(text, at.start, end);
        if (note < end)
            end = note;
        else if (strchr("\"')]*_", c))
            end--;
        else if (end - at.start >= 3 && (memcmp(text->bytes + end - 3, "\xe2\x80\x9d", 3) == 0 ||
                                         memcmp(text->bytes + end - 3, "\xe2\x80\x99", 3) == 0))
            end -= 3;
        else
            break;
    }
    return end;
}

bool tf_form_ends_sentence(const struct tf_text *text, struct tf_range at)
{
    uint32_t end = end_without_closers(text, at);
    if (end == at.start)
        return false;
    if (strchr(".!?", text->bytes[end - 1]))
        return true;
    return end - at.start >= 3 && memcmp(text->bytes + end - 3, "\xe2\x80\xa6", 3) == 0;
}

char tf_form_last(const struct tf_text *text, struct tf_range at)
{
    while (at.end > at.start && strchr("*_", text->bytes[at.end - 1]))
        at.end--;
    return at.end > at.start ? text->bytes[at.end - 1] : '\0';
}

static uint32_t first_character(const struct tf_text *text, struct tf_range at)
{
    while (at.start < at.end && strchr("\"'([*_", text->bytes[at.start]))
        at.start++;
    if (at.start == at.end)
        return 0;
    const uint8_t *p = (const uint8_t *)text->bytes + at.start;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] < 0xe0)
        return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
    return p[0] < 0xf0 ? (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu) : 0x10000;
}

bool tf_form_starts_lower(const struct tf_text *text, struct tf_range at)
{
    return uc_is_lower(first_character(text, at));
}

/* Letters, most of them capital and none lower: "HOW LONG IT LASTS". */
bool tf_form_is_capitals(const struct tf_text *text, struct tf_range at)
{
    uint32_t upper = 0;
    for (uint32_t i = at.start; i < at.end; i++) {
        char c = text->bytes[i];
        if (c >= 'a' && c <= 'z') {
            /* "SSRIs" and "4th" are still capitals */
            bool tail = i > at.start && i + 1 <= at.end && c == 's' && text->bytes[i - 1] >= 'A' &&
                        text->bytes[i - 1] <= 'Z';
            if (!tail)
                return false;
        }
        upper += c >= 'A' && c <= 'Z';
    }
    return upper >= 3;
}

bool tf_form_is_short(const struct tf_text *text, struct tf_range at)
{
    return count_words(text, at, SHORT_WORDS) <= SHORT_WORDS;
}

/* "It is safe. The most common complaints are:" is no title: it begins with a
 * whole sentence. */
static bool has_sentence_before_colon(const struct tf_text *text, uint32_t start, uint32_t end)
{
    enum { WORD = 4 }; /* no abbreviation before the stop */
    if (text->bytes[end - 1] != ':')
        return false;
    for (uint32_t i = start + WORD; i + 2 < end; i++) {
        const char *p = text->bytes + i;
        bool stop = strchr(".!", p[0]) && p[1] == ' ' && p[2] >= 'A' && p[2] <= 'Z';
        bool word = true;
        for (uint32_t k = 1; k <= WORD; k++)
            word = word && p[-(int)k] >= 'a' && p[-(int)k] <= 'z';
        if (stop && word)
            return true;
    }
    return false;
}

bool tf_form_is_heading(const struct tf_text *text, struct tf_range at)
{
    if (at.end - at.start > HEADING_BYTES || count_words(text, at, HEADING_WORDS) > HEADING_WORDS)
        return false;
    uint32_t end = end_without_closers(text, at);
    if (end == at.start)
        return false; /* closing marks alone name nothing */
    char last = text->bytes[end - 1];
    if (last == '?')
        return true;
    return !strchr(".!,;", last) && !tf_form_ends_sentence(text, at) &&
           !has_sentence_before_colon(text, at.start, end);
}
