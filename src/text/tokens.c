/* SPDX-License-Identifier: MIT */
/*
 * Words, numbers and marks. ASCII is classified by a table and folded in
 * place where it is lower case already; other characters go through
 * libunistring.
 */
#include "text_internal.h"

#include <string.h>
#include <unicase.h>
#include <unictype.h>

enum class { OTHER, LETTER, DIGIT, SPACE };

struct scanner {
    const char *bytes;
    uint32_t at, end;
    struct tf_arena *arena;
    struct tf_tokens *out;
    bool spaced, hyphen; /* before the next token */
    bool glued_number;   /* the token before is a number without space after it */
};

uint32_t tf_word_hash(const char *bytes, size_t size)
{
    uint32_t hash = TF_WORD_HASH_EMPTY;
    for (size_t i = 0; i < size; i++)
        hash = tf_word_hash_add(hash, bytes[i]);
    return hash;
}

/* The classes of ASCII, one row a column of sixteen. */
#define L LETTER
#define D DIGIT
#define S SPACE
static const uint8_t ascii_classes[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, S, S, S, 0, 0, /* control */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* control */
    S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* space to / */
    D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, 0, /* 0 to ? */
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* @ to O */
    L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0, /* P to _ */
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* ` to o */
    L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0, /* p to delete */
};
#undef L
#undef D
#undef S

static inline enum class ascii_class(unsigned char c) { return (enum class)ascii_classes[c]; }

/* ½ and its like are numbers to a reader; superscripts and Roman numerals are not. */
static bool is_fraction(uint32_t character)
{
    return (character >= 0xbc && character <= 0xbe) || (character >= 0x2150 && character <= 0x215e);
}

static enum class class_at(const struct scanner *s, uint32_t at, uint32_t *length) {
    if (at >= s->end){ *length = 0; return OTHER;}
unsigned char c = (unsigned char)s->bytes[at];
if (c < 0x80) {
    *length = 1;
    return ascii_class(c);
}
uint32_t character = tf_character_at(s->bytes, at, s->end, length);
if (tf_character_is_space(character))
    return SPACE;
if (is_fraction(character))
    return DIGIT;
if (uc_is_general_category_withtable(character, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M))
    return LETTER;
return uc_is_general_category_withtable(character, UC_CATEGORY_MASK_Nd) ? DIGIT : OTHER;
}

/* Length of an apostrophe (' or U+2019) at `at`, 0 if there is none. */
static uint32_t apostrophe_at(const struct scanner *s, uint32_t at)
{
    if (at < s->end && s->bytes[at] == '\'')
        return 1;
    return s->end - at >= 3 && memcmp(s->bytes + at, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

/* Length of a hyphen (U+002D, U+2010, U+2011) at `at`, 0 if there is none. */
static uint32_t hyphen_at(const struct scanner *s, uint32_t at)
{
    if (at < s->end && s->bytes[at] == '-')
        return 1;
    if (s->end - at < 3 || memcmp(s->bytes + at, "\xe2\x80", 2) != 0)
        return 0;
    unsigned char last = (unsigned char)s->bytes[at + 2];
    return last == 0x90 || last == 0x91 ? 3 : 0;
}

/* Is the apostrophe at `at` the one of a possessive or of "it's": an s follows
 * and the word ends there? */
static bool is_possessive(const struct scanner *s, uint32_t at, uint32_t apostrophe)
{
    uint32_t after = at + apostrophe, length;
    if (after >= s->end || (s->bytes[after] != 's' && s->bytes[after] != 'S'))
        return false;
    return class_at(s, after + 1, &length) != LETTER;
}

static bool is_ascii_letter(char c)
{
    return (unsigned char)c < 0x80 && ascii_class((unsigned char)c) == LETTER;
}

static uint32_t word_end(const struct scanner *s)
{
    uint32_t at = s->at, length;
    for (;;) {
        while (at < s->end && is_ascii_letter(s->bytes[at]))
            at++;
        enum class class = class_at(s, at, &length);
        if (class == LETTER || (class == DIGIT && !s->glued_number)) {
            at += length;
            continue;
        }
        uint32_t apostrophe = apostrophe_at(s, at);
        if (apostrophe == 0 || is_possessive(s, at, apostrophe) ||
            class_at(s, at + apostrophe, &length) != LETTER)
            return at;
        at += apostrophe;
    }
}

/* Digits, with single points and commas between digits. */
static uint32_t number_end(const struct scanner *s)
{
    uint32_t at = s->at, length, after;
    for (;;) {
        enum class class = class_at(s, at, &length);
        if (class == DIGIT)
            at += length;
        else if (at < s->end && (s->bytes[at] == '.' || s->bytes[at] == ',') &&
                 class_at(s, at + 1, &after) == DIGIT && (unsigned char)s->bytes[at + 1] < 0x80)
            at++;
        else
            return at;
    }
}

static bool is_folded(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] >= 0x80 || (bytes[i] >= 'A' && bytes[i] <= 'Z'))
            return false;
    return true;
}

static struct tf_str fold_ascii(const char *bytes, size_t size, struct tf_arena *arena)
{
    char *folded = tf_arena_alloc(arena, size + 1);
    if (!folded)
        return TF_STR("");
    for (size_t i = 0; i < size; i++)
        folded[i] = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] | 0x20) : bytes[i];
    return (struct tf_str){folded, size};
}

/* Lower case by character (no language rules: the same everywhere), curly
 * apostrophes straight. A lower-case character never needs more than four bytes. */
static struct tf_str fold_unicode(const char *bytes, size_t size, struct tf_arena *arena)
{
    char *folded = tf_arena_alloc(arena, size * 4 + 1);
    size_t out = 0;
    if (!folded)
        return TF_STR("");
    for (uint32_t at = 0, length; at < size; at += length) {
        uint32_t character = tf_character_at(bytes, at, (uint32_t)size, &length);
        if (character == 0x2019) {
            folded[out++] = '\'';
            continue;
        }
        character = uc_tolower(character);
        if (character < 0x80) {
            folded[out++] = (char)character;
        } else if (character < 0x800) {
            folded[out++] = (char)(0xc0 | character >> 6);
            folded[out++] = (char)(0x80 | (character & 0x3f));
        } else {
            if (character >= 0x10000)
                folded[out++] = (char)(0xf0 | character >> 18);
            folded[out++] = (char)(character >= 0x10000 ? 0x80 | (character >> 12 & 0x3f)
                                                        : 0xe0 | character >> 12);
            folded[out++] = (char)(0x80 | (character >> 6 & 0x3f));
            folded[out++] = (char)(0x80 | (character & 0x3f));
        }
    }
    return (struct tf_str){folded, out};
}

static struct tf_str fold_word(const char *bytes, size_t size, struct tf_arena *arena)
{
    if (is_folded(bytes, size))
        return (struct tf_str){bytes, size};
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return fold_unicode(bytes, size, arena);
    return fold_ascii(bytes, size, arena);
}

static uint8_t capital_flags(const char *bytes, uint32_t size)
{
    uint32_t letters = 0, upper = 0, length;
    bool first = false;
    for (uint32_t at = 0; at < size; at += length) {
        uint32_t character = tf_character_at(bytes, at, size, &length);
        bool is_upper =
            character < 0x80 ? character >= 'A' && character <= 'Z' : uc_is_upper(character);
        bool is_letter = character < 0x80 ? ascii_class((unsigned char)character) == LETTER : true;
        first = first || (is_upper && at == 0);
        letters += is_letter;
        upper += is_upper;
    }
    return (uint8_t)((first ? TF_TOKEN_CAPITAL : 0) |
                     (letters >= 2 && upper == letters ? TF_TOKEN_UPPER : 0));
}

static void emit_hashed(struct scanner *s, enum tf_token_kind kind, uint32_t end,
                        struct tf_str fold, uint32_t hash)
{
    struct tf_token *token = TF_PUSH(s->arena, s->out);
    uint8_t flags =
        (uint8_t)((s->spaced ? TF_TOKEN_SPACED : 0) | (s->hyphen ? TF_TOKEN_HYPHEN : 0));
    if (token) {
        if (kind == TF_TOKEN_WORD && fold.data != s->bytes + s->at)
            flags |= capital_flags(s->bytes + s->at, end - s->at);
        *token = (struct tf_token){{s->at, end}, fold, hash, (uint8_t)kind, flags};
    }
    s->at = end;
    s->spaced = false;
    s->hyphen = false;
    s->glued_number = kind == TF_TOKEN_NUMBER;
}

static void emit(struct scanner *s, enum tf_token_kind kind, uint32_t end, struct tf_str fold)
{
    emit_hashed(s, kind, end, fold, tf_word_hash(fold.data, fold.size));
}

/* A hyphen between two words or numbers joins them. */
static void skip_joining_hyphen(struct scanner *s)
{
    uint32_t hyphen = hyphen_at(s, s->at), length;
    if (hyphen == 0)
        return;
    enum class after = class_at(s, s->at + hyphen, &length);
    if (after != LETTER && after != DIGIT)
        return;
    s->at += hyphen;
    s->hyphen = true;
    s->glued_number = false;
}

static struct tf_str fold_mark(const char *bytes, uint32_t size)
{
    static const struct {
        const char *from, *to;
    } straight[] = {{"\xe2\x80\x98", "'"},
                    {"\xe2\x80\x99", "'"},
                    {"\xe2\x80\x9c", "\""},
                    {"\xe2\x80\x9d", "\""},
                    {"\xe2\x80\xb2", "'"}};
    for (size_t i = 0; size == 3 && i < sizeof straight / sizeof *straight; i++)
        if (memcmp(bytes, straight[i].from, 3) == 0)
            return tf_str_of(straight[i].to);
    return (struct tf_str){bytes, size};
}

static void scan_mark(struct scanner *s, uint32_t length)
{
    const struct tf_entity *entity = NULL;
    if (s->bytes[s->at] == '&')
        entity = tf_entity_at(s->bytes, s->at, s->end, &length);
    if (entity && entity->stands[0] == ' ') {
        s->at += length;
        s->spaced = true;
        s->glued_number = false;
        return;
    }
    struct tf_str fold = entity ? tf_str_of(entity->stands) : fold_mark(s->bytes + s->at, length);
    emit(s, TF_TOKEN_MARK, s->at + length, fold);
}

static void scan_apostrophe(struct scanner *s, uint32_t length)
{
    bool after_word = !s->spaced && s->out->n > 0 && s->out->v[s->out->n - 1].kind != TF_TOKEN_MARK;
    if (after_word && is_possessive(s, s->at, length))
        emit(s, TF_TOKEN_WORD, s->at + length + 1, TF_STR("'s"));
    else
        emit(s, TF_TOKEN_MARK, s->at + length, TF_STR("'"));
}

/* A word of small ASCII letters with nothing glued to it, as most are: measured
 * and hashed in one go. False: it is another. */
static bool scan_plain_word(struct scanner *s)
{
    uint32_t at = s->at, hash = TF_WORD_HASH_EMPTY;
    while (at < s->end && s->bytes[at] >= 'a' && s->bytes[at] <= 'z')
        hash = tf_word_hash_add(hash, s->bytes[at++]);
    if (at == s->at)
        return false;
    unsigned char next = at < s->end ? (unsigned char)s->bytes[at] : ' ';
    if (next >= 0x80 || next == '\'' || next == '-' || ascii_class(next) == LETTER ||
        ascii_class(next) == DIGIT)
        return false;
    emit_hashed(s, TF_TOKEN_WORD, at, (struct tf_str){s->bytes + s->at, at - s->at}, hash);
    return true;
}

static void scan_one(struct scanner *s)
{
    uint32_t length, apostrophe;
    switch (class_at(s, s->at, &length)) {
    case SPACE:
        s->at += length;
        s->spaced = true;
        s->glued_number = false;
        return;
    case LETTER: {
        uint32_t end = word_end(s);
        emit(s, TF_TOKEN_WORD, end, fold_word(s->bytes + s->at, end - s->at, s->arena));
        skip_joining_hyphen(s);
        return;
    }
    case DIGIT: {
        uint32_t end = number_end(s);
        emit(s, TF_TOKEN_NUMBER, end, (struct tf_str){s->bytes + s->at, end - s->at});
        skip_joining_hyphen(s);
        return;
    }
    case OTHER:
        apostrophe = apostrophe_at(s, s->at);
        if (apostrophe)
            scan_apostrophe(s, apostrophe);
        else
            scan_mark(s, length);
        return;
    }
}

static void scan(struct scanner *s)
{
    s->spaced = true;
    while (s->at < s->end && !tf_arena_failed(s->arena))
        if (!scan_plain_word(s))
            scan_one(s);
}

void tf_text_tokens(const struct tf_text *text, struct tf_range at, struct tf_arena *arena,
                    struct tf_tokens *out)
{
    struct scanner s = {text->bytes, at.start, at.end, arena, out, false, false, false};
    scan(&s);
}

void tf_string_tokens(struct tf_str string, struct tf_arena *arena, struct tf_tokens *out)
{
    struct scanner s = {string.data, 0, (uint32_t)string.size, arena, out, false, false, false};
    scan(&s);
}
