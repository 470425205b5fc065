/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <treatfacts/text.h>

static struct tf_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = tf_arena_new(0);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tf_arena_free(arena);
    return 0;
}

static struct tf_text text_of(const char *bytes)
{
    struct tf_text text;
    struct tf_error error;
    assert_int_equal(tf_text_init(&text, bytes, strlen(bytes), arena, &error), TF_OK);
    return text;
}

/* Tokens as one line: _ before a spaced one, - before a hyphened one, ^ for a
 * capital, ^^ for all capitals, # for a number. */
static const char *tokens_of(const char *bytes)
{
    struct tf_tokens tokens = {0};
    static char line[4096];
    char *p = line;
    tf_string_tokens(tf_str_of(bytes), arena, &tokens);
    for (size_t i = 0; i < tokens.n; i++) {
        const struct tf_token *t = &tokens.v[i];
        p += sprintf(p, "%s%s%s%s%.*s", i ? "|" : "", t->flags & TF_TOKEN_SPACED && i ? "_" : "",
                     t->flags & TF_TOKEN_HYPHEN ? "-" : "",
                     t->flags & TF_TOKEN_UPPER     ? "^^"
                     : t->flags & TF_TOKEN_CAPITAL ? "^"
                     : t->kind == TF_TOKEN_NUMBER  ? "#"
                                                   : "",
                     TF_STR_ARG(t->fold));
        assert_int_equal(t->hash, tf_word_hash(t->fold.data, t->fold.size));
    }
    *p = '\0';
    return line;
}

static void refuses(const char *bytes, size_t size, enum tf_status want, const char *message)
{
    struct tf_text text;
    struct tf_error error;
    assert_int_equal(tf_text_init(&text, bytes, size, arena, &error), want);
    assert_string_equal(error.message, message);
}

static void what_is_no_text_is_refused_with_its_place(void **state)
{
    (void)state;
    refuses("", 0, TF_INPUT, "empty: there is no text in it");
    refuses("\xef\xbb\xbf \r\n&nbsp;\xc2\xa0", 14, TF_INPUT, "empty: there is no text in it");
    refuses("ab\0c", 4, TF_INPUT, "NUL byte at byte offset 2");
    refuses("caf\xe9 au", 7, TF_INPUT, "invalid UTF-8 at byte offset 3");
    refuses("\xc0\xaf", 2, TF_INPUT, "invalid UTF-8 at byte offset 0");
    refuses("a\xed\xa0\x80", 4, TF_INPUT, "invalid UTF-8 at byte offset 1");
}

static void characters_are_counted_over_strides(void **state)
{
    (void)state;
    char bytes[3001];
    for (size_t i = 0; i < 3000; i += 3)
        memcpy(bytes + i, "\xe2\x80\x93", 3);
    bytes[3000] = '\0';
    struct tf_text text = text_of(bytes);
    assert_int_equal(text.characters, 1000);
    for (uint32_t i = 0; i <= 1000; i++)
        assert_int_equal(tf_text_character(&text, i * 3), i);
}

static void trim_takes_unicode_space_bom_and_entities(void **state)
{
    (void)state;
    struct tf_text text = text_of("\xef\xbb\xbf &nbsp;\xc2\xa0word; \xe2\x80\x83&nbsp;\r\n");
    struct tf_range at = tf_text_trim(&text, (struct tf_range){0, text.size});
    assert_true(tf_str_is(tf_text_slice(&text, at), "word;"));
}

static void words_numbers_and_marks(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("Relief lasts 1,200.5 days."),
                        "^relief|_lasts|_#1,200.5|_days|.");
    assert_string_equal(tokens_of("treatment-resistant 4-8 weeks"),
                        "treatment|-resistant|_#4|-#8|_weeks");
    assert_string_equal(tokens_of("4- to 8-week"), "#4|-|_to|_#8|-week");
    assert_string_equal(tokens_of("1h30m 40mg"), "#1|h|#30|m|_#40|mg");
    assert_string_equal(tokens_of("B12 5-HT2A"), "^b12|_#5|-^^ht2a");
    assert_string_equal(tokens_of("SSRIs and SSRI"), "^ssris|_and|_^^ssri");
}

static void apostrophes_stay_inside_but_possessives_split(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("brain\xe2\x80\x99s haven\xe2\x80\x99t patients'"),
                        "brain|'s|_haven't|_patients|'");
    assert_string_equal(tokens_of("It's"), "^it|'s");
}

static void entities_left_over_fold_to_what_they_stand_for(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("a&nbsp;b &amp; c &unknown; d"), "a|_b|_&|_c|_&|unknown|;|_d");
}

static void capitals_beyond_ascii_fold(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("\xc3\x84RZTE \xc3\x89tude \xc2\xbd"),
                        "^^\xc3\xa4rzte|_^\xc3\xa9tude|_#\xc2\xbd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_text_is_refused_with_its_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(characters_are_counted_over_strides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trim_takes_unicode_space_bom_and_entities, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(words_numbers_and_marks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(apostrophes_stay_inside_but_possessives_split, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(entities_left_over_fold_to_what_they_stand_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(capitals_beyond_ascii_fold, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
