/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <treatfacts/base.h>

#include <time.h>

/* Long for short work, short for those who are held up. */
enum { PATIENCE_NS = 250 * 1000 * 1000 };

void gate_init(struct gate *gate, unsigned places)
{
    *gate = (struct gate){.places = places};
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->left, NULL);
}

void gate_clear(struct gate *gate)
{
    pthread_cond_destroy(&gate->left);
    pthread_mutex_destroy(&gate->lock);
}

static void wait_for_place(struct gate *gate)
{
    uint64_t end = gate->moved_ns + PATIENCE_NS;
    const struct timespec until = {(time_t)(end / 1000000000), (long)(end % 1000000000)};
    int code = tf_clock_monotonic_ns() < end ? 0 : -1;
    while (gate->taken >= gate->places && code == 0)
        code = pthread_cond_clockwait(&gate->left, &gate->lock, CLOCK_MONOTONIC, &until);
}

bool gate_enter(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    if (gate->taken >= gate->places)
        wait_for_place(gate);
    bool entered = gate->taken < gate->places;
    if (entered) {
        gate->taken++;
        gate->moved_ns = tf_clock_monotonic_ns();
    }
    pthread_mutex_unlock(&gate->lock);
    return entered;
}

void gate_leave(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->taken--;
    gate->moved_ns = tf_clock_monotonic_ns();
    pthread_cond_signal(&gate->left);
    pthread_mutex_unlock(&gate->lock);
}
