/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "facts.h"

#include <jansson.h>
#include <math.h>

static void assert_link(const char *url, const char *quote, const char *wanted)
{
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_deep_link(tf_str_of(url), tf_str_of(quote), &out);
    assert_string_equal(out.data, wanted);
    tf_buf_clear(&out);
}

static void deep_link_encodes_what_is_syntax_in_a_fragment(void **state)
{
    (void)state;
    assert_link("https://example.org/a",
                " one-day, A&B 5\xe2\x80\x93"
                "6\n  end ",
                "https://example.org/a#:~:text=one%2Dday%2C%20A%26B%205%E2%80%936%20end");
}

static void deep_link_keeps_a_fragment_that_is_there(void **state)
{
    (void)state;
    assert_link("https://example.org/a#top", "word", "https://example.org/a#top:~:text=word");
}

static void deep_link_names_a_long_quote_by_its_ends(void **state)
{
    (void)state;
    struct tf_buf quote;
    tf_buf_init(&quote);
    for (int i = 0; i < 100; i++)
        tf_buf_printf(&quote, "w%d ", i);
    assert_link("http://example.org/", quote.data,
                "http://example.org/#:~:text=w0%20w1%20w2%20w3%20w4%20w5,"
                "w94%20w95%20w96%20w97%20w98%20w99");
    tf_buf_clear(&quote);
}

static void long_quote_of_one_word_is_given_whole(void **state)
{
    (void)state;
    struct tf_buf word, wanted;
    tf_buf_init(&word);
    tf_buf_init(&wanted);
    for (int i = 0; i < 400; i++)
        tf_buf_add_char(&word, 'x');
    tf_buf_printf(&wanted, "http://a/#:~:text=%s", word.data);
    assert_link("http://a/", word.data, wanted.data);
    tf_buf_clear(&word);
    tf_buf_clear(&wanted);
}

static void numbers_are_whole_where_they_can_be(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {{3600, "[3600]\n"},     {0, "[0]\n"},   {0.5, "[0.5]\n"}, {NAN, "[null]\n"},
                 {INFINITY, "[null]\n"}, {-1, "[-1]\n"}, {0.1, "[0.1]\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_buf out;
        tf_buf_init(&out);
        struct tf_json json = tf_json_begin(&out, TF_JSON_COMPACT);
        tf_json_open_array(&json, NULL);
        tf_json_number(&json, NULL, cases[i].number);
        tf_json_close_array(&json);
        tf_json_end(&json);
        assert_string_equal(out.data, cases[i].text);
        tf_buf_clear(&out);
    }
}

/* Every byte of ASCII and some characters beyond it, read back by Jansson. */
static void strings_come_back_as_they_went_in(void **state)
{
    (void)state;
    char all[128 + 8];
    size_t size = 0;
    for (char c = 1; c > 0; c++)
        all[size++] = c;
    memcpy(all + size, "\xc3\xa9\xe2\x80\xa6", 5);
    const struct tf_pair pair = {"key", {all, size + 5}};
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_pairs(&pair, 1, &out);
    json_t *given = json_loadb(out.data, out.size, 0, NULL);
    const json_t *value = json_object_get(given, "key");
    assert_int_equal(json_string_length(value), size + 5);
    assert_memory_equal(json_string_value(value), all, size + 5);
    json_decref(given);
    tf_buf_clear(&out);
}

/* What is escaped or beyond ASCII is seen wherever it stands: before, in, between
 * and behind the blocks that a string is looked through in. */
static void nothing_is_overlooked_in_a_long_string(void **state)
{
    (void)state;
    static const char *const odd[] = {"\"", "\\", "\n", "\x1f", "\xc3\xa9", "\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        for (size_t size = 1; size < 70; size++)
            for (size_t at = 0; at < size; at++) {
                char text[80];
                memset(text, '~', size);
                memcpy(text + at, odd[i], strlen(odd[i]));
                size_t length = at + strlen(odd[i]) > size ? at + strlen(odd[i]) : size;
                const struct tf_pair pair = {"key", {text, length}};
                struct tf_buf out;
                tf_buf_init(&out);
                tf_resource_pairs(&pair, 1, &out);
                json_t *given = json_loadb(out.data, out.size, 0, NULL);
                const json_t *value = json_object_get(given, "key");
                assert_int_equal(json_string_length(value), length);
                assert_memory_equal(json_string_value(value), text, length);
                json_decref(given);
                tf_buf_clear(&out);
            }
}

static void indented_form_breaks_lines_but_for_empty_lists(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_json json = tf_json_begin(&out, TF_JSON_INDENTED);
    tf_json_open_object(&json, NULL);
    tf_json_open_array(&json, "none");
    tf_json_close_array(&json);
    tf_json_open_array(&json, "some");
    tf_json_count(&json, NULL, UINT64_MAX);
    tf_json_bool(&json, NULL, true);
    tf_json_close_array(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
    assert_string_equal(
        out.data, "{\n \"none\": [],\n \"some\": [\n  18446744073709551615,\n  true\n ]\n}\n");
    tf_buf_clear(&out);
}

static void text_that_is_not_utf8_fails_the_whole(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out);
    const struct tf_pair pair = {"key", TF_STR("\xff")};
    tf_resource_pairs(&pair, 1, &out);
    assert_true(out.failed);
    tf_buf_clear(&out);
}

static void assert_written(enum tf_json_style style, const char *text, const char *wanted)
{
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_json json = tf_json_begin(&out, style);
    tf_json_text(&json, NULL, text);
    tf_json_end(&json);
    assert_string_equal(out.data, wanted);
    tf_buf_clear(&out);
}

static void within_a_script_element_nothing_is_markup(void **state)
{
    (void)state;
    assert_written(TF_JSON_SCRIPT, "</script><!-- &amp;",
                   "\"\\u003C/script\\u003E\\u003C!-- \\u0026amp;\"\n");
    assert_written(TF_JSON_SCRIPT, "a\xe2\x80\xa8\xe2\x80\xa9z \xe2\x80\xa6",
                   "\"a\\u2028\\u2029z \xe2\x80\xa6\"\n");
    assert_written(TF_JSON_COMPACT, "<&>\xe2\x80\xa8", "\"<&>\xe2\x80\xa8\"\n");
}

static void problem_is_told_even_with_a_broken_quotation(void **state)
{
    (void)state;
    struct tf_violation violation = {TF_STR("q"), TF_STR("\"\xc3\" is bad")};
    struct tf_violations violations = {&violation, 1, 1};
    const struct tf_problem_type type = {400, "bad-parameter", "Title", "Meaning", "Advice"};
    const struct tf_problem problem = {.type = &type,
                                       .detail = TF_STR("see"),
                                       .instance = TF_STR_NULL,
                                       .request_id = TF_STR("id"),
                                       .violations = &violations};
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_problem(&problem, &out);
    assert_string_equal(out.data, "{\"type\":\"/problems/bad-parameter\",\"title\":\"Title\","
                                  "\"status\":400,\"detail\":\"see\",\"instance\":null,"
                                  "\"code\":\"bad-parameter\",\"errors\":[{\"parameter\":\"q\","
                                  "\"detail\":\"\\\"?\\\" is bad\"}],\"request_id\":\"id\"}\n");
    tf_buf_clear(&out);
}

static void times_have_all_their_keys(void **state)
{
    (void)state;
    struct tf_time time = {.at = {5, 10, 6, 11},
                           .text = TF_STR("hours"),
                           .min_seconds = 3600,
                           .max_seconds = NAN,
                           .precision = TF_PRECISION_VAGUE,
                           .window = true};
    struct tf_extraction facts = {.times = {&time, 1, 1}};
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_times(&facts, &out);
    json_t *wanted = json_pack("{s:[{s:i,s:i,s:s,s:i,s:n,s:s,s:b,s:n}]}", "times", "start", 5,
                               "end", 10, "text", "hours", "min_seconds", 3600, "max_seconds",
                               "precision", "vague", "window", 1, "reason");
    json_t *given = json_loadb(out.data, out.size, 0, NULL);
    assert_true(json_equal(given, wanted));
    json_decref(given);
    json_decref(wanted);
    tf_buf_clear(&out);
}

static void open_ends_and_sessions_of_a_window_are_null(void **state)
{
    (void)state;
    struct tf_window window = {.measure = TF_MEASURE_COURSE,
                               .basis = TF_BASIS_SESSIONS,
                               .min_seconds = NAN,
                               .max_seconds = NAN,
                               .min_sessions = 3,
                               .max_sessions = -1,
                               .bound = TF_BOUND_AT_LEAST,
                               .expression = TF_STR("three or more sessions")};
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_json json = tf_json_begin(&out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_put_window(&json, &window);
    tf_json_close_object(&json);
    json_t *object = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(object), 16);
    static const char *const nulls[] = {"min",          "max",   "min_seconds", "max_seconds",
                                        "max_sessions", "route", "condition"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        assert_true(json_is_null(json_object_get(object, nulls[i])));
    assert_int_equal(json_integer_value(json_object_get(object, "min_sessions")), 3);
    json_decref(object);
    tf_buf_clear(&out);
}

static void lost_question_is_null_and_has_no_span(void **state)
{
    (void)state;
    struct tf_faq faq = {.origin = TF_ORIGIN_ORPHAN, .answer = TF_STR("Yes, within hours.")};
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_json json = tf_json_begin(&out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_put_faq(&json, &faq);
    tf_json_close_object(&json);
    json_t *object = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_null(json_object_get(object, "question")));
    assert_true(json_is_null(json_object_get(object, "question_span")));
    json_decref(object);
    tf_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deep_link_encodes_what_is_syntax_in_a_fragment),
        cmocka_unit_test(deep_link_keeps_a_fragment_that_is_there),
        cmocka_unit_test(deep_link_names_a_long_quote_by_its_ends),
        cmocka_unit_test(long_quote_of_one_word_is_given_whole),
        cmocka_unit_test(numbers_are_whole_where_they_can_be),
        cmocka_unit_test(strings_come_back_as_they_went_in),
        cmocka_unit_test(nothing_is_overlooked_in_a_long_string),
        cmocka_unit_test(indented_form_breaks_lines_but_for_empty_lists),
        cmocka_unit_test(text_that_is_not_utf8_fails_the_whole),
        cmocka_unit_test(within_a_script_element_nothing_is_markup),
        cmocka_unit_test(problem_is_told_even_with_a_broken_quotation),
        cmocka_unit_test(times_have_all_their_keys),
        cmocka_unit_test(open_ends_and_sessions_of_a_window_are_null),
        cmocka_unit_test(lost_question_is_null_and_has_no_span),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
