/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "date.h"

#include <string.h>

enum { NOW = 1750000000 }; /* 2025-06-15 */

static void date_is_written_as_imf_fixdate(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TF_DATE_TEXT];
        int64_t back = 0;
        tf_date_format(cases[i].seconds, text);
        assert_string_equal(text, cases[i].text);
        assert_true(tf_date_parse(tf_str_of(text), NOW, &back));
        assert_int_equal(back, cases[i].seconds);
    }
}

static void three_forms_name_the_same_second(void **state)
{
    (void)state;
    static const char *const forms[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                        "Sunday, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int64_t seconds = 0;
        assert_true(tf_date_parse(tf_str_of(forms[i]), NOW, &seconds));
        assert_int_equal(seconds, 784111777);
    }
}

static void two_digits_of_a_year_lie_at_most_50_years_ahead(void **state)
{
    (void)state;
    int64_t seconds = 0;
    assert_true(tf_date_parse(TF_STR("Tuesday, 31-Dec-75 00:00:00 GMT"), NOW, &seconds));
    assert_int_equal(seconds, 3344976000); /* 2075 */
    assert_true(tf_date_parse(TF_STR("Friday, 31-Dec-76 00:00:00 GMT"), NOW, &seconds));
    assert_int_equal(seconds, 220838400); /* 1976 */
}

static void leap_second_is_a_second(void **state)
{
    (void)state;
    int64_t seconds = 0;
    assert_false(tf_date_parse(TF_STR("Fri, 31 Dec 9999 23:59:60 GMT"), NOW, &seconds));
    assert_false(tf_date_of_utc(TF_STR("9999-12-31T23:59:60Z"), &seconds));
    assert_true(tf_date_parse(TF_STR("Sat, 31 Dec 2016 23:59:60 GMT"), NOW, &seconds));
    assert_int_equal(seconds, 1483228800);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "yesterday",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Wed, 29 Feb 1995 00:00:00 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "1994-11-06T08:49:37Z",
        "784111777",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t seconds = 42;
        if (tf_date_parse(tf_str_of(bad[i]), NOW, &seconds) || seconds != 42)
            fail_msg("\"%s\" was taken", bad[i]);
    }
    int64_t seconds = 42;
    assert_false(tf_date_parse(TF_STR_NULL, NOW, &seconds));
    assert_false(tf_date_parse(TF_STR("Sun, 06 Nov\0 994 08:49:37 GMT"), NOW, &seconds));
}

static void time_of_the_store_is_cut_to_the_second(void **state)
{
    (void)state;
    int64_t seconds = 0;
    assert_true(tf_date_of_utc(TF_STR("1994-11-06T08:49:37.999Z"), &seconds));
    assert_int_equal(seconds, 784111777);
    assert_false(tf_date_of_utc(TF_STR(""), &seconds));
    assert_false(tf_date_of_utc(TF_STR("1994-13-06T08:49:37.999Z"), &seconds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_is_written_as_imf_fixdate),
        cmocka_unit_test(three_forms_name_the_same_second),
        cmocka_unit_test(two_digits_of_a_year_lie_at_most_50_years_ahead),
        cmocka_unit_test(leap_second_is_a_second),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(time_of_the_store_is_cut_to_the_second),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
