/* SPDX-License-Identifier: MIT */
/*
 * Lets so many threads at a time do what takes long. A thread that waits holds up all
 * its other connections, so nobody waits unless it pays: where places were taken or
 * given back a moment ago the next may be free soon, and short work is not refused
 * only because much of it comes at once. Where none was, those inside are at it for
 * long, and who comes is refused at once.
 */
#ifndef TREATFACTS_HTTP_GATE_H
#define TREATFACTS_HTTP_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t left;
    unsigned places, taken;
    uint64_t moved_ns; /* when a place was taken or given back last */
};

void gate_init(struct gate *gate, unsigned places);
void gate_clear(struct gate *gate);
/* Every true needs its gate_leave. */
bool gate_enter(struct gate *gate);
void gate_leave(struct gate *gate);

#endif
