/* SPDX-License-Identifier: MIT */
/*
 * document: the shape of a text. Lines become blocks (headings, paragraphs,
 * list items, table rows, Q and A), blocks become units: the sentences, items
 * and cells that later get a role. Nothing here knows a treatment; a unit's
 * kind says what the layout shows, not what the words mean.
 *
 * Pure: byte ranges into an immutable text, no I/O, no clock.
 */
#ifndef TREATFACTS_DOCUMENT_H
#define TREATFACTS_DOCUMENT_H

#include <treatfacts/text.h>

/* Words that do not end a sentence although a full stop follows; made from the
 * lexicon, so that document/ needs to know no tables. Looked up folded and
 * without the stop. */
struct tf_abbreviations {
    bool (*is_one)(void *context, struct tf_str folded);
    void *context;
};

enum tf_unit_kind {
    TF_UNIT_SENTENCE, /* in a paragraph or an answer */
    TF_UNIT_HEADING,  /* a line set off as a title, by marks or by its form */
    TF_UNIT_LINE,     /* a short line without a full stop that is no clear heading */
    TF_UNIT_ITEM,     /* a list item (its first sentence, the others are sentences of the item) */
    TF_UNIT_CELL,     /* a table cell */
    TF_UNIT_QUESTION, /* the text after "Q:" or a numbered question */
};

#define TF_NONE UINT32_MAX

struct tf_unit {
    struct tf_range at; /* trimmed, without bullet, number, pipes or markdown marks */
    enum tf_unit_kind kind;
    uint32_t block;   /* index of its block */
    uint32_t section; /* index of its section */
    bool first, last; /* in its block */
};

enum tf_block_kind {
    TF_BLOCK_PARAGRAPH,
    TF_BLOCK_HEADING,
    TF_BLOCK_ITEM,
    TF_BLOCK_ROW,
    TF_BLOCK_QUESTION, /* marked: "Q:", "Question 3." */
    TF_BLOCK_ANSWER,   /* marked: "A:" */
};

struct tf_block {
    enum tf_block_kind kind;
    struct tf_range at;      /* with its markers */
    uint32_t unit, unit_end; /* its units, half-open */
    uint32_t section;
    uint32_t list;       /* items of one list share a number; TF_NONE outside lists */
    uint32_t table, row; /* rows of one table share a number; row counts from 0 */
    uint8_t level;       /* heading level (1 highest, 0 unknown) or nesting of an item */
    bool numbered;       /* "1." or "a)" rather than a bullet */
    bool blank_before;   /* an empty line stands before it (or the start of the text) */
    bool marked;         /* heading by mark-up (#, underline, ALL CAPS), not by form */
};

/* A section starts at a heading and runs to the next one; section 0 is what
 * stands before the first heading. */
struct tf_section {
    uint32_t heading;          /* its unit; TF_NONE for section 0 */
    uint32_t block, block_end; /* blocks after the heading, half-open */
};

struct tf_document {
    struct {
        struct tf_block *v;
        size_t n, cap;
    } blocks;
    struct {
        struct tf_unit *v;
        size_t n, cap;
    } units;
    struct {
        struct tf_section *v;
        size_t n, cap;
    } sections;
    uint32_t tables, lists; /* how many */
};

/* Everything is allocated from the arena; TF_NO_MEMORY when that failed. */
enum tf_status tf_document_read(const struct tf_text *text,
                                const struct tf_abbreviations *abbreviations,
                                struct tf_arena *arena, struct tf_document *out);

#endif
