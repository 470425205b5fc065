/* SPDX-License-Identifier: MIT */
/* Reading that takes longer than it may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "many_fixture.h"
#include "store_fixture.h"

static int set_up(void **state)
{
    int code = set_up_empty(state);
    if (code == 0)
        many_load(((struct world *)*state)->store, 300);
    return code;
}

static enum tf_status count(struct world *w)
{
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_facet_values values;
    struct tf_filter filter = {
        .max_lte = NAN, .min_gte = NAN, .match = TF_STR("\"speed\" OR \"tea\"")};
    enum tf_status status = tf_store_facet(w->store, TF_KIND_CLAIM, &filter, TF_FACET_SOURCE, arena,
                                           &values, &w->error);
    tf_arena_free(arena);
    return status;
}

static void what_takes_too_long_is_stopped_and_the_store_goes_on(void **state)
{
    struct world *w = *state;
    assert_int_equal(count(w), TF_OK);
    for (int i = 0; i < 3; i++) {
        tf_store_limit_time(w->store, 1);
        uint64_t end = tf_clock_monotonic_ns() + 1000000;
        while (tf_clock_monotonic_ns() < end)
            continue;
        assert_int_equal(count(w), TF_TIMEOUT);
        assert_int_equal(w->error.status, TF_TIMEOUT);
        tf_store_limit_time(w->store, 0);
        assert_int_equal(count(w), TF_OK);
    }
}

static void time_that_suffices_changes_nothing(void **state)
{
    struct world *w = *state;
    tf_store_limit_time(w->store, 60000);
    assert_int_equal(count(w), TF_OK);
    tf_store_limit_time(w->store, 0);
}

static void snapshot_in_which_reading_was_stopped_ends(void **state)
{
    struct world *w = *state;
    assert_int_equal(tf_store_snapshot_begin(w->store, &w->error), TF_OK);
    tf_store_limit_time(w->store, 1);
    uint64_t end = tf_clock_monotonic_ns() + 1000000;
    while (tf_clock_monotonic_ns() < end)
        continue;
    assert_int_equal(count(w), TF_TIMEOUT);
    tf_store_snapshot_end(w->store);
    tf_store_limit_time(w->store, 0);
    assert_int_equal(count(w), TF_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_too_long_is_stopped_and_the_store_goes_on),
        cmocka_unit_test(time_that_suffices_changes_nothing),
        cmocka_unit_test(snapshot_in_which_reading_was_stopped_ends),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
