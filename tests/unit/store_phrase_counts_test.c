/* SPDX-License-Identifier: MIT */
/* Phrases of a query, and what is kept of how often there are such. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "phrase_counts.h"

static int set_up(void **state)
{
    *state = phrase_counts_new();
    return *state == NULL;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static int64_t *at(struct phrase_counts *counts, const char *index, const char *phrase)
{
    return phrase_count_at(counts, tf_str_of(index), tf_str_of(phrase));
}

static void phrases_end_with_their_quotes_or_star(void **state)
{
    (void)state;
    static const struct {
        const char *query, *phrases[4];
    } cases[] = {
        {"", {NULL}},
        {"tea", {NULL}},
        {"((\"tea\")", {"\"tea\""}},
        {"\"tea\"", {"\"tea\""}},
        {"((\"green tea\" \"leaf\" *) NOT (\"rest\"))",
         {"\"green tea\"", "\"leaf\" *", "\"rest\""}},
        {"\"tea\" *", {"\"tea\" *"}},
        {"\"tea\" ", {"\"tea\""}},
        {"\"tea\" OR \"\"", {"\"tea\"", "\"\""}},
        {"\"tea\" \"rest", {"\"tea\""}},
        {"\"", {NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t place = 0;
        struct tf_str phrase;
        for (size_t n = 0; cases[i].phrases[n]; n++) {
            phrase = phrase_next(tf_str_of(cases[i].query), &place);
            assert_true(tf_str_is(phrase, cases[i].phrases[n]));
        }
        phrase = phrase_next(tf_str_of(cases[i].query), &place);
        assert_null(phrase.data);
    }
}

static void what_is_counted_is_kept_by_index_phrase_and_version(void **state)
{
    struct phrase_counts *counts = *state;
    phrase_counts_use(counts, 7);
    assert_int_equal(*at(counts, "faq", "\"tea\""), PHRASE_COUNT_UNKNOWN);
    *at(counts, "faq", "\"tea\"") = 3;
    assert_int_equal(*at(counts, "faq", "\"tea\""), 3);
    assert_int_equal(*at(counts, "claim", "\"tea\""), PHRASE_COUNT_UNKNOWN);
    assert_int_equal(*at(counts, "faq", "\"tea\" *"), PHRASE_COUNT_UNKNOWN);
    assert_int_equal(*at(counts, "faq", "\"tea\""), 3);
    phrase_counts_use(counts, 7);
    assert_int_equal(*at(counts, "faq", "\"tea\""), 3);
    phrase_counts_use(counts, 8);
    assert_int_equal(*at(counts, "faq", "\"tea\""), PHRASE_COUNT_UNKNOWN);
}

static void a_long_phrase_is_not_kept(void **state)
{
    struct phrase_counts *counts = *state;
    char phrase[80];
    bool kept = true;
    memset(phrase, 'a', sizeof phrase);
    for (size_t size = 0; size < sizeof phrase; size++) {
        struct tf_str one = {phrase, size};
        bool now = phrase_count_at(counts, TF_STR("claim"), one) != NULL;
        assert_true(kept || !now);
        kept = now;
    }
    assert_false(kept);
}

/* More than there are places for: what was there before is counted anew, never taken
 * for the number of another. */
static void a_place_holds_the_number_of_its_phrase_only(void **state)
{
    struct phrase_counts *counts = *state;
    enum { MANY = 5000 };
    char phrase[16];
    size_t found = 0;
    for (int i = 0; i < MANY; i++) {
        snprintf(phrase, sizeof phrase, "\"%d\"", i);
        *at(counts, "claim", phrase) = i;
    }
    for (int i = MANY - 1; i >= 0; i--) {
        snprintf(phrase, sizeof phrase, "\"%d\"", i);
        int64_t rows = *at(counts, "claim", phrase);
        assert_true(rows == i || rows == PHRASE_COUNT_UNKNOWN);
        found += rows == i;
    }
    assert_true(found > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(phrases_end_with_their_quotes_or_star),
        TEST(what_is_counted_is_kept_by_index_phrase_and_version),
        TEST(a_long_phrase_is_not_kept),
        TEST(a_place_holds_the_number_of_its_phrase_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
