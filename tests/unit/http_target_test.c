/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "target.h"

#include <string.h>

enum { MOST = 8192 };

struct parsed {
    struct tf_arena *arena;
    struct tf_target target;
    struct tf_error error;
    enum tf_status status;
};

static struct parsed parse(const char *raw)
{
    struct parsed parsed = {.arena = tf_arena_new(0)};
    parsed.status =
        tf_target_parse(tf_str_of(raw), MOST, parsed.arena, &parsed.target, &parsed.error);
    return parsed;
}

static void assert_str(struct tf_str given, const char *wanted)
{
    assert_int_equal(given.size, strlen(wanted));
    assert_memory_equal(given.data, wanted, given.size);
}

static void path_is_cut_before_it_is_decoded(void **state)
{
    (void)state;
    struct parsed p = parse("/v1/a%2Fb/%C3%A4+");
    assert_int_equal(p.status, TF_OK);
    assert_int_equal(p.target.segments.n, 3);
    assert_str(p.target.segments.v[1], "a/b");
    assert_str(p.target.segments.v[2], "\xc3\xa4+");
    assert_str(tf_target_path(&p.target, p.arena), "/v1/a%2Fb/%C3%A4%2B");
    tf_arena_free(p.arena);
}

static void query_keeps_order_and_repeats(void **state)
{
    (void)state;
    struct parsed p = parse("/?b=2&&a=1+%2B&b=x=y&flag");
    assert_int_equal(p.status, TF_OK);
    assert_int_equal(p.target.segments.n, 0);
    const char *wanted[][2] = {{"b", "2"}, {"a", "1 +"}, {"b", "x=y"}, {"flag", ""}};
    assert_int_equal(p.target.parameters.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_str(p.target.parameters.v[i].name, wanted[i][0]);
        assert_str(p.target.parameters.v[i].value, wanted[i][1]);
    }
    tf_arena_free(p.arena);
}

static void link_puts_the_new_cursor_for_the_old(void **state)
{
    (void)state;
    struct parsed p = parse("/v1/claims?cursor=old&topic=onset,safety&q=a%20%22b%22");
    assert_str(tf_target_link(&p.target, TF_STR("n&w"), p.arena),
               "/v1/claims?topic=onset,safety&q=a%20%22b%22&cursor=n%26w");
    assert_str(tf_target_link(&p.target, TF_STR_NULL, p.arena),
               "/v1/claims?cursor=old&topic=onset,safety&q=a%20%22b%22");
    tf_arena_free(p.arena);
}

static void what_is_no_target_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",        "v1",      "?a",    "/%",   "/%4",    "/%zz",          "/%00",
        "/a?b=%0", "/a b",    "/a\tb", "/a#b", "/%FF",   "/%C0%AF",       "/%ED%A0%80",
        "/%E2%82", "/a?\xff", "/\x7f", "x:80", "/a?%ff", "/%F4%90%80%80",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct parsed p = parse(bad[i]);
        if (p.status != TF_INPUT)
            fail_msg("\"%s\" gave %s", bad[i], tf_status_word(p.status));
        tf_arena_free(p.arena);
    }
}

static void absolute_form_and_asterisk_are_understood(void **state)
{
    (void)state;
    struct parsed p = parse("http://host:80/healthz?a=b");
    assert_int_equal(p.status, TF_OK);
    assert_str(p.target.segments.v[0], "healthz");
    assert_int_equal(p.target.parameters.n, 1);
    tf_arena_free(p.arena);
    p = parse("https://host");
    assert_int_equal(p.status, TF_OK);
    assert_int_equal(p.target.segments.n, 0);
    tf_arena_free(p.arena);
    p = parse("*");
    assert_true(p.status == TF_OK && p.target.asterisk);
    tf_arena_free(p.arena);
}

static void limits_hold_exactly(void **state)
{
    (void)state;
    char raw[MOST + 2] = "/";
    memset(raw + 1, 'a', MOST - 1);
    struct parsed p = parse(raw);
    assert_int_equal(p.status, TF_OK);
    tf_arena_free(p.arena);
    raw[MOST] = 'a';
    p = parse(raw);
    assert_int_equal(p.status, TF_TOO_LARGE);
    tf_arena_free(p.arena);

    char many[2 + 2 * (TF_TARGET_PARAMETERS + 1) + 1] = "/?";
    for (int i = 0; i < TF_TARGET_PARAMETERS; i++)
        strcat(many, "a&");
    p = parse(many);
    assert_int_equal(p.status, TF_OK);
    assert_int_equal(p.target.parameters.n, TF_TARGET_PARAMETERS);
    tf_arena_free(p.arena);
    strcat(many, "a");
    p = parse(many);
    assert_int_equal(p.status, TF_INPUT);
    tf_arena_free(p.arena);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(32);
    struct tf_target target;
    struct tf_error error;
    assert_int_equal(tf_target_parse(TF_STR("/v1/claims?a=b"), MOST, arena, &target, &error),
                     TF_NO_MEMORY);
    tf_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_is_cut_before_it_is_decoded),
        cmocka_unit_test(query_keeps_order_and_repeats),
        cmocka_unit_test(link_puts_the_new_cursor_for_the_old),
        cmocka_unit_test(what_is_no_target_is_refused),
        cmocka_unit_test(absolute_form_and_asterisk_are_understood),
        cmocka_unit_test(limits_hold_exactly),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
