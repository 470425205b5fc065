/* SPDX-License-Identifier: MIT */
/* Fixture of the tests of extract/: the built-in lexicon, an arena a test, and a
 * short way from a text to its facts. */
#ifndef TF_TESTS_READING_H
#define TF_TESTS_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka.h needs the first three */
#include <cmocka.h>

#include <treatfacts/extract.h>

static struct tf_lexicon *lexicon;
static struct tf_arena *arena;

static inline int load_lexicon(void **state)
{
    (void)state;
    return tf_lexicon_new(NULL, &lexicon, NULL) == TF_OK ? 0 : -1;
}

static inline int free_lexicon(void **state)
{
    (void)state;
    tf_lexicon_free(lexicon);
    return 0;
}

static inline int set_up(void **state)
{
    (void)state;
    arena = tf_arena_new(0);
    return arena ? 0 : -1;
}

static inline int tear_down(void **state)
{
    (void)state;
    tf_arena_free(arena);
    return 0;
}

/* What is taken out of a text; the promises hold in every test. */
static inline const struct tf_extraction *read_text(const char *bytes)
{
    struct tf_text text;
    struct tf_extraction *facts;
    struct tf_error error = {0};
    assert_int_equal(tf_text_init(&text, bytes, strlen(bytes), arena, &error), TF_OK);
    assert_int_equal(tf_extract(lexicon, &text, TF_STR("t"), arena, &facts, &error), TF_OK);
    if (tf_facts_check(facts, bytes, strlen(bytes), &error) != TF_OK)
        fail_msg("%s", error.message);
    return facts;
}

static inline void has_codes(const struct tf_strs *codes, const char *wanted)
{
    struct tf_str joined = TF_STR("");
    for (size_t i = 0; i < codes->n; i++)
        joined = tf_arena_printf(arena, "%.*s%s%.*s", TF_STR_ARG(joined), i ? " " : "",
                                 TF_STR_ARG(codes->v[i]));
    assert_string_equal(joined.size ? joined.data : "", wanted);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
