/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <treatfacts/base.h>

#include <stdatomic.h>

#include "gate.h"

static const uint64_t moment = 250 * 1000000; /* see gate.c */

static void spend(uint64_t ns)
{
    uint64_t end = tf_clock_monotonic_ns() + ns;
    while (tf_clock_monotonic_ns() < end)
        continue;
}

static void as_many_enter_as_there_are_places(void **state)
{
    (void)state;
    struct gate gate;
    gate_init(&gate, 2);
    assert_true(gate_enter(&gate) && gate_enter(&gate));
    assert_false(gate_enter(&gate));
    gate_leave(&gate);
    assert_true(gate_enter(&gate));
    gate_clear(&gate);
}

static void nobody_waits_for_those_who_are_long_at_it(void **state)
{
    (void)state;
    struct gate gate;
    gate_init(&gate, 1);
    assert_true(gate_enter(&gate));
    assert_false(gate_enter(&gate)); /* waits, because one has just come */
    uint64_t began = tf_clock_monotonic_ns();
    for (int i = 0; i < 1000; i++)
        assert_false(gate_enter(&gate));
    assert_true(tf_clock_monotonic_ns() - began < 1000 * moment / 10);
    gate_clear(&gate);
}

enum { THREADS = 8, PLACES = 3, ROUNDS = 300 };
static struct gate shared;
static atomic_int inside, most, refused;

static void *pass(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (!gate_enter(&shared)) {
            atomic_fetch_add(&refused, 1);
            continue;
        }
        int now = atomic_fetch_add(&inside, 1) + 1;
        if (now > atomic_load(&most))
            atomic_store(&most, now);
        spend(20 * 1000);
        atomic_fetch_sub(&inside, 1);
        gate_leave(&shared);
    }
    return unused;
}

static void short_work_is_let_in_however_much_of_it_comes(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    gate_init(&shared, PLACES);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, pass, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    gate_clear(&shared);
    assert_true(most <= PLACES);
    assert_true(refused <= THREADS * ROUNDS / 10); /* none, unless the machine stands still */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_enter_as_there_are_places),
        cmocka_unit_test(nobody_waits_for_those_who_are_long_at_it),
        cmocka_unit_test(short_work_is_let_in_however_much_of_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
