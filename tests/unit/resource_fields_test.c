/* SPDX-License-Identifier: MIT */
/* Which keys a row has, which of them are shown, rows as lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "json.h"
#include "rows_fixture.h"

#include <jansson.h>

static json_t *line_of(enum tf_list list, const struct tf_strs *fields)
{
    const struct tf_result result = fixture_result(list);
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_row_line(list, &result, 0, fields, &out);
    assert_false(out.failed);
    assert_ptr_equal(memchr(out.data, '\n', out.size), out.data + out.size - 1);
    json_t *row = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_object(row));
    tf_buf_clear(&out);
    return row;
}

static void fields_of_a_list_are_the_keys_of_its_rows_in_order(void **state)
{
    (void)state;
    for (int list = 0; list < TF_LIST__MAX; list++) {
        size_t count, i = 0;
        const char *const *fields = tf_query_fields((enum tf_list)list, &count);
        if (!count)
            continue; /* search and summary have no rows */
        json_t *row = line_of((enum tf_list)list, NULL);
        const char *key;
        json_t *value;
        assert_int_equal(json_object_size(row), count);
        json_object_foreach(row, key, value) assert_string_equal(key, fields[i++]);
        json_decref(row);
    }
}

/* Each field alone: what it holds is the same as in the whole row. */
static void field_alone_is_written_whole_and_nothing_else(void **state)
{
    (void)state;
    for (int list = 0; list < TF_LIST__MAX; list++) {
        size_t count;
        const char *const *fields = tf_query_fields((enum tf_list)list, &count);
        json_t *whole = count ? line_of((enum tf_list)list, NULL) : NULL;
        for (size_t i = 0; i < count; i++) {
            struct tf_str field = tf_str_of(fields[i]);
            json_t *row = line_of((enum tf_list)list, &(struct tf_strs){&field, 1, 1});
            assert_int_equal(json_object_size(row), 1);
            assert_true(
                json_equal(json_object_get(row, fields[i]), json_object_get(whole, fields[i])));
            json_decref(row);
        }
        json_decref(whole);
    }
}

/* "id" stands in the source of a claim as well, "href" in both. */
static void fields_name_keys_of_the_row_not_of_what_it_holds(void **state)
{
    (void)state;
    struct tf_strs fields = WORDS(WORD("source"), WORD("topic"));
    json_t *row = line_of(TF_LIST_CLAIMS, &fields);
    assert_int_equal(json_object_size(row), 2);
    assert_int_equal(json_object_size(json_object_get(row, "source")), 5);
    json_decref(row);
}

static void order_is_the_rows_and_not_that_of_fields(void **state)
{
    (void)state;
    const struct tf_result result = fixture_result(TF_LIST_STUDIES);
    struct tf_strs fields = WORDS(WORD("year"), WORD("name"));
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_row_line(TF_LIST_STUDIES, &result, 0, &fields, &out);
    assert_string_equal(out.data, "{\"name\":\"Leaf Journal\",\"year\":2021}\n");
    tf_buf_clear(&out);
}

static void no_field_named_means_all(void **state)
{
    (void)state;
    json_t *all = line_of(TF_LIST_FAQS, NULL), *none = line_of(TF_LIST_FAQS, &(struct tf_strs){0});
    assert_true(json_equal(all, none));
    json_decref(all);
    json_decref(none);
}

static void list_shows_fields_of_rows_and_all_around_them(void **state)
{
    (void)state;
    const struct tf_query query = {.list = TF_LIST_ROUTES, .fields = WORDS(WORD("code"))};
    struct tf_vocabulary_row words[] = {fixture_word, fixture_word};
    const struct tf_result result = {.vocabulary = {words, 2, 2}};
    const struct tf_list_links links = {TF_STR("/v1/routes?fields=code"), TF_STR_NULL};
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_list(&query, &result, &links, &out);
    json_t *list = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    json_t *data = json_pack("[{s:s},{s:s}]", "code", "tea", "code", "tea");
    assert_true(json_equal(json_object_get(list, "data"), data));
    assert_int_equal(json_object_size(json_object_get(list, "links")), 1);
    assert_int_equal(json_object_size(json_object_get(list, "meta")), 3);
    json_decref(list);
    json_decref(data);
    tf_buf_clear(&out);
}

static void single_shows_fields_of_the_row_and_all_around_it(void **state)
{
    (void)state;
    const struct tf_result result = fixture_result(TF_LIST_CLAIMS);
    struct tf_strs fields = WORDS(WORD("polarity"));
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_single(&result.rows, &fields, &(struct tf_dataset){.version = 7},
                       TF_STR("/v1/claims/x"), &out);
    json_t *single = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    json_t *data = json_pack("{s:s}", "polarity", "affirmed");
    assert_true(json_equal(json_object_get(single, "data"), data));
    assert_int_equal(json_object_size(json_object_get(single, "links")), 1);
    assert_int_equal(json_object_size(json_object_get(single, "meta")), 2);
    json_decref(single);
    json_decref(data);
    tf_buf_clear(&out);
}

/* A damaged database is not shown in part, whichever part is asked for. */
static void claim_without_a_primary_span_fails_under_any_fields(void **state)
{
    (void)state;
    struct tf_claim_row row = fixture_claim;
    row.claim.spans.n = 1;
    const struct tf_result result = {.rows = {.kind = TF_KIND_CLAIM, .n = 1, .claims = &row}};
    struct tf_strs fields = WORDS(WORD("id"));
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_row_line(TF_LIST_CLAIMS, &result, 0, &fields, &out);
    assert_true(out.failed);
    tf_buf_clear(&out);
}

/* Claims of which the second has the source of the first, and each of the others
 * differs in something that shows, from the one before. */
enum { NEIGHBOURS = 7 };
static void fill_neighbours(struct tf_claim_row rows[NEIGHBOURS])
{
    for (int i = 0; i < NEIGHBOURS; i++)
        rows[i] = fixture_claim;
    for (int i = 2; i < NEIGHBOURS; i++)
        rows[i].source.id.b[0] = 99;
    for (int i = 3; i < NEIGHBOURS; i++)
        rows[i].source.revision = 2;
    for (int i = 4; i < NEIGHBOURS; i++)
        rows[i].source.current = false;
    for (int i = 5; i < NEIGHBOURS; i++)
        rows[i].source.title = TF_STR_NULL;
    memcpy(rows[6].updated_at, "2026", 4);
}

/* Where the source's keys are the first that are picked, the last, or none of them. */
static void row_is_the_same_beside_its_neighbours_as_alone(void **state)
{
    (void)state;
    struct tf_claim_row rows[NEIGHBOURS];
    const struct tf_strs picked[] = {{0},
                                     WORDS(WORD("source"), WORD("href")),
                                     WORDS(WORD("id"), WORD("updated_at")),
                                     WORDS(WORD("text"))};
    fill_neighbours(rows);
    for (size_t i = 0; i < sizeof picked / sizeof *picked; i++) {
        struct tf_result result = {
            .rows = {.kind = TF_KIND_CLAIM, .n = NEIGHBOURS, .claims = rows}};
        const struct tf_query query = {.list = TF_LIST_CLAIMS, .fields = picked[i]};
        const struct tf_list_links links = {TF_STR("/"), TF_STR_NULL};
        struct tf_buf list, alone;
        tf_buf_init(&list);
        tf_buf_init(&alone);
        tf_resource_list(&query, &result, &links, &list);
        tf_buf_add_text(&alone, "{\"data\":[");
        for (size_t row = 0; row < NEIGHBOURS; row++) {
            tf_resource_row_line(TF_LIST_CLAIMS, &result, row, &picked[i], &alone);
            alone.data[alone.size - 1] = row + 1 < NEIGHBOURS ? ',' : ']';
        }
        assert_memory_equal(list.data, alone.data, alone.size);
        tf_buf_clear(&list);
        tf_buf_clear(&alone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_is_the_same_beside_its_neighbours_as_alone),
        cmocka_unit_test(fields_of_a_list_are_the_keys_of_its_rows_in_order),
        cmocka_unit_test(field_alone_is_written_whole_and_nothing_else),
        cmocka_unit_test(fields_name_keys_of_the_row_not_of_what_it_holds),
        cmocka_unit_test(order_is_the_rows_and_not_that_of_fields),
        cmocka_unit_test(no_field_named_means_all),
        cmocka_unit_test(list_shows_fields_of_rows_and_all_around_them),
        cmocka_unit_test(single_shows_fields_of_the_row_and_all_around_it),
        cmocka_unit_test(claim_without_a_primary_span_fails_under_any_fields),
    };
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
