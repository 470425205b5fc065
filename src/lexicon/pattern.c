/* SPDX-License-Identifier: MIT */
/*
 * A pattern is read into elements (what stands between spaces), each with its
 * alternatives; the product of the alternatives gives the rows. Writing them
 * out at load keeps the matcher a plain walk down a trie.
 */
#include "pattern.h"

#include <string.h>

enum { ELEMENTS = 20 };

/* One alternative of an element: the parts it adds to a row. */
struct choice {
    struct tf_part parts[6];
    size_t n;
};

struct element {
    struct choice *choices;
    size_t n;
};

struct reader {
    const struct tf_lex_entry *entry;
    struct tf_str pattern;
    bool plural;
    struct tf_arena *arena;   /* for the words of the rows */
    struct tf_arena *scratch; /* for the choices, only while reading */
    struct tf_pattern_sink sink;
    struct tf_error *error;
    struct element elements[ELEMENTS];
    size_t n;
    struct tf_part row[TF_PATTERN_PARTS + 1];
};

static enum tf_status refuse(const struct reader *r, const char *reason)
{
    return tf_error_set(r->error, TF_INPUT, "%s:%u: pattern \"%.*s\": %s", r->entry->file,
                        (unsigned)r->entry->line, TF_STR_ARG(r->pattern), reason);
}

/* Cuts off the piece before the separator; *rest is what follows it. */
static struct tf_str cut(struct tf_str *rest, char separator)
{
    const char *at = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
    struct tf_str piece = {rest->data, at ? (size_t)(at - rest->data) : rest->size};
    size_t used = piece.size + (at ? 1 : 0);
    *rest = (struct tf_str){rest->data + used, rest->size - used};
    return piece;
}

/* --- Reading ------------------------------------------------------------- */

static enum tf_status read_words(struct reader *r, struct tf_str word, struct choice *out)
{
    bool prefix = word.size > 1 && word.data[word.size - 1] == '*';
    if (prefix)
        word.size--;
    struct tf_tokens tokens = {0};
    tf_string_tokens(word, r->arena, &tokens);
    if (tf_arena_failed(r->arena))
        return tf_error_set(r->error, TF_NO_MEMORY, "%s: out of memory", r->entry->file);
    if (tokens.n == 0)
        return refuse(r, "an alternative is empty");
    if (tokens.n > sizeof out->parts / sizeof *out->parts)
        return refuse(r, "a word has too many parts");
    for (size_t i = 0; i < tokens.n; i++) {
        const struct tf_token *token = &tokens.v[i];
        bool capitals = token->kind == TF_TOKEN_WORD && (token->flags & TF_TOKEN_UPPER);
        out->parts[i] =
            (struct tf_part){capitals ? TF_PART_CAPITALS : TF_PART_WORD, token->fold, token->hash};
    }
    out->n = tokens.n;
    if (!prefix)
        return TF_OK;
    struct tf_part *last = &out->parts[tokens.n - 1];
    if (last->fold.size < 3 || last->fold.size > 31 || tokens.v[tokens.n - 1].kind != TF_TOKEN_WORD)
        return refuse(r, "a word before '*' needs 3 to 31 letters");
    last->kind = TF_PART_PREFIX;
    return TF_OK;
}

/* A sign that stands alone; false: the element is words. '$' is an anchor only
 * at the end, so that prices can be written. */
static bool read_sign(const struct reader *r, struct tf_str element, bool last, struct choice *out)
{
    if (element.size != 1)
        return false;
    enum tf_part_kind kind;
    switch (element.data[0]) {
    case '~':
        kind = TF_PART_GAP;
        break;
    case '#':
        kind = TF_PART_NUMBER;
        break;
    case '^':
        kind = TF_PART_START;
        break;
    case '$':
        if (!last || r->n == 0)
            return false;
        kind = TF_PART_END;
        break;
    default:
        return false;
    }
    out->parts[0] = (struct tf_part){.kind = kind};
    out->n = 1;
    return true;
}

static enum tf_status read_alternatives(struct reader *r, struct tf_str text,
                                        struct element *element)
{
    while (text.size > 0 || element->n == 0) {
        bool trailing = text.size > 0 && text.data[text.size - 1] == '/';
        struct tf_str word = cut(&text, '/');
        if (word.size == 0 || trailing)
            return refuse(r, "an alternative is empty");
        struct choice *choice = &element->choices[element->n++];
        if (word.size == 1 && word.data[0] == '#') {
            *choice = (struct choice){.parts = {{.kind = TF_PART_NUMBER}}, .n = 1};
            continue;
        }
        enum tf_status status = read_words(r, word, choice);
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

static enum tf_status read_element(struct reader *r, struct tf_str text, bool last)
{
    if (r->n == ELEMENTS)
        return refuse(r, "too many words");
    struct element *element = &r->elements[r->n];
    element->n = 0;
    size_t choices = 2; /* one more for none of them, where it is optional */
    for (size_t i = 0; i < text.size; i++)
        choices += text.data[i] == '/';
    element->choices = TF_NEW_ARRAY(r->scratch, struct choice, choices);
    if (!element->choices)
        return tf_error_set(r->error, TF_NO_MEMORY, "%s: out of memory", r->entry->file);
    if (read_sign(r, text, last, &element->choices[0])) {
        if (element->choices[0].parts[0].kind == TF_PART_START && r->n > 0)
            return refuse(r, "'^' stands only at the beginning");
        element->n = 1;
        r->n++;
        return TF_OK;
    }
    bool optional = text.size > 1 && text.data[0] == '?';
    if (optional)
        text = (struct tf_str){text.data + 1, text.size - 1};
    enum tf_status status = TF_OK;
    if (text.size == 1) {
        status = read_words(r, text, &element->choices[0]);
        element->n = 1;
    } else {
        status = read_alternatives(r, text, element);
    }
    if (status == TF_OK && optional)
        element->choices[element->n++].n = 0;
    r->n++;
    return status;
}

/* --- Writing out --------------------------------------------------------- */

static enum tf_status take(struct reader *r, size_t count)
{
    if (r->sink.take(r->sink.context, r->row, count))
        return TF_OK;
    return refuse(r, "the tables are too large");
}

static bool ends_in(struct tf_str word, const char *ending)
{
    size_t size = strlen(ending);
    return word.size > size && memcmp(word.data + word.size - size, ending, size) == 0;
}

static struct tf_str plural_of(struct tf_str word, struct tf_arena *arena)
{
    bool consonant_y =
        word.size > 2 && ends_in(word, "y") && !strchr("aeiou", word.data[word.size - 2]);
    if (consonant_y)
        return tf_arena_printf(arena, "%.*sies", (int)word.size - 1, word.data);
    if (ends_in(word, "s") || ends_in(word, "x") || ends_in(word, "ch") || ends_in(word, "sh"))
        return tf_arena_printf(arena, "%.*ses", TF_STR_ARG(word));
    return tf_arena_printf(arena, "%.*ss", TF_STR_ARG(word));
}

/* Acronyms in capitals get no plural: "Acts" at the start of a sentence is not
 * several of "ACT". */
static enum tf_status take_with_plural(struct reader *r, size_t count)
{
    enum tf_status status = take(r, count);
    struct tf_part *last = &r->row[count - 1];
    if (status != TF_OK || !r->plural || last->kind != TF_PART_WORD || last->fold.size < 3)
        return status;
    struct tf_part singular = *last;
    last->fold = plural_of(singular.fold, r->arena);
    last->hash = tf_word_hash(last->fold.data, last->fold.size);
    status = take(r, count);
    *last = singular;
    return status;
}

static enum tf_status check_row(const struct reader *r, size_t count)
{
    size_t words = 0, gaps = 0;
    for (size_t i = 0; i < count; i++) {
        gaps += r->row[i].kind == TF_PART_GAP;
        words += r->row[i].kind <= TF_PART_NUMBER;
    }
    if (words == 0)
        return refuse(r, "may match nothing at all");
    if (r->row[0].kind == TF_PART_GAP || r->row[count - 1].kind == TF_PART_GAP)
        return refuse(r, "'~' stands only between words");
    return gaps > TF_PATTERN_GAPS ? refuse(r, "too many '~'") : TF_OK;
}

static enum tf_status write_rows(struct reader *r, size_t element, size_t count)
{
    if (element == r->n) {
        enum tf_status status = check_row(r, count);
        return status == TF_OK ? take_with_plural(r, count) : status;
    }
    for (size_t i = 0; i < r->elements[element].n; i++) {
        const struct choice *choice = &r->elements[element].choices[i];
        if (count + choice->n > TF_PATTERN_PARTS)
            return refuse(r, "too many words");
        for (size_t p = 0; p < choice->n; p++)
            r->row[count + p] = choice->parts[p];
        enum tf_status status = write_rows(r, element + 1, count + choice->n);
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

static enum tf_status read_pattern(struct reader *r)
{
    struct tf_str rest = r->pattern;
    size_t rows = 1;
    r->n = 0;
    if (rest.size == 0)
        return refuse(r, "is empty");
    while (rest.size > 0) {
        struct tf_str text = cut(&rest, ' ');
        if (text.size == 0)
            continue;
        enum tf_status status = read_element(r, text, tf_str_trim(rest).size == 0);
        if (status != TF_OK)
            return status;
        rows *= r->elements[r->n - 1].n;
        if (rows > TF_PATTERN_ROWS)
            return refuse(r, "stands for more than 4096 rows of words");
    }
    return write_rows(r, 0, 0);
}

enum tf_status tf_pattern_read(const struct tf_lex_entry *entry, bool plural,
                               struct tf_arena *arena, struct tf_pattern_sink sink,
                               struct tf_error *error)
{
    struct reader r = {
        .entry = entry, .plural = plural, .arena = arena, .sink = sink, .error = error};
    r.scratch = tf_arena_new(0);
    if (!r.scratch)
        return tf_error_set(error, TF_NO_MEMORY, "%s: out of memory", entry->file);
    struct tf_str rest = entry->patterns;
    enum tf_status status = TF_OK;
    do {
        bool trailing = rest.size > 0 && rest.data[rest.size - 1] == '|';
        r.pattern = tf_str_trim(cut(&rest, '|'));
        status = trailing && rest.size == 0 ? refuse(&r, "'|' stands only between patterns")
                                            : read_pattern(&r);
        tf_arena_reset(r.scratch);
    } while (status == TF_OK && rest.size > 0);
    tf_arena_free(r.scratch);
    return status;
}
