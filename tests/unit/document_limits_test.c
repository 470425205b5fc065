/* SPDX-License-Identifier: MIT */
/* Units are bounded, whatever the text: later rooms rely on it for their time. */
#include <treatfacts/document.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

enum { UNIT_MAX = 4096 };

static enum tf_abbreviation no_abbreviation(const void *context, struct tf_str word)
{
    (void)context;
    (void)word;
    return TF_ABBREVIATION_NONE;
}

static bool no_starter(const void *context, struct tf_str word)
{
    (void)context;
    (void)word;
    return false;
}

/* Reads opening, `times` pieces, closing; gives the number of units and checks
 * that together they hold every letter. */
static size_t read_units(const char *opening, const char *piece, size_t times, const char *closing,
                         uint32_t *longest)
{
    const struct tf_sentence_words words = {no_abbreviation, no_starter, NULL};
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_document document = {0};
    struct tf_text text;
    struct tf_buf bytes;
    size_t letters = 0;
    tf_buf_init(&bytes);
    tf_buf_add_text(&bytes, opening);
    for (size_t i = 0; i < times; i++)
        tf_buf_add_text(&bytes, piece);
    tf_buf_add_text(&bytes, closing);
    assert_int_equal(tf_text_init(&text, bytes.data, bytes.size, arena, NULL), TF_OK);
    assert_int_equal(tf_document_read(&text, &words, arena, &document), TF_OK);
    *longest = 0;
    for (size_t i = 0; i < document.units.n; i++) {
        struct tf_range at = document.units.v[i].at;
        *longest = at.end - at.start > *longest ? at.end - at.start : *longest;
        for (uint32_t k = at.start; k < at.end; k++)
            letters += bytes.data[k] >= 'a' && bytes.data[k] <= 'z';
    }
    for (size_t k = 0; k < bytes.size; k++)
        letters -= bytes.data[k] >= 'a' && bytes.data[k] <= 'z';
    assert_int_equal(letters, 0);
    size_t units = document.units.n;
    tf_buf_clear(&bytes);
    tf_arena_free(arena);
    return units;
}

static void a_sentence_without_end_is_cut_between_words(void **state)
{
    uint32_t longest;
    (void)state;
    assert_int_equal(read_units("", "abcdefg ", 1024, "", &longest), 2);
    assert_int_equal(longest, UNIT_MAX - 1);
}

static void a_cell_without_end_is_cut(void **state)
{
    uint32_t longest;
    (void)state;
    assert_int_equal(read_units("| x | ", "abcdefg ", 1024, "|\n| y | z |", &longest), 5);
    assert_true(longest <= UNIT_MAX);
}

static void words_joined_by_marks_are_cut_between_them(void **state)
{
    uint32_t longest;
    (void)state;
    assert_int_equal(read_units("", "abcdefg-", 1024, "x", &longest), 3);
    assert_int_equal(longest, UNIT_MAX);
}

static void a_word_without_end_is_not_cut(void **state)
{
    uint32_t longest;
    (void)state;
    assert_int_equal(read_units("", "abcdefgh", 1024, " end", &longest), 2);
    assert_int_equal(longest, 8192);
}

static void what_just_fits_is_one_unit(void **state)
{
    uint32_t longest;
    (void)state;
    assert_int_equal(read_units("", "abcdefg ", 511, "abcdefgh", &longest), 1);
    assert_int_equal(longest, UNIT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_without_end_is_cut_between_words),
        cmocka_unit_test(a_cell_without_end_is_cut),
        cmocka_unit_test(words_joined_by_marks_are_cut_between_them),
        cmocka_unit_test(a_word_without_end_is_not_cut),
        cmocka_unit_test(what_just_fits_is_one_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
