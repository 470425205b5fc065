/* SPDX-License-Identifier: MIT */
/*
 * What a user typed, as an FTS5 expression. Every word goes in as a quoted
 * string, so that none of it is read as FTS5's own syntax:
 *
 *   search = group { OR group }      group = term { [AND] term }
 *   term   = [NOT | "-"] ( word | "phrase" ) ["*"]
 *
 * AND, OR and NOT only in capitals, and only where they have something to join;
 * elsewhere they are words like others. Brackets and other marks are spaces.
 */
#include "query_internal.h"

#include <string.h>

enum { TERMS_MAX = 32 };

struct term {
    struct tf_str words;
    bool quoted, prefix, excluded;
    bool begins_group; /* behind an OR */
};

struct terms {
    struct term v[TERMS_MAX];
    size_t n;
    bool too_many;
};

static bool is_space(char c)
{
    return (unsigned char)c <= ' ' || c == '\x7f';
}

/* FTS5 finds no word in marks alone. */
static bool has_word(struct tf_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return true;
    }
    return false;
}

/* --- Terms --------------------------------------------------------------- */

/* The next phrase in quotes (a missing end quote ends with the text) or word. */
static struct term next_term(struct tf_str text, size_t *at)
{
    struct term term = {.words = TF_STR_NULL};
    bool minus = text.data[*at] == '-' && *at + 1 < text.size && !is_space(text.data[*at + 1]);
    *at += minus;
    term.quoted = text.data[*at] == '"';
    size_t start = *at += term.quoted;
    while (*at < text.size && text.data[*at] != '"' && (term.quoted || !is_space(text.data[*at])))
        ++*at;
    term.words = (struct tf_str){text.data + start, *at - start};
    *at += term.quoted && *at < text.size;
    if (term.quoted && *at < text.size && text.data[*at] == '*') {
        term.prefix = true;
        ++*at;
    } else if (term.words.size && term.words.data[term.words.size - 1] == '*') {
        term.prefix = true;
        term.words.size--;
    }
    term.excluded = minus;
    return term;
}

static void read_terms(struct tf_str text, struct terms *out)
{
    for (size_t at = 0; at < text.size;) {
        if (is_space(text.data[at])) {
            at++;
            continue;
        }
        struct term term = next_term(text, &at);
        if (!has_word(term.words))
            continue;
        out->too_many = out->n == TERMS_MAX;
        if (out->too_many)
            return;
        out->v[out->n++] = term;
    }
}

static bool is_operator(const struct terms *terms, size_t i, const char *word)
{
    const struct term *term = &terms->v[i];
    return !term->quoted && !term->prefix && !term->excluded && tf_str_is(term->words, word);
}

static bool is_any_operator(const struct terms *terms, size_t i)
{
    return is_operator(terms, i, "AND") || is_operator(terms, i, "OR") ||
           is_operator(terms, i, "NOT");
}

/* Takes the operators out and leaves their meaning with the terms they stand
 * before. */
static void apply_operators(struct terms *terms)
{
    size_t kept = 0;
    bool or = false, not = false;
    for (size_t i = 0; i < terms->n; i++) {
        bool joins = kept > 0 && i + 1 < terms->n;
        if (is_operator(terms, i, "NOT") && i + 1 < terms->n && !is_any_operator(terms, i + 1)) {
            not = true;
            continue;
        }
        bool next_is_term = joins && (!is_any_operator(terms, i + 1) ||
                                      (is_operator(terms, i + 1, "NOT") && i + 2 < terms->n));
        if (next_is_term && ! or
            &&!not &&(is_operator(terms, i, "AND") || is_operator(terms, i, "OR"))) {
            or = is_operator(terms, i, "OR");
            continue;
        }
        struct term term = terms->v[i];
        term.begins_group = or || kept == 0;
        term.excluded = term.excluded || not ;
        terms->v[kept++] = term;
        or = not = false;
    }
    terms->n = kept;
}

/* --- Expression ---------------------------------------------------------- */

static void add_quoted(struct tf_buf *out, const struct term *term)
{
    tf_buf_add_char(out, '"');
    for (size_t i = 0; i < term->words.size; i++) {
        char c = term->words.data[i];
        tf_buf_add_char(out, c == '"' || is_space(c) ? ' ' : c);
    }
    tf_buf_add_text(out, term->prefix ? "\" *" : "\"");
}

/* Those of one group that are excluded, or those that are not. */
static size_t add_group(struct tf_buf *out, const struct terms *terms, size_t first, size_t end,
                        bool excluded)
{
    size_t added = 0;
    for (size_t i = first; i < end; i++) {
        if (terms->v[i].excluded != excluded)
            continue;
        if (excluded)
            tf_buf_add_text(out, " NOT ");
        else if (added)
            tf_buf_add_char(out, ' '); /* unlike AND, passes over what has no word in it */
        add_quoted(out, &terms->v[i]);
        added++;
    }
    return added;
}

/* False: a group that only excludes, which FTS5 cannot answer. */
static bool add_groups(struct tf_buf *out, const struct terms *terms)
{
    for (size_t first = 0, end; first < terms->n; first = end) {
        end = first + 1;
        while (end < terms->n && !terms->v[end].begins_group)
            end++;
        tf_buf_add_text(out, first ? " OR ((" : "((");
        if (!add_group(out, terms, first, end, false))
            return false;
        tf_buf_add_char(out, ')');
        add_group(out, terms, first, end, true);
        tf_buf_add_char(out, ')');
    }
    return true;
}

/* What begins with one or two letters are too many words to gather. */
static bool has_short_prefix(const struct terms *terms)
{
    enum { LETTERS_MIN = 3 };
    for (size_t i = 0; i < terms->n; i++) {
        struct tf_str words = tf_str_trim(terms->v[i].words);
        size_t last = words.size;
        while (last > 0 && !is_space(words.data[last - 1]))
            last--;
        if (terms->v[i].prefix && words.size - last < LETTERS_MIN)
            return true;
    }
    return false;
}

const char *match_build(struct tf_str text, struct tf_arena *arena, struct tf_str *out)
{
    struct terms terms = {.n = 0};
    struct tf_buf match;
    read_terms(text, &terms);
    if (terms.too_many)
        return "has more than 32 words and phrases";
    if (has_short_prefix(&terms))
        return "asks for words that begin with fewer than three letters";
    if (!terms.n)
        return "has no word of letters or digits";
    apply_operators(&terms);
    tf_buf_init(&match);
    bool ok = add_groups(&match, &terms);
    struct tf_str copy = tf_buf_move(&match, arena);
    if (!ok)
        return "only excludes; say what to look for as well";
    *out = copy;
    return NULL;
}
