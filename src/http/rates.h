/* SPDX-License-Identifier: MIT */
/*
 * How often each client may ask: a bucket that holds `burst` requests and is filled
 * again at `rate` a second. Kept as the time at which the bucket will be full (the
 * "generic cell rate algorithm"), in a table of fixed size. A client that has no
 * place takes that of a bucket that is as good as full, which forgets the least.
 * For all threads.
 */
#ifndef TREATFACTS_HTTP_RATES_H
#define TREATFACTS_HTTP_RATES_H

#include <stdbool.h>
#include <stdint.h>

struct rates;

/* rate: requests a second, burst: how many at once, both above 0. NULL: no memory. */
struct rates *rates_new(unsigned rate, unsigned burst);
void rates_free(struct rates *rates); /* NULL is fine */

struct rate_left {
    unsigned requests; /* that could follow at once */
    unsigned seconds;  /* until there are more: all of the burst, or after a refusal one */
};
/* Takes one request of the client's (see client_key.h), at a time of the monotonic
 * clock; false: it has none left. */
bool rates_take(struct rates *rates, uint64_t client, uint64_t now_ns, struct rate_left *left);

/* RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-09). */
enum { RATE_TEXT = 64 };
void rates_policy(const struct rates *rates, char out[RATE_TEXT]);
void rates_state(const struct rate_left *left, char out[RATE_TEXT]);

#endif
