/* SPDX-License-Identifier: MIT */
/* Tokens and their matches in time.tsv become terms. */
#include "times_internal.h"

#include <math.h>

static const struct term beyond = {.kind = TERM_END};

static enum form form_of(const struct tf_lex_entry *entry)
{
    struct tf_str form = tf_lex_attribute(entry, "form");
    if (tf_str_is(form, "one"))
        return FORM_ONE;
    if (tf_str_is(form, "many"))
        return FORM_MANY;
    if (tf_str_is(form, "short"))
        return FORM_SHORT;
    return tf_str_is(form, "letter") ? FORM_LETTER : FORM_NONE;
}

/* --- Digits -------------------------------------------------------------- */

static double fraction_sign(const unsigned char *s, size_t size)
{
    static const double latin[] = {1. / 4, 1. / 2, 3. / 4}; /* U+00BC.. */
    static const double forms[] = {
        1. / 7, 1. / 9, 1. / 10, 1. / 3, 2. / 3, 1. / 5, 2. / 5, 3. / 5,
        4. / 5, 1. / 6, 5. / 6,  1. / 8, 3. / 8, 5. / 8, 7. / 8}; /* U+2150.. */
    if (size == 2 && s[0] == 0xc2 && s[1] >= 0xbc && s[1] <= 0xbe)
        return latin[s[1] - 0xbc];
    if (size == 3 && s[0] == 0xe2 && s[1] == 0x85 && s[2] >= 0x90 && s[2] <= 0x9e)
        return forms[s[2] - 0x90];
    return NAN;
}

/* Does a comma part thousands ("10,000") rather than decimals ("1,5")? */
static bool parts_thousands(const char *s, size_t size)
{
    size_t digits = 0;
    while (digits < size && s[digits] >= '0' && s[digits] <= '9')
        digits++;
    return digits == 3;
}

/* NAN: digits of another script, or no one number ("1.2.3"). */
static double digits_value(struct tf_str s)
{
    double value = 0, scale = 0;
    for (size_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        if (c >= '0' && c <= '9') {
            value = scale > 0 ? value + (c - '0') * scale : value * 10 + (c - '0');
            scale /= 10;
        } else if (c == ',' && parts_thousands(s.data + i + 1, s.size - i - 1)) {
            continue;
        } else if (c == '.' || c == ',') {
            if (scale > 0)
                return NAN;
            scale = .1;
        } else {
            return value + fraction_sign((const unsigned char *)s.data + i, s.size - i);
        }
    }
    return value;
}

/* --- Terms --------------------------------------------------------------- */

static struct term plain_term(const struct tf_token *token, uint32_t at)
{
    struct term term = {.kind = TERM_WORD, .first = at, .end = at + 1};
    if (token->kind == TF_TOKEN_MARK) {
        term.kind = TERM_MARK;
    } else if (token->kind == TF_TOKEN_NUMBER) {
        term.value = digits_value(token->fold);
        if (!isnan(term.value))
            term.kind = TERM_NUMBER;
    }
    return term;
}

static struct term matched_term(const struct tf_match *match)
{
    int word = match->entry->value; /* "-" is a word like others */
    struct term term = {.kind = word < 0 ? TERM_WORD : (enum term_kind)word,
                        .first = match->first,
                        .end = match->end,
                        .entry = match->entry};
    if (term.kind == TERM_UNIT || term.kind == TERM_SESSION)
        term.form = form_of(match->entry);
    if (term.kind <= TERM_ORDINAL)
        term.value = tf_term_number(&term, "value", 1);
    return term;
}

/* A prime mark is a unit only where number and mark are the whole unit. */
bool tf_terms_possible(const struct tf_token *tokens, size_t n, const struct tf_matches *matches)
{
    for (size_t i = 0; i < matches->n; i++) {
        const struct tf_lex_entry *entry = matches->v[i].entry;
        if (entry->category == TF_LEX_TIME &&
            (entry->value == TF_TIME_UNIT || entry->value == TF_TIME_SESSION ||
             entry->value == TF_TIME_SPECIAL))
            return true;
    }
    return n == 2 && tokens[0].kind == TF_TOKEN_NUMBER && tokens[1].kind == TF_TOKEN_MARK;
}

void tf_terms_read(const struct tf_token *tokens, size_t n, const struct tf_matches *matches,
                   struct term *room, struct terms *out)
{
    *out = (struct terms){.tokens = tokens, .v = room};
    size_t match = 0;
    for (uint32_t at = 0; at < n; at = out->v[out->n++].end) {
        while (match < matches->n &&
               (matches->v[match].entry->category != TF_LEX_TIME || matches->v[match].first < at))
            match++;
        bool here = match < matches->n && matches->v[match].first == at;
        out->v[out->n] = here ? matched_term(&matches->v[match]) : plain_term(&tokens[at], at);
    }
}

const struct term *tf_term(const struct terms *terms, size_t at)
{
    return at < terms->n ? &terms->v[at] : &beyond;
}

bool tf_term_is(const struct terms *terms, size_t at, const char *folded)
{
    const struct term *term = tf_term(terms, at);
    return term->end == term->first + 1 && tf_token_is(&terms->tokens[term->first], folded);
}

static bool has_flag(const struct terms *terms, size_t at, unsigned flag)
{
    const struct term *term = tf_term(terms, at);
    return term->kind != TERM_END && (terms->tokens[term->first].flags & flag);
}

bool tf_term_hyphen(const struct terms *terms, size_t at)
{
    return has_flag(terms, at, TF_TOKEN_HYPHEN);
}

bool tf_term_spaced(const struct terms *terms, size_t at)
{
    return has_flag(terms, at, TF_TOKEN_SPACED);
}

bool tf_term_mark(const struct terms *terms, size_t at, const char *mark)
{
    return tf_term(terms, at)->kind == TERM_MARK && tf_term_is(terms, at, mark);
}

double tf_term_number(const struct term *term, const char *key, double otherwise)
{
    struct tf_str value = term->entry ? tf_lex_attribute(term->entry, key) : TF_STR_NULL;
    double number = value.data ? digits_value(value) : otherwise;
    return isnan(number) ? otherwise : number;
}

bool tf_term_has(const struct term *term, const char *key, const char *value)
{
    return term->entry && tf_str_is(tf_lex_attribute(term->entry, key), value);
}
