/* SPDX-License-Identifier: MIT */
/* From the cache to the client. */
#ifndef TREATFACTS_HTTP_CACHED_H
#define TREATFACTS_HTTP_CACHED_H

#include "cache.h"

/* Whether there is an answer already; fills *key, which borrows from the request. */
enum cache_outcome cached_take(struct request *request, struct cache_key *key, struct answer **out);
/* After CACHE_WAIT: as cached_take, but waits, and never gives CACHE_WAIT. */
enum cache_outcome cached_wait(struct request *request, const struct cache_key *key,
                               struct answer **out);
/* Queues it, or 304 where the client has it already; releases it. */
enum MHD_Result cached_send(struct request *request, struct MHD_Connection *connection,
                            const struct cache_key *key, struct answer *answer);
void cached_forget(struct worker *worker); /* the responses that it keeps ready */
/* Bytes of the largest answer whose responses a worker keeps ready: all that all
 * workers hold so is at most half of what the cache may take. */
size_t cached_ready_largest(size_t cache_bytes, unsigned threads);

#endif
