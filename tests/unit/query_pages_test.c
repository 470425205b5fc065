/* SPDX-License-Identifier: MIT */
/* Orders of lists, and that pages of any size go through them completely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <strings.h>
#include <cmocka.h>

#include "varied_fixture.h"

/* What tells a row of a list from the others. */
static struct tf_str name_of(struct world *w, const struct tf_result *result, size_t i)
{
    const struct tf_rows *rows = &result->rows;
    const struct tf_uuid *id = NULL;
    if (result->vocabulary.n)
        return result->vocabulary.v[i].entry.code;
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        return rows->sources[i].meta.key;
    case TF_KIND_SEGMENT:
        return tf_arena_printf(w->arena, "%u", rows->segments[i].segment.at.start);
    case TF_KIND_CLAIM:
        id = &rows->claims[i].claim.id;
        break;
    case TF_KIND_WINDOW:
        id = &rows->windows[i].window.id;
        break;
    case TF_KIND_FAQ:
        id = &rows->faqs[i].faq.id;
        break;
    case TF_KIND_STUDY:
        id = &rows->studies[i].study.id;
        break;
    case TF_KIND__MAX:
        return TF_STR_NULL;
    }
    char text[TF_UUID_TEXT];
    tf_uuid_format(*id, text);
    return tf_arena_str(w->arena, tf_str_of(text));
}

static struct tf_result ask_below(struct world *w, enum tf_list list, const char *text)
{
    struct tf_uuid source = tf_source_id(TF_STR("d.txt"));
    struct tf_parameter given[8];
    struct tf_violations violations = {0};
    struct tf_query query;
    struct tf_result result;
    size_t count = split(w, text, given);
    if (list != TF_LIST_SEGMENTS)
        return ask(w, list, text);
    assert_int_equal(tf_query_parse(w->store, list, &source, given, count, w->arena, &query,
                                    &violations, &w->error),
                     TF_OK);
    assert_int_equal(tf_query_run(w->store, &query, w->arena, &result, &w->error), TF_OK);
    return result;
}

/* All rows by name, in pages of `limit`. */
static struct tf_strs walk(struct world *w, enum tf_list list, const char *sort, unsigned limit)
{
    struct tf_strs names = {0};
    struct tf_str cursor = TF_STR_NULL;
    do {
        struct tf_str text =
            tf_arena_printf(w->arena, "limit=%u%s%.*s%s", limit, cursor.data ? "&cursor=" : "",
                            TF_STR_ARG(cursor), sort);
        struct tf_result result = ask_below(w, list, text.data);
        size_t n = tf_query_vocabulary(list) ? result.vocabulary.n : result.rows.n;
        assert_true(n <= limit);
        for (size_t i = 0; i < n; i++)
            tf_strs_push(w->arena, &names, name_of(w, &result, i));
        cursor = result.next_cursor;
        assert_true(names.n < 100);
    } while (cursor.data);
    return names;
}

static void check_walk(struct world *w, enum tf_list list, const char *sort, size_t *rows)
{
    struct tf_strs whole = walk(w, list, sort, TF_LIMIT_MAX);
    for (unsigned limit = 1; limit <= 3; limit++) {
        struct tf_strs pages = walk(w, list, sort, limit);
        if (pages.n != whole.n)
            fail_msg("%s%s: %zu rows, by %u %zu", tf_list_names[list], sort, whole.n, limit,
                     pages.n);
        for (size_t i = 0; i < whole.n; i++)
            if (!tf_str_equal(pages.v[i], whole.v[i]))
                fail_msg("%s%s: row %zu by %u is another", tf_list_names[list], sort, i, limit);
    }
    if (*rows && whole.n != *rows)
        fail_msg("%s%s: %zu rows, not %zu", tf_list_names[list], sort, whole.n, *rows);
    *rows = whole.n;
}

static void every_order_is_the_same_in_pages_of_any_size(void **state)
{
    struct world *w = *state;
    for (int list = 0; list < TF_LIST_SEARCH; list++) {
        size_t rows = 0;
        check_walk(w, (enum tf_list)list, "", &rows);
        if (rows == 0 && list != TF_LIST_TOPICS)
            fail_msg("nothing in %s", tf_list_names[list]);
        for (int sort = 0; sort < TF_SORT__MAX && list != TF_LIST_SEGMENTS; sort++) {
            if (!(list_sorts((enum tf_list)list) >> sort & 1))
                continue;
            struct tf_str up = tf_arena_printf(w->arena, "&sort=%s", tf_sort_names[sort]);
            struct tf_str down = tf_arena_printf(w->arena, "&sort=-%s", tf_sort_names[sort]);
            check_walk(w, (enum tf_list)list, up.data, &rows);
            check_walk(w, (enum tf_list)list, down.data, &rows);
        }
    }
}

/* A filter and a search do not change the order of what they leave. */
static void order_holds_with_a_filter_and_with_a_search(void **state)
{
    struct world *w = *state;
    static const char *const sorts[] = {"", "&sort=-min", "&sort=max", "&sort=-updated_at"};
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        size_t rows = 0;
        struct tf_str found = tf_arena_printf(w->arena, "&q=restores%s", sorts[i]);
        struct tf_str kept = tf_arena_printf(w->arena, "&treatment=rest%s", sorts[i]);
        struct tf_strs a = walk(w, TF_LIST_TIME_WINDOWS, found.data, TF_LIMIT_MAX);
        struct tf_strs b = walk(w, TF_LIST_TIME_WINDOWS, kept.data, TF_LIMIT_MAX);
        check_walk(w, TF_LIST_TIME_WINDOWS, found.data, &rows);
        check_walk(w, TF_LIST_TIME_WINDOWS, kept.data, &rows);
        for (size_t k = 0; k < rows; k++)
            assert_true(tf_str_equal(a.v[k], b.v[k]));
        assert_int_equal(rows, VARIED);
    }
}

/* --- What the orders are -------------------------------------------------- */

/* Keys of the sources of windows on rest, each with one, joined by spaces. */
static struct tf_str sources_by(struct world *w, const char *sort)
{
    struct tf_str text = tf_arena_printf(w->arena, "treatment=rest&sort=%s", sort);
    struct tf_result result = ask(w, TF_LIST_TIME_WINDOWS, text.data);
    struct tf_str keys = TF_STR("");
    for (size_t i = 0; i < result.rows.n; i++)
        keys = tf_arena_printf(w->arena, "%.*s%s%.*s", TF_STR_ARG(keys), i ? " " : "",
                               TF_STR_ARG(result.rows.windows[i].source.key));
    return keys;
}

/* Ties are by id, which says nothing; here only c/1 and b, both in sessions, a
 * and d, both open at the beginning, and B and d, both open at the end, tie. */
static void check_order(struct world *w, const char *sort, const char *one, const char *other)
{
    struct tf_str keys = sources_by(w, sort);
    if (!tf_str_is(keys, one) && !tf_str_is(keys, other))
        fail_msg("%s: %s", sort, keys.data);
}

static struct tf_str with_sessions(struct world *w, const char *times, bool turned)
{
    return tf_arena_printf(w->arena, "%s %s", times, turned ? "c/1.txt b.txt" : "b.txt c/1.txt");
}

static void check_times(struct world *w, const char *sort, const char *one, const char *other)
{
    struct tf_str keys = sources_by(w, sort);
    for (int turned = 0; turned < 2; turned++)
        if (tf_str_equal(keys, with_sessions(w, one, turned)) ||
            tf_str_equal(keys, with_sessions(w, other, turned)))
            return;
    fail_msg("%s: %s", sort, keys.data);
}

static void windows_in_sessions_come_last_in_both_directions(void **state)
{
    struct world *w = *state;
    check_times(w, "min", "a.txt d.txt c/2.txt B.txt", "d.txt a.txt c/2.txt B.txt");
    check_times(w, "-min", "B.txt c/2.txt a.txt d.txt", "B.txt c/2.txt d.txt a.txt");
    check_times(w, "max", "a.txt c/2.txt B.txt d.txt", "a.txt c/2.txt d.txt B.txt");
    check_times(w, "-max", "B.txt d.txt c/2.txt a.txt", "d.txt B.txt c/2.txt a.txt");
}

static void place_is_the_source_key_byte_by_byte(void **state)
{
    struct world *w = *state;
    check_order(w, "place", "B.txt a.txt b.txt c/1.txt c/2.txt d.txt", "");
    check_order(w, "-place", "d.txt c/2.txt c/1.txt b.txt a.txt B.txt", "");
    check_order(w, "-updated_at", "c/1.txt a.txt B.txt b.txt c/2.txt d.txt", "");
}

static struct tf_str joined(struct world *w, enum tf_list list, const char *sort)
{
    struct tf_str text = tf_arena_printf(w->arena, "&sort=%s", sort);
    struct tf_strs names = walk(w, list, text.data, TF_LIMIT_MAX);
    struct tf_str keys = TF_STR("");
    for (size_t i = 0; i < names.n; i++)
        keys = tf_arena_printf(w->arena, "%.*s%s%.*s", TF_STR_ARG(keys), i ? " " : "",
                               TF_STR_ARG(names.v[i]));
    return keys;
}

static void sources_and_codes_are_in_the_order_asked_for(void **state)
{
    struct world *w = *state;
    static const struct {
        enum tf_list list;
        const char *sort, *wanted;
    } cases[] = {
        {TF_LIST_SOURCES, "title", "c/1.txt c/2.txt a.txt b.txt d.txt B.txt"},
        {TF_LIST_SOURCES, "-title", "B.txt d.txt b.txt a.txt c/2.txt c/1.txt"},
        {TF_LIST_SOURCES, "published", "b.txt c/2.txt d.txt B.txt a.txt c/1.txt"},
        {TF_LIST_SOURCES, "-key", "d.txt c/2.txt c/1.txt b.txt a.txt B.txt"},
        {TF_LIST_TREATMENTS, "code", "coffee rest tea walks"},
        {TF_LIST_TREATMENTS, "label", "coffee walks tea rest"},
        {TF_LIST_TREATMENTS, "-label", "rest tea walks coffee"},
        {TF_LIST_TREATMENTS, "claims", "walks coffee rest tea"},
        {TF_LIST_TREATMENTS, "-claims", "tea rest coffee walks"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_str keys = joined(w, cases[i].list, cases[i].sort);
        if (!tf_str_is(keys, cases[i].wanted))
            fail_msg("%s by %s: %s", tf_list_names[cases[i].list], cases[i].sort, keys.data);
    }
}

/* Names that differ in case alone are the same name. */
static void studies_are_by_name_whatever_the_case(void **state)
{
    struct world *w = *state;
    struct tf_result by_name = ask(w, TF_LIST_STUDIES, "sort=name");
    struct tf_result by_year = ask(w, TF_LIST_STUDIES, "sort=-year");
    assert_int_equal(by_name.rows.n, VARIED);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(strcasecmp(by_name.rows.studies[i].study.name.data, "leaf journal"), 0);
    assert_string_equal(by_name.rows.studies[3].study.name.data, "Zest");
    assert_string_equal(by_name.rows.studies[5].study.name.data, "Äther Letters");
    assert_int_equal(by_year.rows.studies[2].study.year, 2021);
    assert_int_equal(by_year.rows.studies[3].study.year, 2019);
    assert_int_equal(by_year.rows.studies[5].study.year, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, varied_set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_order_is_the_same_in_pages_of_any_size),
        TEST(order_holds_with_a_filter_and_with_a_search),
        TEST(windows_in_sessions_come_last_in_both_directions),
        TEST(place_is_the_source_key_byte_by_byte),
        TEST(sources_and_codes_are_in_the_order_asked_for),
        TEST(studies_are_by_name_whatever_the_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
