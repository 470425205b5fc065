/* SPDX-License-Identifier: MIT */
/*
 * document: the shape of a text. Lines become blocks (headings, paragraphs,
 * list items, table rows, questions and answers), blocks become units: the
 * sentences, items, cells and titles that later get a role. Nothing here knows
 * a treatment; a unit's kind says what the layout shows, not what words mean.
 *
 * Pure: byte ranges into an immutable text, no I/O, no clock. Time is linear
 * in the text.
 */
#ifndef TREATFACTS_DOCUMENT_H
#define TREATFACTS_DOCUMENT_H

#include <treatfacts/text.h>

/* How a word with a full stop behaves at the end of what may be a sentence. */
enum tf_abbreviation {
    TF_ABBREVIATION_NONE,  /* the stop ends the sentence */
    TF_ABBREVIATION_TITLE, /* a name or number follows: never ends one (Dr., No.) */
    TF_ABBREVIATION_INNER, /* ends one only before a word that starts one (Inc., U.S.) */
};

/* The words that sentence ends depend on. They stand in the lexicon's tables;
 * document/ asks through this so that it need not know the tables. Words come
 * folded and without the stop. */
struct tf_sentence_words {
    enum tf_abbreviation (*abbreviation)(const void *context, struct tf_str word);
    bool (*starter)(const void *context, struct tf_str word); /* the, how, they ... */
    const void *context;
};

enum tf_unit_kind {
    TF_UNIT_SENTENCE, /* of a paragraph, an answer or an item's later sentences */
    TF_UNIT_TITLE,    /* (a part of) a line set off as a heading, by marks or by form */
    TF_UNIT_ITEM,     /* a list item's first sentence */
    TF_UNIT_CELL,     /* a table cell */
    TF_UNIT_QUESTION, /* what follows "Q:", or a numbered question */
    TF_UNIT_MARKER,   /* a marker made of letters ("Question:", the bullet "o") */
};

#define TF_NONE UINT32_MAX

struct tf_unit {
    /* trimmed, without bullet, number, pipes or markdown marks; what is longer
     * than 4096 bytes is several units, cut between words */
    struct tf_range at;
    enum tf_unit_kind kind;
    uint32_t block;  /* index of its block */
    uint32_t column; /* of a cell, from 0 */
};

enum tf_block_kind {
    TF_BLOCK_PARAGRAPH,
    TF_BLOCK_HEADING,
    TF_BLOCK_ITEM,
    TF_BLOCK_ROW,
    TF_BLOCK_QUESTION, /* "Q:", "Question 3:", a numbered question */
    TF_BLOCK_ANSWER,   /* "A:" */
};

struct tf_block {
    enum tf_block_kind kind;
    struct tf_range at;      /* with its markers */
    uint32_t unit, unit_end; /* its units, half-open */
    uint32_t list;           /* items of one list share a number; TF_NONE outside lists */
    uint32_t table;          /* rows of one table share a number; TF_NONE outside tables */
    uint32_t row;            /* in its table, from 0 */
    uint8_t level;      /* of a heading by "#" (1 highest, 0 unknown); of a nested item from 0 */
    bool numbered;      /* "1." or "2)" stands before it */
    bool marked;        /* a heading by mark-up or capitals, not by its form alone */
    bool header_row;    /* a row that names the columns */
    bool blank_before;  /* an empty line stands before it, or the start of the text */
    bool ends_in_colon; /* its last character is ':' */
};

struct tf_document {
    struct {
        struct tf_block *v;
        size_t n, cap;
    } blocks;
    struct {
        struct tf_unit *v;
        size_t n, cap;
    } units;                /* ascending, without overlap */
    uint32_t tables, lists; /* how many */
};

/* Everything is allocated from the arena; TF_NO_MEMORY when that failed. */
enum tf_status tf_document_read(const struct tf_text *text, const struct tf_sentence_words *words,
                                struct tf_arena *arena, struct tf_document *out);

#endif
