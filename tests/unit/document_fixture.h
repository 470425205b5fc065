/* SPDX-License-Identifier: MIT */
/*
 * A text and the shape it is read as, told in words, one row a named test.
 * A block is a line: its kind, what the layout says of it, then its units:
 *
 *   heading level 2, marked: title "How it works"
 *   item of list 0, level 1: item "Nausea."; sentence "It passes."
 *   row 1 of table 0: cell 0 "SSRIs"; cell 2 "weeks"
 */
#ifndef TF_DOCUMENT_FIXTURE_H
#define TF_DOCUMENT_FIXTURE_H

#include <treatfacts/document.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

struct row {
    const char *name, *text, *shape;
};

/* --- Words that sentence ends depend on ---------------------------------- */

static bool is_one_of(const char *const *words, struct tf_str word)
{
    for (; *words; words++)
        if (tf_str_is(word, *words))
            return true;
    return false;
}

static enum tf_abbreviation abbreviation(const void *context, struct tf_str word)
{
    static const char *const titles[] = {"dr", "mr", "prof", "no", "fig", NULL};
    static const char *const inner[] = {"e.g", "i.e", "vs", "approx", "al", "u.s", NULL};
    (void)context;
    if (is_one_of(titles, word))
        return TF_ABBREVIATION_TITLE;
    return is_one_of(inner, word) ? TF_ABBREVIATION_INNER : TF_ABBREVIATION_NONE;
}

static bool starter(const void *context, struct tf_str word)
{
    static const char *const starters[] = {"the", "this", "it", "they", "how", "most", NULL};
    (void)context;
    return is_one_of(starters, word);
}

/* --- Rendering ----------------------------------------------------------- */

static const char *const unit_words[] = {"sentence", "title", "item", "cell", "question", "marker"};
static const char *const block_words[] = {"paragraph", "heading",  "item",
                                          "row",       "question", "answer"};

static void render_block(struct tf_buf *out, const struct tf_block *block)
{
    tf_buf_add_text(out, block_words[block->kind]);
    if (block->kind == TF_BLOCK_ROW)
        tf_buf_printf(out, " %u of table %u%s", block->row, block->table,
                      block->header_row ? ", header" : "");
    if (block->list != TF_NONE)
        tf_buf_printf(out, " of list %u, level %u", block->list, block->level);
    if (block->kind == TF_BLOCK_HEADING && block->level > 0)
        tf_buf_printf(out, " level %u", block->level);
    if (block->marked)
        tf_buf_add_text(out, ", marked");
    if (block->numbered)
        tf_buf_add_text(out, ", numbered");
}

static void render_unit(struct tf_buf *out, const struct tf_text *text, const struct tf_unit *unit)
{
    tf_buf_add_text(out, unit_words[unit->kind]);
    if (unit->kind == TF_UNIT_CELL)
        tf_buf_printf(out, " %u", unit->column);
    tf_buf_printf(out, " \"%.*s\"", TF_STR_ARG(tf_text_slice(text, unit->at)));
}

static void render(struct tf_buf *out, const struct tf_text *text,
                   const struct tf_document *document)
{
    for (size_t b = 0; b < document->blocks.n; b++) {
        const struct tf_block *block = &document->blocks.v[b];
        render_block(out, block);
        for (uint32_t u = block->unit; u < block->unit_end; u++) {
            tf_buf_add_text(out, u == block->unit ? ": " : "; ");
            render_unit(out, text, &document->units.v[u]);
        }
        tf_buf_add_char(out, '\n');
    }
}

/* --- Checks -------------------------------------------------------------- */

/* What holds of every document: units ascend, lie in their block, and blocks
 * share them out without a rest. */
static void check_order(const struct tf_document *document)
{
    uint32_t unit = 0, byte = 0;
    for (size_t b = 0; b < document->blocks.n; b++) {
        const struct tf_block *block = &document->blocks.v[b];
        assert_int_equal(block->unit, unit);
        for (; unit < block->unit_end; unit++) {
            struct tf_range at = document->units.v[unit].at;
            assert_int_equal(document->units.v[unit].block, b);
            assert_true(at.start >= byte && at.start < at.end);
            assert_true(at.start >= block->at.start && at.end <= block->at.end);
            byte = at.end;
        }
    }
    assert_int_equal(unit, document->units.n);
}

static void check_row(void **state)
{
    const struct row *row = *state;
    const struct tf_sentence_words words = {abbreviation, starter, NULL};
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_text text;
    struct tf_error error;
    struct tf_document document = {0};
    struct tf_buf shape;
    tf_buf_init(&shape);
    assert_int_equal(tf_text_init(&text, row->text, strlen(row->text), arena, &error), TF_OK);
    assert_int_equal(tf_document_read(&text, &words, arena, &document), TF_OK);
    check_order(&document);
    render(&shape, &text, &document);
    assert_string_equal(shape.data ? shape.data : "", row->shape);
    tf_buf_clear(&shape);
    tf_arena_free(arena);
}

/* Runs each row as a test of its own name. */
#define RUN_ROWS(rows)                                                                             \
    do {                                                                                           \
        struct CMUnitTest tests[sizeof(rows) / sizeof *(rows)];                                    \
        for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                 \
            tests[i] = (struct CMUnitTest){(rows)[i].name, check_row, NULL, NULL,                  \
                                           (void *)(uintptr_t) & (rows)[i]};                       \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    } while (0)

#endif
