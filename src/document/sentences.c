/* SPDX-License-Identifier: MIT */
/*
 * Where sentences end. A stop ends one unless what stands before it is an
 * abbreviation or an initial, what comes after it goes on in lower case, or
 * it lies within brackets. Enumerations written in one line ("1. ... 2. ...")
 * are taken apart first.
 */
#include "document_internal.h"

#include <string.h>
#include <unictype.h>

/* Looking ahead is bounded, so that time stays linear in the text. */
enum { BRACKET_REACH = 400, HOST_REACH = 256, WORD_MAX = 24 };

struct splitter {
    struct tf_reader *reader;
    const char *bytes;
    uint32_t start, end; /* of the sentence at hand and of the piece */
    uint32_t bracket;    /* no sentence ends before here: a bracket is open */
    enum tf_unit_kind kind, rest;
};

static bool is_letter(const char *bytes, uint32_t at)
{
    unsigned char c = (unsigned char)bytes[at];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint32_t skip_space(const struct splitter *s, uint32_t at)
{
    for (uint32_t space; (space = tf_text_space(s->reader->text, at, s->end)) > 0;)
        at += space;
    return at;
}

/* Length of a closing quote or bracket, 0 if there is none. */
static uint32_t closer_at(const struct splitter *s, uint32_t at)
{
    if (at >= s->end)
        return 0;
    if (strchr("\"')]*_", s->bytes[at]))
        return 1;
    bool three = s->end - at >= 3;
    if (three && (memcmp(s->bytes + at, "\xe2\x80\x9d", 3) == 0 ||
                  memcmp(s->bytes + at, "\xe2\x80\x99", 3) == 0))
        return 3;
    return 0;
}

/* Length of a superscript digit, 0 if there is none. */
static uint32_t superscript_at(const struct splitter *s, uint32_t at)
{
    const unsigned char *p = (const unsigned char *)s->bytes + at;
    if (s->end - at >= 2 && p[0] == 0xc2 && (p[1] == 0xb9 || p[1] == 0xb2 || p[1] == 0xb3))
        return 2;
    return s->end - at >= 3 && p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xb0 && p[2] <= 0xb9 ? 3 : 0;
}

/* Superscript digits, also several notes with commas between. */
static uint32_t superscripts_at(const struct splitter *s, uint32_t at)
{
    uint32_t length = superscript_at(s, at), more;
    if (length == 0)
        return 0;
    if (at + length < s->end && s->bytes[at + length] == ',' &&
        (more = superscript_at(s, at + length + 1)) > 0)
        length += 1 + more;
    return length;
}

/* "[1]", "[2,3]" or superscript digits directly after a stop. */
static uint32_t footnote_at(const struct splitter *s, uint32_t at)
{
    uint32_t i = at;
    if (i >= s->end || s->bytes[i] != '[')
        return superscripts_at(s, at);
    for (i++; i < s->end && (is_digit(s->bytes[i]) || strchr(", -", s->bytes[i])); i++)
        ;
    return i > at + 1 && i < s->end && s->bytes[i] == ']' ? i + 1 - at : 0;
}

static uint32_t skip_closers(const struct splitter *s, uint32_t at)
{
    for (uint32_t length;;) {
        length = footnote_at(s, at);
        if (length == 0)
            length = closer_at(s, at);
        if (length == 0)
            return at;
        at += length;
    }
}

static bool is_stop(const struct splitter *s, uint32_t at, uint32_t *length)
{
    char c = s->bytes[at];
    *length = 1;
    if (c == '.' || c == '!' || c == '?')
        return true;
    *length = 3;
    return c == '\xe2' && s->end - at >= 3 && memcmp(s->bytes + at, "\xe2\x80\xa6", 3) == 0;
}

/* A run of stops, also an ellipsis with spaces between its points. */
struct stops {
    uint32_t start, end, count;
    uint32_t first; /* where the first of them ends */
    bool points;    /* only . and … */
    bool spaced;
};

static struct stops stops_at(const struct splitter *s, uint32_t at)
{
    uint32_t length;
    is_stop(s, at, &length);
    struct stops run = {at, at, 0, at + length, true, false};
    while (run.end < s->end && is_stop(s, run.end, &length)) {
        run.points = run.points && !strchr("!?", s->bytes[run.end]);
        run.count += length == 3 ? 3 : 1;
        run.end += length;
    }
    while (s->end - run.end >= 2 && s->bytes[run.end] == ' ' && s->bytes[run.end + 1] == '.') {
        run.end += 2;
        run.count++;
        run.spaced = true;
    }
    return run;
}

/* The word before a stop, folded, with points inside it ("e.g", "u.s"). */
static struct tf_str word_before(const struct splitter *s, uint32_t at, char word[WORD_MAX])
{
    uint32_t from = at;
    while (from > s->start && at - from < WORD_MAX &&
           (is_letter(s->bytes, from - 1) || s->bytes[from - 1] == '.' ||
            is_digit(s->bytes[from - 1])))
        from--;
    size_t size = at - from;
    if (size >= WORD_MAX)
        size = 0;
    for (size_t i = 0; i < size; i++) {
        char c = s->bytes[from + i];
        word[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return (struct tf_str){word, size};
}

static bool starts_sentence(const struct splitter *s, uint32_t at)
{
    char word[WORD_MAX];
    size_t size = 0;
    while (at < s->end && is_letter(s->bytes, at) && size < WORD_MAX) {
        char c = s->bytes[at++];
        word[size++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    const struct tf_sentence_words *words = s->reader->words;
    return size < WORD_MAX && words->starter(words->context, (struct tf_str){word, size});
}

/* Does a single point after this word end the sentence, given what follows? */
static bool point_ends(const struct splitter *s, uint32_t at, uint32_t next)
{
    char buffer[WORD_MAX];
    struct tf_str word = word_before(s, at, buffer);
    const struct tf_sentence_words *words = s->reader->words;
    if (word.size == 0)
        return true;
    bool digits = true;
    for (size_t i = 0; i < word.size; i++)
        digits = digits && is_digit(word.data[i]);
    if (digits)
        return at - word.size > s->start; /* not the number of an enumeration */
    switch (words->abbreviation(words->context, word)) {
    case TF_ABBREVIATION_TITLE:
        return false;
    case TF_ABBREVIATION_INNER:
        return starts_sentence(s, next);
    case TF_ABBREVIATION_NONE:
        break;
    }
    if (word.size == 1 && at - 1 == s->start && next < s->end)
        return false; /* "a." that begins an item */
    if (word.size == 1 && at - 1 > s->start && s->bytes[at - 2] == '/')
        return true; /* a unit, "mmol/L" */
    bool initial = word.size == 1 || (word.size >= 3 && word.data[word.size - 2] == '.');
    return !initial || starts_sentence(s, next);
}

static bool is_lower_at(const struct splitter *s, uint32_t at)
{
    unsigned char c = (unsigned char)s->bytes[at];
    if (c < 0x80)
        return c >= 'a' && c <= 'z';
    uint32_t character = c < 0xe0 && s->end - at >= 2
                             ? (c & 0x1fu) << 6 | ((unsigned char)s->bytes[at + 1] & 0x3fu)
                             : 0;
    return uc_is_lower(character);
}

/* "relief.Ketamine": a space was lost between two sentences. Not in names of
 * hosts and files, where no capital with a lower-case letter follows. */
static bool is_glued(const struct splitter *s, const struct stops *run, uint32_t after)
{
    if (after != run->end || s->end - after < 2 || run->start < s->start + 3)
        return false;
    const char *p = s->bytes + run->start;
    bool word = p[-1] >= 'a' && p[-1] <= 'z' && p[-2] >= 'a' && p[-2] <= 'z' && p[-3] >= 'a' &&
                p[-3] <= 'z';
    bool next = s->bytes[after] >= 'A' && s->bytes[after] <= 'Z' && s->bytes[after + 1] >= 'a' &&
                s->bytes[after + 1] <= 'z';
    if (!word || !next)
        return false;
    uint32_t reach = s->end - after > HOST_REACH ? after + HOST_REACH : s->end;
    for (uint32_t i = after; i < reach && s->bytes[i] != ' '; i++)
        if (strchr("@/", s->bytes[i]))
            return false;
    return true;
}

/* Where the sentence with this run of stops ends, 0 if it goes on. */
static uint32_t sentence_end(const struct splitter *s, const struct stops *run)
{
    uint32_t after = skip_closers(s, run->end);
    uint32_t next = skip_space(s, after);
    if (next == s->end)
        return 0; /* the piece ends here anyway */
    if (next == after)
        return is_glued(s, run, after) ? after : 0;
    if (is_lower_at(s, next) || after <= s->bracket)
        return 0;
    if (run->start > s->start && s->bytes[run->start - 1] == '[')
        return 0; /* "[...]": words left out of a quotation */
    if (run->spaced) {
        bool attached = run->start > s->start && s->bytes[run->start - 1] != ' ';
        return run->count < 4 ? 0 : attached ? run->first : after;
    }
    if (run->points && run->count == 1 && !point_ends(s, run->start, next))
        return 0;
    return after;
}

static void open_bracket(struct splitter *s, uint32_t at)
{
    if (at < s->bracket)
        return;
    uint32_t reach = s->end - at > BRACKET_REACH ? at + BRACKET_REACH : s->end;
    uint32_t depth = 0;
    for (uint32_t i = at; i < reach; i++) {
        depth += s->bytes[i] == '(';
        if (s->bytes[i] == ')' && --depth == 0) {
            s->bracket = i;
            return;
        }
    }
}

static void emit(struct splitter *s, uint32_t end)
{
    struct tf_range at = tf_text_trim(s->reader->text, (struct tf_range){s->start, end});
    if (at.start < at.end)
        tf_unit_add(s->reader, at, s->kind, 0);
    s->kind = s->rest;
    s->start = skip_space(s, end);
}

/* Over bytes at which nothing begins that this room knows. */
static uint32_t skip_plain(const struct splitter *s, uint32_t at)
{
    static const bool speaks[256] = {
        ['('] = true, ['.'] = true, ['!'] = true, ['?'] = true, [0xe2] = true};
    while (at < s->end && !speaks[(unsigned char)s->bytes[at]])
        at++;
    return at;
}

static void split_piece(struct splitter *s, uint32_t start, uint32_t end)
{
    uint32_t length;
    s->start = start;
    s->end = end;
    s->bracket = 0;
    for (uint32_t at = skip_plain(s, start); at < end; at = skip_plain(s, at)) {
        if (s->bytes[at] == '(' && at > s->start)
            open_bracket(s, at);
        if (!is_stop(s, at, &length)) {
            at++;
            continue;
        }
        struct stops run = stops_at(s, at);
        uint32_t boundary = sentence_end(s, &run);
        if (boundary)
            emit(s, boundary);
        at = boundary ? boundary : run.end;
    }
    emit(s, end);
}

/* --- Enumerations in one line -------------------------------------------- */

/* "2." after "1.", "b)" after "a)", a bullet after a bullet: what the next
 * item of an enumeration begins with. */
struct enumeration {
    char mark[12];
};

static void next_mark(struct enumeration *e, unsigned number, const char *tail, size_t tail_size)
{
    char digits[8];
    size_t n = 0, size = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n)
        e->mark[size++] = digits[--n];
    memcpy(e->mark + size, tail, tail_size);
    e->mark[size + tail_size] = '\0';
}

/* Reads the marker that a piece begins with; false where it has none. */
static bool read_mark(const char *bytes, uint32_t at, uint32_t end, struct enumeration *e)
{
    static const char *const inline_bullets[] = {"\xe2\x80\xa2", "\xe2\x81\x83", "\xe2\x97\x8f"};
    for (size_t i = 0; i < sizeof inline_bullets / sizeof *inline_bullets; i++)
        if (end - at >= 3 && memcmp(bytes + at, inline_bullets[i], 3) == 0) {
            memcpy(e->mark, inline_bullets[i], 4);
            return true;
        }
    unsigned number = 0;
    uint32_t i = at;
    for (; i < end && is_digit(bytes[i]) && i - at < 3; i++)
        number = number * 10 + (unsigned)(bytes[i] - '0');
    bool letter = i == at && end - at >= 2 && bytes[i] >= 'a' && bytes[i] < 'z';
    if (letter)
        i++;
    uint32_t tail = i;
    while (i < end && i - tail < 2 && strchr(".)", bytes[i]))
        i++;
    if (i == tail || (tail == at) || i >= end || bytes[i] != ' ')
        return false;
    if (!letter) {
        next_mark(e, number + 1, bytes + tail, i - tail);
        return true;
    }
    e->mark[0] = (char)(bytes[at] + 1);
    memcpy(e->mark + 1, bytes + tail, i - tail);
    e->mark[1 + i - tail] = '\0';
    return true;
}

/* The place of " mark" in a piece, end if there is none. */
static uint32_t find_mark(const char *bytes, uint32_t at, uint32_t end, const char *mark)
{
    size_t size = strlen(mark);
    for (uint32_t i = at; i + size + 1 < end; i++)
        if (bytes[i] == ' ' && memcmp(bytes + i + 1, mark, size) == 0 &&
            ((unsigned char)mark[0] >= 0x80 || bytes[i + 1 + size] == ' '))
            return i + 1;
    return end;
}

static uint32_t skip_mark(const struct tf_text *text, uint32_t at, uint32_t end, const char *mark)
{
    bool letter = mark[0] >= 'a' && mark[0] <= 'z';
    if (letter) /* a letter is a word and stays with its item */
        return at;
    at += (uint32_t)strlen(mark);
    for (uint32_t space; (space = tf_text_space(text, at, end)) > 0;)
        at += space;
    return at;
}

void tf_sentences_split(struct tf_reader *reader, struct tf_range line, uint32_t body,
                        enum tf_unit_kind first, enum tf_unit_kind rest)
{
    const char *bytes = reader->text->bytes;
    struct splitter s = {.reader = reader, .bytes = bytes, .kind = first, .rest = rest};
    struct enumeration e;
    uint32_t at = body;
    bool marked = read_mark(bytes, line.start, line.end, &e);
    while (marked) {
        uint32_t next = find_mark(bytes, at, line.end, e.mark);
        if (next == line.end)
            break;
        split_piece(&s, at, next);
        struct enumeration following;
        marked = read_mark(bytes, next, line.end, &following);
        at = skip_mark(reader->text, next, line.end, e.mark);
        s.kind = first;
        e = following;
    }
    split_piece(&s, at, line.end);
}
