/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "headers.h"

#include <string.h>

static void quality_is_that_of_the_closest_range(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        double quality;
    } cases[] = {
        {"text/csv", 1},
        {"TEXT/CSV", 1},
        {"text/*;q=0.3, text/csv;q=0.7, */*;q=0.1", 0.7},
        {"text/csv;q=0.25, text/*", 0.25},
        {"*/*;q=0.5", 0.5},
        {"text/*", 1},
        {"text/html", 0},
        {"text/csv;q=0", 0},
        {"*/*, text/csv;q=0", 0},
        {"text/csv;charset=\"a,b;q=0\";q=0.5", 0.5},
        {"text/csvx, text/cs", 0},
        {"text/csv;q=0.333", 0.333},
        {"application/json, , text/csv ; q=0.5", 0.5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double given = tf_accept_quality(tf_str_of(cases[i].accept), "text/csv");
        if (given < cases[i].quality - 1e-9 || given > cases[i].quality + 1e-9)
            fail_msg("\"%s\" gave %f", cases[i].accept, given);
    }
}

static void header_without_a_range_takes_anything(void **state)
{
    (void)state;
    static const char *const none[] = {NULL, "",   "nonsense",     "/",
                                       "a/", "/b", "text/csv;q=2", "text/csv;q="};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(tf_accept_quality(tf_str_of(none[i]), "text/csv") == 1);
}

static void tag_is_found_in_a_list_by_weak_comparison(void **state)
{
    (void)state;
    static const char *const hits[] = {"\"a\"",           "W/\"a\"",       "*",      "\"b\",\"a\"",
                                       "\"b\" , W/\"a\"", "\"x,y\",\"a\"", ",,\"a\""};
    static const char *const misses[] = {"",      "a",  "\"b\"",  "\"a",        "w/\"a\"",
                                         "\"A\"", "W/", "\"a\"x", "\"x,\"a\"\""};
    for (size_t i = 0; i < sizeof hits / sizeof *hits; i++)
        assert_true(tf_etag_listed(tf_str_of(hits[i]), TF_STR("\"a\"")));
    for (size_t i = 0; i < sizeof misses / sizeof *misses; i++)
        assert_false(tf_etag_listed(tf_str_of(misses[i]), TF_STR("\"a\"")));
    assert_false(tf_etag_listed(TF_STR_NULL, TF_STR("\"a\"")));
}

static void request_id_has_1_to_64_plain_characters(void **state)
{
    (void)state;
    char longest[TF_REQUEST_ID_MAX + 2] = {0};
    memset(longest, 'z', TF_REQUEST_ID_MAX);
    assert_true(tf_request_id_valid(tf_str_of(longest)));
    longest[TF_REQUEST_ID_MAX] = 'z';
    assert_false(tf_request_id_valid(tf_str_of(longest)));
    assert_true(tf_request_id_valid(TF_STR("A-Z.a_z09")));
    assert_false(tf_request_id_valid(TF_STR("")));
    assert_false(tf_request_id_valid(TF_STR("a b")));
    assert_false(tf_request_id_valid(TF_STR("a\r\nb")));
    assert_false(tf_request_id_valid(TF_STR("a\0b")));
    assert_false(tf_request_id_valid(TF_STR("\xc3\xa4")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quality_is_that_of_the_closest_range),
        cmocka_unit_test(header_without_a_range_takes_anything),
        cmocka_unit_test(tag_is_found_in_a_list_by_weak_comparison),
        cmocka_unit_test(request_id_has_1_to_64_plain_characters),
    };
    return cmocka_run_group_tests_name("headers", tests, NULL, NULL);
}
