/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "query_internal.h"

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

static struct tf_uuid id_of(unsigned char number)
{
    struct tf_uuid id = {{0}};
    id.b[15] = number;
    return id;
}

/* What source `source` says: from min to max hours, NAN open. */
static struct tf_window_row hours(unsigned char source, double min, double max)
{
    struct tf_window_row row = {.source = {.id = id_of(source)}};
    row.window.basis = TF_BASIS_TIME;
    row.window.min_seconds = min * 3600;
    row.window.max_seconds = max * 3600;
    row.window.min_sessions = row.window.max_sessions = -1;
    tf_strs_push(arena, &row.window.treatments, TF_STR("tea"));
    return row;
}

static struct tf_summary summarise(const struct tf_window_row *rows, size_t n,
                                   const struct tf_kin *kin, unsigned group_by)
{
    static const struct tf_kin none = {0};
    struct tf_summary summary = {.windows = 0};
    tf_query_summarise(rows, n, kin ? kin : &none, group_by, arena, &summary);
    return summary;
}

#define BY(key) (1u << TF_GROUP_##key)
#define SUMMARISE(rows, kin) summarise(rows, sizeof(rows) / sizeof *(rows), kin, BY(TREATMENT))

static void one_source_agrees_with_nobody(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 2), hours(1, 24, 48)};
    struct tf_summary summary = SUMMARISE(rows, NULL);
    assert_int_equal(summary.groups.n, 1);
    assert_int_equal(summary.groups.v[0].agreement, TF_AGREEMENT_SINGLE);
    assert_int_equal(summary.groups.v[0].conflicts.n, 0);
    assert_true(summary.groups.v[0].envelope.min == 3600);
    assert_true(summary.groups.v[0].envelope.max == 48 * 3600);
    assert_false(summary.groups.v[0].has_common);
}

static void the_narrower_within_the_wider_is_agreement(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 4), hours(2, NAN, 24), hours(3, 2, 3)};
    struct tf_summary summary = SUMMARISE(rows, NULL);
    assert_int_equal(summary.groups.v[0].agreement, TF_AGREEMENT_AGREE);
    assert_int_equal(summary.groups.v[0].families, 3);
    assert_true(summary.groups.v[0].has_common);
    assert_true(summary.groups.v[0].common.min == 2 * 3600);
    assert_true(summary.groups.v[0].common.max == 3 * 3600);
}

static void a_common_part_is_partial_agreement(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 4), hours(2, 2, 24)};
    assert_int_equal(SUMMARISE(rows, NULL).groups.v[0].agreement, TF_AGREEMENT_PARTIAL);
}

static void windows_that_touch_do_not_exclude_each_other(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 24), hours(2, 24, 48)};
    assert_int_equal(SUMMARISE(rows, NULL).groups.v[0].agreement, TF_AGREEMENT_PARTIAL);
}

static void windows_apart_are_a_conflict_with_both_sides(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 24, 48), hours(2, NAN, 0.1), hours(3, 20, NAN)};
    struct tf_summary summary = SUMMARISE(rows, NULL);
    const struct tf_summary_group *group = &summary.groups.v[0];
    assert_int_equal(group->agreement, TF_AGREEMENT_CONFLICT);
    assert_int_equal(group->conflicts.n, 2);
    assert_ptr_equal(group->conflicts.v[0].a, &rows[1]); /* the sooner first */
    assert_ptr_equal(group->conflicts.v[0].b, &rows[0]);
    assert_true(isinf(group->envelope.max));
}

/* "Immediate" has no end in numbers: it is told, but makes no other one open. */
static void a_window_without_an_end_says_nothing_of_the_others(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 2), hours(2, NAN, NAN), hours(3, 2, 4)};
    struct tf_summary summary = SUMMARISE(rows, NULL);
    const struct tf_summary_group *group = &summary.groups.v[0];
    assert_int_equal(group->sources.n, 3);
    assert_int_equal(group->families, 3);
    assert_int_equal(group->agreement, TF_AGREEMENT_PARTIAL);
    assert_true(group->envelope.min == 3600);
    assert_true(group->envelope.max == 4 * 3600);
    assert_true(group->has_common);
    assert_true(group->common.min == 2 * 3600);
    assert_true(group->common.max == 2 * 3600);
    const struct tf_window_row open[] = {hours(1, NAN, NAN), hours(2, NAN, NAN)};
    summary = SUMMARISE(open, NULL);
    assert_int_equal(summary.groups.v[0].agreement, TF_AGREEMENT_AGREE);
    assert_true(summary.groups.v[0].envelope.min == 0);
    assert_true(isinf(summary.groups.v[0].envelope.max));
    assert_false(summary.groups.v[0].has_common);
}

static void copies_count_once(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 2), hours(2, 24, 48), hours(3, 24, 48)};
    struct tf_kin_pair pairs[] = {{id_of(3), id_of(2)}, {id_of(2), id_of(1)}, {id_of(9), id_of(1)}};
    struct tf_kin kin = {pairs, 3, 3};
    struct tf_summary summary = SUMMARISE(rows, &kin);
    assert_int_equal(summary.groups.v[0].families, 1);
    assert_int_equal(summary.groups.v[0].agreement, TF_AGREEMENT_SINGLE);
    kin.n = 1;
    summary = SUMMARISE(rows, &kin);
    assert_int_equal(summary.groups.v[0].families, 2);
    assert_int_equal(summary.groups.v[0].sources.v[2].family, 2);
    assert_int_equal(summary.groups.v[0].conflicts.n, 2);
}

/* What holds copies together may say nothing on the matter itself. */
static void copies_are_known_by_a_source_outside_the_group(void **state)
{
    (void)state;
    const struct tf_window_row rows[] = {hours(1, 1, 2), hours(3, 24, 48), hours(4, 24, 48)};
    struct tf_kin_pair pairs[] = {{id_of(2), id_of(1)}, {id_of(7), id_of(3)}, {id_of(7), id_of(2)}};
    struct tf_kin kin = {pairs, 3, 3};
    struct tf_summary summary = SUMMARISE(rows, &kin);
    assert_int_equal(summary.groups.v[0].families, 2);
    assert_int_equal(summary.groups.v[0].sources.v[0].family, 1);
    assert_int_equal(summary.groups.v[0].sources.v[1].family, 1);
    assert_int_equal(summary.groups.v[0].sources.v[2].family, 2);
    assert_int_equal(summary.groups.v[0].conflicts.n, 1);
}

static void groups_are_by_what_is_asked_and_by_basis(void **state)
{
    (void)state;
    struct tf_window_row rows[] = {hours(1, 1, 2), hours(1, 1, 2), hours(2, 1, 2)};
    tf_strs_push(arena, &rows[0].window.treatments, TF_STR("coffee"));
    rows[0].window.route = TF_STR("oral");
    rows[1].window.basis = TF_BASIS_SESSIONS;
    rows[1].window.min_sessions = 2;
    struct tf_summary summary = SUMMARISE(rows, NULL);
    assert_int_equal(summary.groups.n, 3); /* coffee, tea in time, tea in sessions */
    assert_string_equal(summary.groups.v[0].key[TF_GROUP_TREATMENT].data, "coffee");
    assert_int_equal(summary.groups.v[1].sources.n, 2);
    assert_int_equal(summary.groups.v[2].basis, TF_BASIS_SESSIONS);
    assert_true(summary.groups.v[2].envelope.min == 2);
    summary = summarise(rows, 3, NULL, BY(ROUTE) | BY(CONDITION));
    assert_int_equal(summary.groups.n, 3); /* oral, not said in time, not said in sessions */
    assert_string_equal(summary.groups.v[0].key[TF_GROUP_ROUTE].data, "oral");
    assert_null(summary.groups.v[1].key[TF_GROUP_ROUTE].data);
}

static void conflicts_are_told_up_to_a_number(void **state)
{
    (void)state;
    enum { EACH = 20 };
    struct tf_window_row rows[2 * EACH];
    for (int i = 0; i < 2 * EACH; i++)
        rows[i] = i < EACH ? hours(1, 1, 2) : hours(2, 24, 48);
    struct tf_summary summary = SUMMARISE(rows, NULL);
    assert_int_equal(summary.groups.v[0].conflicts.n, TF_CONFLICTS_MAX);
    assert_true(summary.groups.v[0].conflicts_truncated);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_source_agrees_with_nobody),
        TEST(the_narrower_within_the_wider_is_agreement),
        TEST(a_common_part_is_partial_agreement),
        TEST(windows_that_touch_do_not_exclude_each_other),
        TEST(windows_apart_are_a_conflict_with_both_sides),
        TEST(a_window_without_an_end_says_nothing_of_the_others),
        TEST(copies_count_once),
        TEST(copies_are_known_by_a_source_outside_the_group),
        TEST(groups_are_by_what_is_asked_and_by_basis),
        TEST(conflicts_are_told_up_to_a_number),
    };
    return cmocka_run_group_tests_name("query summary", tests, NULL, NULL);
}
