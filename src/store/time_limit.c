/* SPDX-License-Identifier: MIT */
/* A statement that takes too long is stopped from within, between its steps. */
#include "store_internal.h"

/* Steps of SQLite's virtual machine from one look at the clock to the next: some ten
 * microseconds, against which a look costs nothing. */
enum { STEPS = 1000 };

static int is_late(void *closure)
{
    const struct tf_store *store = closure;
    return tf_clock_monotonic_ns() >= store->deadline_ns;
}

void tf_store_limit_time(struct tf_store *store, unsigned milliseconds)
{
    store->deadline_ns = tf_clock_monotonic_ns() + (uint64_t)milliseconds * 1000000u;
    sqlite3_progress_handler(store->db, milliseconds ? STEPS : 0, milliseconds ? is_late : NULL,
                             store);
}
