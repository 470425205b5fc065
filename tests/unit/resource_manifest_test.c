/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>
#include <treatfacts/resource.h>

static struct tf_error error;

static enum tf_status read_manifest(const char *json, struct tf_arena *arena,
                                    struct tf_manifest *out)
{
    return tf_resource_manifest("texts/sources.json", tf_str_of(json), arena, out, &error);
}

static void rows_keep_their_order_and_what_is_not_given_is_absent(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_manifest rows;
    assert_int_equal(read_manifest("{\"b.txt\": {\"title\": \"B\", \"url\": null, "
                                   "\"published\": \"2024-02-29\", \"language\": \"en-GB\"}, "
                                   "\"a.txt\": {\"url\": \"https://example.org/a?x=1#y\"}}",
                                   arena, &rows),
                     TF_OK);
    assert_int_equal(rows.n, 2);
    assert_true(tf_str_is(rows.v[0].file, "b.txt"));
    assert_true(tf_str_is(rows.v[0].meta.title, "B"));
    assert_true(tf_str_is(rows.v[0].meta.published, "2024-02-29"));
    assert_null(rows.v[0].meta.url.data);
    assert_null(rows.v[0].meta.key.data);
    assert_true(tf_str_is(rows.v[1].meta.url, "https://example.org/a?x=1#y"));
    tf_arena_free(arena);
}

static void broken_json_is_told_with_line_and_column(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_manifest rows;
    assert_int_equal(read_manifest("{\n  \"a.txt\": {,}\n}", arena, &rows), TF_INPUT);
    assert_non_null(strstr(error.message, "texts/sources.json: line 2, column 13: "));
    tf_arena_free(arena);
}

static void wrong_member_is_told_with_file_and_name(void **state)
{
    (void)state;
    static const struct {
        const char *json, *part;
    } cases[] = {
        {"[]", "must be an object"},
        {"{\"a.txt\": []}", "\"a.txt\""},
        {"{\"\": {}}", "file name"},
        {"{\"a.txt\": {\"author\": \"x\"}}", "unknown member \"author\""},
        {"{\"a.txt\": {\"title\": 5}}", "\"a.txt\": \"title\""},
        {"{\"a.txt\": {\"title\": \" \"}}", "\"title\""},
        {"{\"a.txt\": {\"title\": \"two\\nlines\"}}", "\"title\""},
        {"{\"a.txt\": {\"published\": \"2025-02-29\"}}", "\"published\" must be a date"},
        {"{\"a.txt\": {\"published\": \"31.3.2025\"}}", "\"published\""},
        {"{\"a.txt\": {\"published\": \"2025-13\"}}", "\"published\""},
        {"{\"a.txt\": {\"retrieved\": \"2025-03-311\"}}", "\"retrieved\""},
        {"{\"a.txt\": {\"url\": \"javascript:alert(1)\"}}", "\"url\" must be an http"},
        {"{\"a.txt\": {\"url\": \"https://\"}}", "\"url\""},
        {"{\"a.txt\": {\"url\": \"https:///path\"}}", "\"url\""},
        {"{\"a.txt\": {\"url\": \"http://a b\"}}", "\"url\""},
        {"{\"a.txt\": {\"language\": \"e\"}}", "\"language\""},
        {"{\"a.txt\": {\"title\": \"A\", \"title\": \"B\"}}", "line 1"},
    };
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_manifest rows = {.n = 7};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_manifest(cases[i].json, arena, &rows), TF_INPUT);
        if (!strstr(error.message, cases[i].part))
            fail_msg("%s gave \"%s\"", cases[i].json, error.message);
        assert_int_equal(rows.n, 7);
    }
    tf_arena_free(arena);
}

static void dates_may_be_of_reduced_precision(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_manifest rows;
    assert_int_equal(read_manifest("{\"a\": {\"published\": \"2024\", \"retrieved\": \"2024-12\"}}",
                                   arena, &rows),
                     TF_OK);
    tf_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_keep_their_order_and_what_is_not_given_is_absent),
        cmocka_unit_test(broken_json_is_told_with_line_and_column),
        cmocka_unit_test(wrong_member_is_told_with_file_and_name),
        cmocka_unit_test(dates_may_be_of_reduced_precision),
    };
    return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
