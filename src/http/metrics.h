/* SPDX-License-Identifier: MIT */
/*
 * What the daemon counts of itself. Each worker counts for itself, without locks
 * and without sharing: one thread writes a counter, GET /metrics reads them all and
 * gives the sums.
 */
#ifndef TREATFACTS_HTTP_METRICS_H
#define TREATFACTS_HTTP_METRICS_H

#include <stdatomic.h>
#include <treatfacts/store.h>

struct tf_http;

typedef _Atomic uint64_t tf_counter;

/* Of the thread that owns the counter. Who sees it sees what was counted before. */
static inline void metrics_add(tf_counter *counter, uint64_t more)
{
    uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, now + more, memory_order_release);
}

enum {
    METRICS_ROUTES = 64, /* place 0: none; then the places of the table of routes */
    METRICS_METHODS = 4, /* the last: none of ours */
    METRICS_CODES = 32,
    METRICS_TIMES = 16, /* bounds of durations; behind the last: what took longer */
};

/* Counters only, all zero at the start. */
struct metrics {
    tf_counter requests[METRICS_ROUTES][METRICS_METHODS][METRICS_CODES];
    tf_counter durations[METRICS_ROUTES][METRICS_TIMES + 1];
    tf_counter nanoseconds[METRICS_ROUTES];
    tf_counter cache_hits, cache_misses;
    tf_counter completed, begun;       /* requests, answered or not */
    tf_counter errors[TF_STATUS__MAX]; /* answers that failed, by why */
};

/* Requests begun and not yet completed, of all workers. */
uint64_t metrics_in_flight(struct tf_http *http);

/* A request that was answered. method: a METHOD_..., or 0. */
void metrics_count(struct metrics *metrics, size_t route, unsigned method, unsigned status,
                   uint64_t ns);

/* Rows are counted once for each version of the data set. */
struct census {
    bool set;
    unsigned generation; /* of the database */
    int64_t version;
    struct tf_census rows;
};

#endif
