/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "rates.h"

static const uint64_t second = 1000000000, start = 5000000000;

static unsigned taken_at_once(struct rates *rates, uint64_t client, uint64_t now)
{
    struct rate_left left;
    unsigned taken = 0;
    while (rates_take(rates, client, now, &left))
        taken++;
    return taken;
}

static void bucket_holds_the_burst_and_is_filled_at_the_rate(void **state)
{
    (void)state;
    struct rates *rates = rates_new(10, 25);
    assert_int_equal(taken_at_once(rates, 7, start), 25);
    assert_int_equal(taken_at_once(rates, 7, start + second / 10 - 1), 0);
    assert_int_equal(taken_at_once(rates, 7, start + second / 10), 1);
    assert_int_equal(taken_at_once(rates, 7, start + 11 * second / 10), 10);
    assert_int_equal(taken_at_once(rates, 7, start + 100 * second), 25);
    assert_int_equal(taken_at_once(rates, 8, start), 25);
    rates_free(rates);
}

static void what_is_left_is_told(void **state)
{
    (void)state;
    struct rates *rates = rates_new(2, 3);
    struct rate_left left;
    char text[RATE_TEXT];
    rates_policy(rates, text);
    assert_string_equal(text, "\"default\";q=3;w=2");
    for (unsigned i = 3; i-- > 0;) {
        assert_true(rates_take(rates, 1, start, &left));
        assert_int_equal(left.requests, i);
    }
    rates_state(&left, text);
    assert_string_equal(text, "\"default\";r=0;t=2");
    assert_false(rates_take(rates, 1, start, &left));
    assert_int_equal(left.requests, 0);
    assert_int_equal(left.seconds, 1);
    assert_true(rates_take(rates, 1, start + left.seconds * second, &left));
    rates_free(rates);
}

/* Many more clients than there is room for, one request each: none of them takes the
 * place of one that has used its bucket up. */
static void newcomers_take_the_place_of_full_buckets(void **state)
{
    (void)state;
    struct rates *rates = rates_new(1, 100);
    struct rate_left left;
    for (uint64_t client = 1; client <= 1000; client++)
        taken_at_once(rates, client << 40, start);
    for (uint64_t client = 1; client <= 1000000; client++)
        assert_true(rates_take(rates, client, start + client, &left));
    unsigned forgotten = 0;
    for (uint64_t client = 1; client <= 1000; client++)
        forgotten += rates_take(rates, client << 40, start + second / 2, &left);
    assert_int_equal(forgotten, 0);
    rates_free(rates);
}

enum { THREADS = 4, TRIES = 20000, BURST = 5000 };
static struct rates *shared;
static atomic_uint passed;

static void *take_often(void *unused)
{
    struct rate_left left;
    for (int i = 0; i < TRIES; i++)
        if (rates_take(shared, 3, start, &left))
            atomic_fetch_add(&passed, 1);
    return unused;
}

static void threads_share_a_bucket(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    shared = rates_new(1, BURST);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_often, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(passed, BURST);
    rates_free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bucket_holds_the_burst_and_is_filled_at_the_rate),
        cmocka_unit_test(what_is_left_is_told),
        cmocka_unit_test(newcomers_take_the_place_of_full_buckets),
        cmocka_unit_test(threads_share_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
