/* SPDX-License-Identifier: MIT */
/*
 * text: a source text as received, offsets into it, and its words.
 *
 * The bytes are never changed or copied; everything points into them. Inside
 * the rooms up to extract/ a place is a pair of byte offsets; code points are
 * counted once, at the end (tf_text_span).
 */
#ifndef TREATFACTS_TEXT_H
#define TREATFACTS_TEXT_H

#include <treatfacts/base.h>

#define TF_TEXT_MAX (64u * 1024 * 1024) /* bytes; offsets are 32 bits wide */

struct tf_text {
    const char *bytes; /* borrowed; the caller keeps them as long as the text */
    uint32_t size;
    uint32_t characters;   /* Unicode code points */
    const uint32_t *marks; /* code points before byte i * TF_TEXT_STRIDE */
};

#define TF_TEXT_STRIDE 64

/* Checks and measures. TF_INPUT: empty (or only white space), a NUL byte or
 * invalid UTF-8 (RFC 3629), with the byte offset in the message; TF_TOO_LARGE:
 * over TF_TEXT_MAX. */
enum tf_status tf_text_init(struct tf_text *text, const char *bytes, size_t size,
                            struct tf_arena *arena, struct tf_error *error);

/* Code points before a byte offset that lies on a character boundary. */
uint32_t tf_text_character(const struct tf_text *text, uint32_t byte);

/* A half-open piece, in bytes. */
struct tf_range {
    uint32_t start, end;
};

static inline struct tf_str tf_text_slice(const struct tf_text *text, struct tf_range at)
{
    return (struct tf_str){text->bytes + at.start, at.end - at.start};
}

/* Without white space at either end; "white space" is Unicode White_Space, the
 * byte order mark and the left-over entity "&nbsp;". */
struct tf_range tf_text_trim(const struct tf_text *text, struct tf_range at);

/* Length in bytes of the white space that starts at byte `at` before `end`; 0: none. */
uint32_t tf_text_space_rare(const struct tf_text *text, uint32_t at, uint32_t end);
static inline uint32_t tf_text_space(const struct tf_text *text, uint32_t at, uint32_t end)
{
    unsigned char c = at < end ? (unsigned char)text->bytes[at] : 'x';
    bool plain = c > ' ' && c < 0x7f && c != '&';
    return plain ? 0 : c == ' ' ? 1 : tf_text_space_rare(text, at, end);
}

/* --- Words --------------------------------------------------------------- */

enum tf_token_kind {
    TF_TOKEN_WORD,   /* letters, with apostrophes inside ("haven't") and combining marks */
    TF_TOKEN_NUMBER, /* digits with . and , between digits: 1.5 10,000; also ½ */
    TF_TOKEN_MARK,   /* one other character */
};

enum tf_token_flag {
    TF_TOKEN_SPACED = 1,  /* white space before it (or it is the first) */
    TF_TOKEN_HYPHEN = 2,  /* a hyphen stands directly before it: "-onset" in "fast-onset" */
    TF_TOKEN_CAPITAL = 4, /* begins with a capital letter */
    TF_TOKEN_UPPER = 8,   /* two letters or more, all capital */
};

/*
 * A word, number or mark. Hyphens that join two words or numbers without
 * space ("treatment-resistant", "4-8") make no token of their own: the second
 * part carries TF_TOKEN_HYPHEN. Hyphen means U+002D, U+2010 and U+2011; en and
 * em dashes are marks. The possessive 's is a word of its own ("'s"),
 * glued to its owner.
 */
struct tf_token {
    struct tf_range at;
    struct tf_str
        fold;      /* lower case; curly apostrophes and quotes straight; ligatures as they are */
    uint32_t hash; /* of fold, tf_word_hash */
    uint8_t kind, flags;
};

struct tf_tokens {
    struct tf_token *v;
    size_t n, cap;
};

/* Appends the tokens of a piece of the text. Fold strings point into the text
 * where it is already folded, else into the arena. */
void tf_text_tokens(const struct tf_text *text, struct tf_range at, struct tf_arena *arena,
                    struct tf_tokens *out);

/* The same for a string that is no source text: lexicon patterns, tests. */
void tf_string_tokens(struct tf_str s, struct tf_arena *arena, struct tf_tokens *out);

/* FNV-1a, byte by byte, so that a hash of a beginning can be continued. */
#define TF_WORD_HASH_EMPTY 2166136261u
static inline uint32_t tf_word_hash_add(uint32_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * 16777619u;
}
uint32_t tf_word_hash(const char *bytes, size_t size);

static inline bool tf_token_is(const struct tf_token *token, const char *folded)
{
    return tf_str_is(token->fold, folded);
}

#endif
